"""The pixel discriminator: residual halvings, minibatch standard deviation, a condition that enters last."""

import math
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig, Whitening
from ganvas.training.networks.layers import (
    Conv,
    Linear,
    SpectralConv,
    SpectralLinear,
    grids,
    leaky,
    spread_of_batch,
)
from ganvas.vocabulary.manifest import Takes

DISCRIMINATOR_WIDTHS: dict[int, tuple[int, ...]] = {
    2: (96,),
    3: (48, 96),
    4: (48, 96, 128),
    5: (48, 96, 128, 160),
    6: (32, 64, 96, 128, 160),
    7: (16, 32, 64, 96, 128, 160),
}
"""Widths by the number of grids: one for each grid but the finest, which an unshuffle halves, down to the coarsest."""


class Halve(nn.Module):
    """Halves a picture by a residual block: a convolution, a mean, a widening convolution; beside it a 1x1 skip path."""

    def __init__(self, wide: int, out: int, *, conv: type[Conv] = Conv) -> None:
        super().__init__()
        self.first, self.second = conv(wide, wide), conv(wide, out)
        self.skip = conv(wide, out, 1, bias=False)

    def forward(self, x: Images) -> Float[Tensor, "n o p q"]:
        """Return (N, out, H / 2, W / 2), an odd half rounded up, with the variance kept."""
        main = self.second(leaky(F.avg_pool2d(self.first(leaky(x)), 2, ceil_mode=True)))
        return (main + self.skip(F.avg_pool2d(x, 2, ceil_mode=True))) * math.sqrt(0.5)


class PixelDiscriminatorConfig(Frozen):
    """Configures a pixel discriminator. Empty `widths` become DISCRIMINATOR_WIDTHS.

    shrunk: pictures are pooled by so much first: it scores layout and colour, not edges.
    conditioning: how the condition enters the score; with "none" only an auxiliary classifier uses
    the labels. spectral: every layer of the score is divided by its largest singular value (Miyato
    et al. 2018).
    """

    widths: tuple[int, ...] = ()
    shrunk: Literal[1, 2, 4, 8] = 1
    features: int = Field(default=256, ge=1, le=4096)
    embedding: int = Field(default=128, ge=1, le=1024)
    condition: ConditionerConfig = ConditionerConfig()
    conditioning: Literal["projection", "modulation", "concatenation", "none"] = "projection"
    spectral: bool = False


def grids_seen(config: PixelDiscriminatorConfig, size: Size | int) -> list[tuple[int, int]]:
    """Return the grids of a pixel discriminator, the coarsest first; all but the last have a width."""
    rows, columns = Size.of(size).grid
    return grids(Size(columns // config.shrunk, rows // config.shrunk))


class PixelDiscriminator(Discriminator):
    """Scores pictures by their pixels: unshuffle, residual halvings to about 4x4, minibatch deviation, one conditional logit.

    The condition enters after the features, so that the features of a picture serve all its
    conditions.
    """

    def __init__(
        self,
        config: PixelDiscriminatorConfig,
        *,
        size: Size | int,
        takes: Takes,
        classes: bool = False,
        sentences: Whitening | None = None,
    ) -> None:
        """Build a discriminator. classes: with heads that classify pictures by each label (see objectives.Auxiliary)."""
        super().__init__()
        self.shrunk, steps = config.shrunk, grids_seen(config, size)
        widths = config.widths or DISCRIMINATOR_WIDTHS[len(steps)]
        conv, linear = (SpectralConv, SpectralLinear) if config.spectral else (Conv, Linear)
        self.enter = conv(12, widths[0])
        self.blocks = nn.ModuleList(Halve(a, b, conv=conv) for a, b in pairwise(widths))
        self.last = conv(widths[-1] + 1, widths[-1])
        self.look = linear(widths[-1] * math.prod(steps[0]), config.features)
        self.logit = linear(config.features, 1)
        self.conditioner = Conditioner(config.condition, takes, sentences=sentences)
        self.conditioning = config.conditioning if self.conditioner.width else "none"
        match self.conditioning:
            case "projection":
                self.project = linear(self.conditioner.width, config.features, bias=False)
            case "modulation":
                self.modulate = linear(self.conditioner.width, 2 * config.features)
            case "concatenation":
                self.join = linear(config.features + self.conditioner.width, config.features)
            case "none":
                pass
        if self.conditioner.width:
            self.picture_side = Linear(config.features, config.embedding)
            self.word_side = Linear(self.conditioner.width, config.embedding)
        values = {f"label_{name}": len(found) for name, found in takes.labels.items()} if classes else {}
        self.read = nn.ModuleDict({name: linear(config.features, count) for name, count in values.items()})

    def features(self, images: Images) -> Float[Tensor, "n f"]:
        """Return the features of RGB pictures (N, 3, H, W) in [-1, 1]."""
        x = self.enter(F.pixel_unshuffle(F.avg_pool2d(images, self.shrunk) if self.shrunk > 1 else images, 2))
        for block in self.blocks:
            x = block(x)
        x = leaky(self.last(spread_of_batch(leaky(x))))
        return leaky(self.look(x.flatten(1)))

    def score(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n 1"]:
        """Score features under a condition.

        projection: a free logit plus their product with the projected condition (Miyato and Koyama
        2018, eq. 3). modulation: they are scaled and shifted by it (FiLM, Perez et al. 2018, eq.
        2). concatenation: it is appended to them (Mirza and Osindero 2014, figure 1), and a layer
        joins both.
        """
        if self.conditioning == "none":
            return self.logit(features).float()
        condition = self.conditioner(given)
        if self.conditioning == "modulation":
            scale, shift = self.modulate(condition).chunk(2, dim=1)
            return self.logit(leaky((1 + scale) * features + shift)).float()
        if self.conditioning == "concatenation":
            return self.logit(leaky(self.join(torch.cat([features, condition.to(features.dtype)], dim=1)))).float()
        free = self.logit(features)
        agreement = (features * self.project(condition)).sum(dim=1, keepdim=True)
        return (free + agreement / math.sqrt(features.shape[1])).float()

    def classes(self, features: Float[Tensor, "n f"]) -> dict[str, Tensor]:
        """Return logits (N, values) for each label, by the name of its part of the condition."""
        return {name: layer(features).float() for name, layer in self.read.items()}

    def similarity(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n n"]:
        """Return the cosine of each picture (rows) with each condition (columns), for the contrastive objective."""
        pictures = F.normalize(self.picture_side(features).float(), dim=1)
        words = F.normalize(self.word_side(self.conditioner(given)).float(), dim=1)
        return pictures @ words.mT
