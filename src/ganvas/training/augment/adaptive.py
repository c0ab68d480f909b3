"""Adaptive augmentation: how often views are augmented follows how sure the discriminator is (Karras et al. 2020, ADA)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class AdaptiveStrength(nn.Module):
    """How often augmentation strikes, moved towards a discriminator as sure as asked (ADA, Karras et al. 2020, section 3.1).

    Its numbers are buffers: they are part of what must survive a crash.
    """

    EVERY = 4
    often: Tensor
    heard: Tensor

    def __init__(self, *, target: float, images: int) -> None:
        """Start at never; images: in which it goes from never to always."""
        super().__init__()
        self.target, self.images = target, images
        self.register_buffer("often", torch.zeros(()))
        self.register_buffer("heard", torch.zeros(2))  # sum, count

    def observe(self, heuristic: Float[Tensor, ""], *, pictures: int) -> None:
        """Take in how sure the discriminator was of a batch of real pictures, -1 to 1; at each EVERY-th it moves."""
        self.heard += torch.stack([heuristic, torch.ones_like(heuristic)])
        if int(self.heard[1]) < self.EVERY:
            return
        towards = torch.sign(self.heard[0] / self.heard[1] - self.target)
        self.often.add_(towards * (self.EVERY * pictures / self.images)).clamp_(0, 1)
        self.heard.zero_()
