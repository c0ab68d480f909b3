"""Adaptive augmentation: its probability follows the overfitting of the discriminator (Karras et al. 2020, ADA)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class AdaptiveStrength(nn.Module):
    """Adapts the augmentation probability until the overfitting heuristic meets its target (Karras et al. 2020, section 3.1).

    Its numbers are buffers, because a checkpoint must hold them. often: the probability. heard: sum
    and count of the heuristic.
    """

    EVERY = 4
    often: Tensor
    heard: Tensor

    def __init__(self, *, target: float, images: int) -> None:
        """Start at probability 0. images: pictures in which it can rise from 0 to 1."""
        super().__init__()
        self.target, self.images = target, images
        self.register_buffer("often", torch.zeros(()))
        self.register_buffer("heard", torch.zeros(2))  # sum, count

    def observe(self, heuristic: Float[Tensor, ""], *, pictures: int) -> None:
        """Record the overfitting heuristic of one batch, -1 to 1; every EVERY batches the probability is moved."""
        self.heard += torch.stack([heuristic, torch.ones_like(heuristic)])
        if int(self.heard[1]) < self.EVERY:
            return
        towards = torch.sign(self.heard[0] / self.heard[1] - self.target)
        self.often.add_(towards * (self.EVERY * pictures / self.images)).clamp_(0, 1)
        self.heard.zero_()
