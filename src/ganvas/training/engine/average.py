"""The average of the generator's weights over the run; it is what draws (Karras et al. 2018; Yazici et al. 2019)."""

import copy

import torch
from torch import nn


class Average:
    """An exponential average with a half-life in images, shorter at the start so that it forgets the first noise."""

    def __init__(self, network: nn.Module, *, half_life: float, batch: int) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.half_life, self.batch = half_life, batch

    def update(self, network: nn.Module, *, images: int) -> None:
        """Move towards the network's weights: beta = 0.5^(batch / half-life), half-life at most 5 % of the images seen."""
        half_life = min(self.half_life, max(0.05 * images, 1e-3))
        towards = 1 - 0.5 ** (self.batch / half_life)
        with torch.no_grad():
            for mine, theirs in zip(self.network.parameters(), network.parameters(), strict=True):
                mine.lerp_(theirs, towards)
            for mine, theirs in zip(self.network.buffers(), network.buffers(), strict=True):
                mine.copy_(theirs)
