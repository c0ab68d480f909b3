"""The image generator: a three-layer mapping, a synthesis of modulated convolutions; and the pixel discriminator.

Sources: StyleGAN2 (Karras et al. 2020) for modulation and demodulation, DF-GAN (Tao et al. 2022) for a start that is laid out
by the latent and not a constant, R3GAN (Huang et al. 2024) for a discriminator
without normalisation, projection discriminator (Miyato and Koyama 2018, eq. 3) for the condition.
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.networks.base import Generator, Given, Images
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig, Whitening
from ganvas.training.networks.layers import (
    Conv,
    Linear,
    ModulatedConv,
    grids,
    leaky,
    normalised,
)
from ganvas.training.networks.text_prior import TextPrior
from ganvas.vocabulary.manifest import Takes

GENERATOR_WIDTHS: dict[int, tuple[int, ...]] = {
    3: (128, 96, 48),
    4: (192, 160, 96, 32),
    5: (256, 224, 144, 64, 24),
    6: (256, 224, 144, 64, 32, 16),
    7: (256, 224, 144, 64, 32, 16, 12),
}
"""Generator widths by how many grids a picture grows through, one for each; the last is thin because its pixels are many."""

APPEARANCE = "appearance"
"""The part of a condition that holds an appearance to draw from, (N, numbers of an appearance): only for the generator."""


class GeneratorConfig(Frozen):
    """An image generator. `widths` follow SIZES when empty.

    mapping: "deep" has three layers, which find their way among conditions; "linear" has one, which ties together less of what
    is independent in the latent (docs/theory.md, how much of the latent is heard).
    palette: entries of the palette of a generator that draws from given appearances (networks.palette_head); 0 for others.
    """

    latent: int = Field(default=64, ge=1, le=1024)
    mapped: int = Field(default=512, ge=1, le=1024)
    mapping: Literal["deep", "linear"] = "deep"
    widths: tuple[int, ...] = ()
    palette: int = Field(default=0, ge=0, le=64)
    condition: ConditionerConfig = ConditionerConfig()


class Mapping(nn.Module):
    """(z, condition) -> w: both normalised, joined, three layers or one. beside: width of what a subclass maps with them."""

    def __init__(self, config: GeneratorConfig, takes: Takes, *, beside: int = 0, sentences: Whitening | None = None) -> None:
        super().__init__()
        self.conditioner = Conditioner(config.condition, takes, sentences=sentences)
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
        conditions = [self.conditioner(given)] if self.conditioner.width else []
        x = self.enter(torch.cat([*parts, *conditions], dim=1))
        return self.leave(F.leaky_relu(self.middle(F.leaky_relu(x, 0.2)), 0.2)) if self.deep else x


class AppearanceMapping(Mapping):
    """(z, condition) -> appearance -> w: the appearance is predicted by the text prior, or given under APPEARANCE.

    The first `mapped` numbers of w are styles, of latent, appearance and labels. The rest is the appearance's pixel part as it
    is. The synthesis turns it into the sketch, so that what is done to w is done to the sketch too.
    """

    def __init__(self, config: GeneratorConfig, takes: Takes, imagination: TextPrior, *, pixels: int) -> None:
        super().__init__(config, Takes(labels=takes.labels), beside=imagination.weights.shape[1])
        self.imagination, self.pixels = imagination, pixels

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Float[Tensor, "n m"]:
        """Map latents and appearances to styles and sketches."""
        appearance = given[APPEARANCE] if APPEARANCE in given else self.imagination(given)
        styles = self.mapped([normalised(z), normalised(appearance)], given)
        return torch.cat([styles, appearance[:, : self.pixels]], dim=1)


class Sketch(nn.Module):
    """The pixel part of appearances as small pictures: the mean and the components that it was fitted with, fixed."""

    mean: Tensor
    components: Tensor

    def __init__(self, shape: tuple[int, int, int], table: np.ndarray) -> None:
        """Keep the mean and the components: the columns of `table` (C * H * W, 1 + K)."""
        super().__init__()
        self.shape = shape
        known = torch.from_numpy(np.array(table))
        self.register_buffer("mean", known[:, 0].clone())
        self.register_buffer("components", known[:, 1:].clone())

    def forward(self, appearance: Float[Tensor, "n k"]) -> Images:
        """Sketch appearances."""
        with torch.autocast(appearance.device.type, enabled=False):  # rounding would show in the whole picture
            return F.linear(appearance.float(), self.components, self.mean).view(-1, *self.shape)


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
        widths = config.widths or GENERATOR_WIDTHS[len(self.grids)]
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
        small, large = (resized(sketch, grid) for grid in self.grids[-2:])
        hints = {self.grids[-2]: self.half_hint(small), self.grids[-3]: self.quarter_hint(small)}
        return self._painted(w[:, : self.mapped], hints) + large

    def _painted(self, w: Tensor, hints: dict[tuple[int, int], Tensor]) -> Images:
        """Draw by styles; a hint by its grid is added where the picture has come to that grid."""
        x = self.start(w).view(-1, self.width, *self.grids[0])
        for grid, first, second in zip(self.grids, self.first, self.second, strict=True):
            x = leaky(first(x, w))
            if grid != self.grids[0]:
                x = doubled(x, grid)
            hint = hints.get(grid)
            x = leaky(second(x, w) if hint is None else second(x, w) + hint)
        return self.colour(x).float()


def doubled(x: Images, grid: tuple[int, int]) -> Float[Tensor, "n c p q"]:
    """Enlarge by two; where half of an odd side was rounded up, the row or column that is too many goes."""
    x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
    return x if x.shape[2:] == grid else x[..., : grid[0], : grid[1]]


def resized(pictures: Images, grid: tuple[int, int]) -> Float[Tensor, "n c p q"]:
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
        appearance_prior: tuple[TextPrior, Sketch] | None = None,
        sentences: Whitening | None = None,
    ) -> None:
        """Build a generator; appearance_prior: the text prior of the appearances that it draws, and their sketch, both fitted."""
        super().__init__()
        imagination, sketch = appearance_prior or (None, None)
        pixels = sketch.components.shape[1] if sketch else 0
        self.mapping = AppearanceMapping(config, takes, imagination, pixels=pixels) if imagination else \
            Mapping(config, takes, sentences=sentences)  # fmt: skip
        self.mapped = config.mapped + pixels
        self.synthesis = Synthesis(config, size=size, channels=channels, sketch=sketch)
