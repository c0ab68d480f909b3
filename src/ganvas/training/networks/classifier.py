"""A small classifier of pictures that scores benchmarks. It is part of no model and trains no generator."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.training.networks.base import Images
from ganvas.training.networks.layers import Conv, Linear, leaky, normalised

WIDTHS = (32, 64, 96)
"""Widths from half the picture's size down to 4 pixels; the last one also serves smaller sizes."""
FEATURES = 128


class Classifier(nn.Module):
    """Maps pictures to one logit a class: unshuffle, pairs of convolutions between max-poolings, a feature layer."""

    def __init__(self, shape: tuple[int, int, int], classes: int) -> None:
        """Build a classifier of pictures of a shape (C, H, W); both sides are even."""
        super().__init__()
        channels, height, width = shape
        halvings = max(0, round(math.log2(min(height, width) / 8)))
        wide = [WIDTHS[min(place, len(WIDTHS) - 1)] for place in range(halvings + 1)]
        self.enter = Conv(4 * channels, wide[0])
        self.first = nn.ModuleList(Conv(a, b) for a, b in zip((wide[0], *wide), wide, strict=False))
        self.second = nn.ModuleList(Conv(b, b) for b in wide[1:])
        area = (height // 2 >> halvings) * (width // 2 >> halvings)
        self.look = Linear(wide[-1] * area, FEATURES)
        self.logit = Linear(FEATURES, classes)

    def features(self, images: Images) -> Float[Tensor, "n f"]:
        """Return the features of pictures in [-1, 1]."""
        x = leaky(self.enter(F.pixel_unshuffle(images, 2)))
        x = leaky(self.first[0](x))
        for first, second in zip(self.first[1:], self.second, strict=True):
            x = leaky(second(leaky(first(F.max_pool2d(x, 2)))))
        return leaky(self.look(x.flatten(1)))

    def forward(self, images: Images, kept: Float[Tensor, "n f"] | None = None) -> Float[Tensor, "n k"]:
        """Return the logits of pictures. kept: factors for the features, for dropout."""
        x = self.features(images)
        return self.logit(x if kept is None else x * kept)


def predict(network: Classifier, images: Images) -> tuple[Tensor, Tensor]:
    """Return the probability of each class (N, K), and the features (N, F), each picture's of mean square 1."""
    features = network.features(images)
    return torch.softmax(network.logit(features), dim=1), normalised(features)
