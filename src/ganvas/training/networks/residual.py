"""The image generator: a three-layer mapping, a synthesis of modulated convolutions; and the pixel discriminator.

Sources: StyleGAN2 (Karras et al. 2020) for modulation and demodulation, DF-GAN (Tao et al. 2022) for a start that is laid out
by the latent and not a constant, R3GAN (Huang et al. 2024) for a discriminator
without normalisation, projection discriminator (Miyato and Koyama 2018, eq. 3) for the condition.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.networks.base import Discriminator, Generator, Given, Images
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig
from ganvas.training.networks.imagination import Imagination
from ganvas.training.networks.layers import (
    Conv,
    Linear,
    ModulatedConv,
    SpectralConv,
    SpectralLinear,
    grids,
    leaky,
    normalised,
    spread_of_batch,
)
from ganvas.vocabulary.manifest import Takes

SIZES: dict[int, tuple[int, ...]] = {
    3: (128, 96, 48),
    4: (192, 160, 96, 32),
    5: (256, 224, 144, 64, 24),
    6: (256, 224, 144, 64, 32, 16),
    7: (256, 224, 144, 64, 32, 16, 12),
}
"""Generator widths by how many grids a picture grows through, one for each; the last is thin because its pixels are many."""

LOOKS: dict[int, tuple[int, ...]] = {
    2: (96,),
    3: (48, 96),
    4: (48, 96, 128),
    5: (48, 96, 128, 160),
    6: (32, 64, 96, 128, 160),
    7: (16, 32, 64, 96, 128, 160),
}
"""Pixel discriminator widths by the same: one for each grid but the finest, which an unshuffle halves, down to the coarsest."""

LOOK = "look"
"""The part of a condition that holds what a picture looks like: only in training, and only for the generator."""


class GeneratorConfig(Frozen):
    """An image generator. `widths` follow SIZES when empty.

    mapping: "deep" has three layers, which find their way among conditions; "linear" has one, which ties together less of what
    is independent in the latent (docs/theory.md, how much of the latent is heard).
    """

    latent: int = Field(default=64, ge=1, le=1024)
    mapped: int = Field(default=512, ge=1, le=1024)
    mapping: Literal["deep", "linear"] = "deep"
    widths: tuple[int, ...] = ()
    condition: ConditionerConfig = ConditionerConfig()


class Mapping(nn.Module):
    """(z, condition) -> w: both normalised, joined, three layers or one. beside: width of what a subclass maps with them."""

    def __init__(self, config: GeneratorConfig, takes: Takes, *, beside: int = 0) -> None:
        super().__init__()
        self.conditioner = Conditioner(config.condition, takes)
        wide = config.latent + beside + self.conditioner.width
        self.deep = config.mapping == "deep"
        self.enter = Linear(wide, config.mapped, gain=math.sqrt(2) if self.deep else 1.0)
        if self.deep:
            self.middle = Linear(config.mapped, config.mapped, gain=math.sqrt(2))
            self.leave = Linear(config.mapped, config.mapped)

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Float[Tensor, "n m"]:
        """Map latents and their condition to styles."""
        return self.mapped([normalised(z)], given)

    def mapped(self, parts: Sequence[Tensor], given: Given) -> Float[Tensor, "n m"]:
        """Map what is there already, and the condition if any is taken."""
        told = [self.conditioner(given)] if self.conditioner.width else []
        x = self.enter(torch.cat([*parts, *told], dim=1))
        return self.leave(F.leaky_relu(self.middle(F.leaky_relu(x, 0.2)), 0.2)) if self.deep else x


class LookMapping(Mapping):
    """(z, condition) -> look -> w: what the condition looks like is imagined, or given under LOOK.

    The first `mapped` numbers of w are styles, of latent, look and labels. The rest is the look's pixel part as it is: the sketch
    that the synthesis paints over, so that whatever is done to w is done to the sketch.
    """

    def __init__(self, config: GeneratorConfig, takes: Takes, imagination: Imagination, *, pixels: int) -> None:
        super().__init__(config, Takes(labels=takes.labels), beside=imagination.weights.shape[1])
        self.imagination, self.pixels = imagination, pixels

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Float[Tensor, "n m"]:
        """Map latents and looks to styles and sketches."""
        look = given[LOOK] if LOOK in given else self.imagination(given)
        return torch.cat([self.mapped([normalised(z), normalised(look)], given), look[:, : self.pixels]], dim=1)


class Sketch(nn.Module):
    """The pixel part of looks as small pictures: the mean and the components that it was found with, fixed."""

    mean: Tensor
    components: Tensor

    def __init__(self, shape: tuple[int, int, int], table: np.ndarray) -> None:
        """Keep the mean and the components: the columns of `table` (C * H * W, 1 + K)."""
        super().__init__()
        self.shape = shape
        known = torch.from_numpy(np.array(table))
        self.register_buffer("mean", known[:, 0].clone())
        self.register_buffer("components", known[:, 1:].clone())

    def forward(self, look: Float[Tensor, "n k"]) -> Images:
        """Sketch looks."""
        with torch.autocast(look.device.type, enabled=False):  # what is seen through the whole picture is not to be rounded
            return F.linear(look.float(), self.components, self.mean).view(-1, *self.shape)


class Synthesis(nn.Module):
    """w -> picture: a start of about 4x4 laid out by w; at each grid a modulated convolution before and one after a bilinear x2.

    A constant start would leave the whole layout to the scaling of channels: laid out by w, a picture is learned sooner.

    Over a sketch the synthesis only paints: the enlarged sketch is added to what it draws, and hinted at on the way.

    The one that changes the width works at the lower resolution, where it costs a quarter. Bilinear upsampling and not pixel
    shuffle, whose dot pattern stays visible at this size.
    """

    def __init__(self, config: GeneratorConfig, *, size: Size | int, channels: int, sketch: Sketch | None = None) -> None:
        super().__init__()
        self.grids = grids(size)
        widths = config.widths or SIZES[len(self.grids)]
        assert len(widths) == len(self.grids)
        self.width, self.mapped = widths[0], config.mapped
        self.start = Linear(config.mapped, widths[0] * math.prod(self.grids[0]))
        before = (widths[0], *widths[:-1])
        self.first = nn.ModuleList(ModulatedConv(a, b, config.mapped) for a, b in zip(before, widths, strict=True))
        self.second = nn.ModuleList(ModulatedConv(b, b, config.mapped) for b in widths)
        self.colour = Conv(widths[-1], channels, gain=1.0 if sketch is None else 0.1)
        self.sketch = sketch
        if sketch is not None:
            self.half_hint, self.quarter_hint = Conv(channels, widths[-2]), Conv(channels, widths[-3], stride=2)

    def forward(self, w: Float[Tensor, "n m"]) -> Images:
        """Draw works in about [-1, 1]; linear, clamped only when a picture is made of it."""
        if self.sketch is None:
            return self._painted(w, {})
        sketch = self.sketch(w[:, self.mapped :])
        small, large = (_resized(sketch, grid) for grid in self.grids[-2:])
        hints = {self.grids[-2]: self.half_hint(small), self.grids[-3]: self.quarter_hint(small)}
        return self._painted(w[:, : self.mapped], hints) + large

    def _painted(self, w: Tensor, hints: dict[tuple[int, int], Tensor]) -> Images:
        """Draw by styles; a hint by its grid is added where the picture has come to that grid."""
        x = self.start(w).view(-1, self.width, *self.grids[0])
        for grid, first, second in zip(self.grids, self.first, self.second, strict=True):
            x = leaky(first(x, w))
            if grid != self.grids[0]:
                x = _doubled(x, grid)
            hint = hints.get(grid)
            x = leaky(second(x, w) if hint is None else second(x, w) + hint)
        return self.colour(x).float()


def _doubled(x: Images, grid: tuple[int, int]) -> Float[Tensor, "n c p q"]:
    """Enlarge by two; where half of an odd side was rounded up, the row or column that is too many goes."""
    x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
    return x if x.shape[2:] == grid else x[..., : grid[0], : grid[1]]


def _resized(pictures: Images, grid: tuple[int, int]) -> Float[Tensor, "n c p q"]:
    """Enlarge to a grid, by factors: a size that is computed in the graph would be refused by the guard."""
    factors = [_factor(large, small) for large, small in zip(grid, pictures.shape[2:], strict=True)]
    return F.interpolate(pictures, scale_factor=factors, mode="bilinear", align_corners=False)


def _factor(large: int, small: int) -> float:
    """Return large / small, a trace more where float32, in which a graph keeps it, would fall short of the last pixel."""
    factor = large / small
    short = int(np.float32(factor) * np.float32(small)) < large or int(factor * small) < large
    return factor * (1 + 2**-22) if short else factor


class ResidualGenerator(Generator):
    """The generator of pictures, opaque (3 channels) or with premultiplied alpha (4). mapped: the width of w."""

    def __init__(
        self,
        config: GeneratorConfig,
        *,
        size: Size | int,
        channels: int,
        takes: Takes,
        sees: tuple[Imagination, Sketch] | None = None,
    ) -> None:
        """Build a generator; sees: what imagines the looks that it draws, and their sketch, both fitted."""
        super().__init__()
        imagination, sketch = sees or (None, None)
        pixels = sketch.components.shape[1] if sketch else 0
        self.mapping = LookMapping(config, takes, imagination, pixels=pixels) if imagination else Mapping(config, takes)
        self.mapped = config.mapped + pixels
        self.synthesis = Synthesis(config, size=size, channels=channels, sketch=sketch)


class Halve(nn.Module):
    """A residual block that halves the picture: a convolution, a mean, a convolution that widens; beside a 1x1 path."""

    def __init__(self, wide: int, out: int, *, conv: type[Conv] = Conv) -> None:
        super().__init__()
        self.first, self.second = conv(wide, wide), conv(wide, out)
        self.skip = conv(wide, out, 1, bias=False)

    def forward(self, x: Images) -> Float[Tensor, "n o p q"]:
        """Return (N, out, H / 2, W / 2), an odd half rounded up, with the variance kept."""
        main = self.second(leaky(F.avg_pool2d(self.first(leaky(x)), 2, ceil_mode=True)))
        return (main + self.skip(F.avg_pool2d(x, 2, ceil_mode=True))) * math.sqrt(0.5)


class PixelDiscriminatorConfig(Frozen):
    """A pixel discriminator. `widths` follow LOOKS when empty.

    shrunk: it sees the means of squares of so many pixels a side: what goes with what, and no edges.
    conditioning: how the condition reaches the score; with "none" only an auxiliary classifier hears of labels.
    spectral: every layer of the score is divided by its largest singular value (Miyato et al. 2018).
    """

    widths: tuple[int, ...] = ()
    shrunk: Literal[1, 2, 4, 8] = 1
    features: int = Field(default=256, ge=1, le=4096)
    embedding: int = Field(default=128, ge=1, le=1024)
    condition: ConditionerConfig = ConditionerConfig()
    conditioning: Literal["projection", "modulation", "concatenation", "none"] = "projection"
    spectral: bool = False


def grids_seen(config: PixelDiscriminatorConfig, size: Size | int) -> list[tuple[int, int]]:
    """Return the grids that a pixel discriminator looks at, the coarsest first; all but the last have a width."""
    rows, columns = Size.of(size).grid
    return grids(Size(columns // config.shrunk, rows // config.shrunk))


class PixelDiscriminator(Discriminator):
    """Looks at pixels: unshuffle, residual halving to about 4x4, the batch's spread, one logit that hears the condition last.

    The condition comes after all that looks at the picture, so that one look serves every condition that is asked about.
    """

    def __init__(self, config: PixelDiscriminatorConfig, *, size: Size | int, takes: Takes, classes: bool = False) -> None:
        """Build a discriminator; classes: it also reads every label from the picture (see objectives.Auxiliary)."""
        super().__init__()
        self.shrunk, steps = config.shrunk, grids_seen(config, size)
        widths = config.widths or LOOKS[len(steps)]
        conv, linear = (SpectralConv, SpectralLinear) if config.spectral else (Conv, Linear)
        self.enter = conv(12, widths[0])
        self.blocks = nn.ModuleList(Halve(a, b, conv=conv) for a, b in pairwise(widths))
        self.last = conv(widths[-1] + 1, widths[-1])
        self.look = linear(widths[-1] * math.prod(steps[0]), config.features)
        self.logit = linear(config.features, 1)
        self.conditioner = Conditioner(config.condition, takes)
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
        """Look at RGB pictures (N, 3, H, W) in [-1, 1]."""
        x = self.enter(F.pixel_unshuffle(F.avg_pool2d(images, self.shrunk) if self.shrunk > 1 else images, 2))
        for block in self.blocks:
            x = block(x)
        x = leaky(self.last(spread_of_batch(leaky(x))))
        return leaky(self.look(x.flatten(1)))

    def score(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n 1"]:
        """Score features under a condition.

        projection: a free logit plus their product with the projected condition (Miyato and Koyama 2018, eq. 3). modulation: they
        are scaled and shifted by it (FiLM, Perez et al. 2018, eq. 2). concatenation: it stands beside them (Mirza and Osindero
        2014, figure 1), and a layer joins both.
        """
        if self.conditioning == "none":
            return self.logit(features).float()
        told = self.conditioner(given)
        if self.conditioning == "modulation":
            scale, shift = self.modulate(told).chunk(2, dim=1)
            return self.logit(leaky((1 + scale) * features + shift)).float()
        if self.conditioning == "concatenation":
            return self.logit(leaky(self.join(torch.cat([features, told.to(features.dtype)], dim=1)))).float()
        free = self.logit(features)
        agreement = (features * self.project(told)).sum(dim=1, keepdim=True)
        return (free + agreement / math.sqrt(features.shape[1])).float()

    def classes(self, features: Float[Tensor, "n f"]) -> dict[str, Tensor]:
        """Return logits (N, values) for each label, by the name of its part of the condition."""
        return {name: layer(features).float() for name, layer in self.read.items()}

    def similarity(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n n"]:
        """Return the cosine of each picture (rows) with each condition (columns), for the contrastive objective."""
        pictures = F.normalize(self.picture_side(features).float(), dim=1)
        words = F.normalize(self.word_side(self.conditioner(given)).float(), dim=1)
        return pictures @ words.mT
