"""A generator that draws a given appearance with the colours of a palette.

The last layer gives each pixel shares of K palette entries, not a colour. So surfaces are even and edges sharp, and the same
network draws at any size, because the shares are enlarged and not the colours. The appearance (tasks.image.appearance) enters the
mapping beside the latent and the labels, and its pixel part enters the synthesis as a sketch.

Sources: soft assignment to the nearest of few colours is one step of soft k-means (MacKay 2003, algorithm 22.7), and reading the
colours off the sketch is the other half of that step, as in slot attention (Locatello et al. 2020, algorithm 1). Correcting a
picture by what its reduction lacks is back-projection (Irani and Peleg 1991, eq. 4).
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.sizes import Size
from ganvas.training.networks.base import Generator, Given, Images
from ganvas.training.networks.image_generator import (
    APPEARANCE,
    GeneratorConfig,
    Mapping,
    Sketch,
    Synthesis,
    doubled,
    resized,
)
from ganvas.training.networks.layers import Conv, Linear, leaky, normalised
from ganvas.vocabulary.manifest import Takes

FIRST_COLOURS = "d0021b f57c00 ffcc4d 43a047 1e88e5 8e24aa f06292 795548 212121 9e9e9e ffffff 0d47a1 fde8c8 66bb6a ffb74d 263238"
"""Where the entries after the first, which is transparent, begin: distinct colours separate surfaces before all learning."""


Grid = tuple[int, int]
"""Rows and columns."""


class Painted(NamedTuple):
    """The output of a palette head: logits (N, K, H, W), palette (N, K, C), shading (N, C, H, W), all float32."""

    logits: Float[Tensor, "n k h w"]
    palette: Float[Tensor, "n k c"]
    shading: Float[Tensor, "n c h w"]


def compose(painted: Painted) -> Images:
    """Compose pictures (N, C, H, W): sum_k softmax_k(logits) palette_k + shading.

    Larger pictures are composed without torch (ganvas.ground.palette).
    """
    logits, palette, shading = painted
    shares = logits.softmax(dim=1).flatten(2)  # (N, K, H W)
    return (palette.mT @ shares).unflatten(2, logits.shape[2:]) + shading


class PaletteMapping(Mapping):
    """(z, appearance, labels) -> w: all normalised and joined.

    The first `mapped` numbers of w are styles; the rest is the appearance's pixel part as it is. The synthesis turns it into the
    sketch, so that what is done to w, as truncation or mixing, is done to the sketch too.
    """

    def __init__(self, config: GeneratorConfig, takes: Takes, *, appearance: int, pixels: int) -> None:
        super().__init__(config, Takes(labels=takes.labels), beside=appearance)
        self.pixels = pixels

    def forward(self, z: Float[Tensor, "n d"], given: Given) -> Float[Tensor, "n m"]:
        """Map latents, appearances and labels to styles and sketches."""
        appearance = given[APPEARANCE]
        styles = self.mapped([normalised(z), normalised(appearance)], given)
        return torch.cat([styles, appearance[:, : self.pixels]], dim=1)


class PaletteHead(nn.Module):
    """Features, styles and a sketch -> shares of a palette.

    Each entry begins at a colour c_k that follows from the styles, and moves to the mean of the sketch where it is nearest:
    r_k(p) = exp(-a |s(p) - c_k|^2), normalised over k;  m_k = sum_p r_k s / sum_p r_k;  c_k <- c_k + g_k (m_k - c_k).
    A palette that is only learned misses colours that are in the sketch. The gate g_k follows from the styles, because another
    drawing style or a named colour needs other colours than the sketch's. Logits: l_k = Conv3x3(h)_k + b (2 s . c_k - |c_k|^2).

    The picture composed so is reduced to the sketch's size, and what it lacks of the sketch is given back: first to the palette,
    c_k <- c_k + g sum_p r_k e / (1 + sum_p r_k), with the shares r and the error e at the sketch's places p, then to the shading.
    Two more gates g follow from the styles. Without this a small generator loses colours that its input has.
    """

    def __init__(self, wide: int, middle: int, mapped: int, *, channels: int, entries: int, size: Grid, reduced: Grid) -> None:
        """Build a head. wide, middle: channels of the features at the picture's grid, `size`, and at a quarter of it.

        reduced: the sketch's grid.
        """
        super().__init__()
        self.channels, self.entries = channels, entries
        self.asked = Linear(mapped, entries * channels, gain=0.3)
        self.gate = Linear(mapped, entries, gain=0.3)
        self.moved = Linear(mapped, entries * channels, gain=0.05)
        self.logits = Conv(wide, entries, gain=0.5)
        self.shading = Conv(middle, channels, gain=0.05)
        self.nearness = nn.Parameter(torch.tensor(8.0))  # b
        self.apart = nn.Parameter(torch.tensor(16.0))  # a
        self.returned = Linear(mapped, 2, gain=0.3)
        self.reduce = Reduction(reduced, size)
        with torch.no_grad():
            self.asked.bias.copy_(_first_colours(entries, channels).flatten())
            self.gate.bias.fill_(2.5)  # at first nearly all of a colour comes from the sketch

    def forward(
        self, h: Float[Tensor, "n f h w"], middle: Float[Tensor, "n e p q"], w: Float[Tensor, "n m"], *,
        small: Float[Tensor, "n c r s"], large: Float[Tensor, "n c h w"],
    ) -> Painted:  # fmt: skip
        """Return shares, palette and shading. small, large: the sketch at its own size and at the picture's."""
        factor = large.shape[2] / middle.shape[2]
        logits, shading = self.logits(h), self.shading(middle)
        with torch.autocast(w.device.type, enabled=False):  # a rounded palette would show in the whole picture
            palette = self._palette(w.float(), _flat(small))
            near = (2 * (palette @ _flat(large)) - palette.square().sum(dim=2, keepdim=True)) * self.nearness
            logits = logits.float() + near.view(-1, self.entries, *large.shape[2:])
            shading = F.interpolate(shading.float(), scale_factor=factor, mode="bilinear", align_corners=False)
            return self._corrected(Painted(logits, palette, shading), w.float(), small)

    def _corrected(self, painted: Painted, w: Float[Tensor, "n m"], small: Float[Tensor, "n c r s"]) -> Painted:
        """Give back what the picture lacks of the sketch, at the sketch's size."""
        logits, palette, shading = painted
        gates = _sigmoid(self.returned(w))[:, :, None]
        shares = _flat(self.reduce(logits.softmax(dim=1)))  # (N, K, P)
        lacking = _flat(small) - palette.mT @ shares - _flat(self.reduce(shading))  # (N, C, P)
        moved = gates[:, :1] * (shares @ lacking.mT) * torch.reciprocal(1 + shares.sum(dim=2, keepdim=True))
        lacking = (lacking - moved.mT @ shares).view(-1, *small.shape[1:])
        low = resized(gates[:, 1:, :, None] * lacking, (logits.shape[2], logits.shape[3]))
        return Painted(logits, palette + moved, shading + low)

    def _palette(self, w: Float[Tensor, "n m"], sketch: Float[Tensor, "n c p"]) -> Float[Tensor, "n k c"]:
        proposed = self.asked(w).view(-1, self.entries, self.channels)
        power = proposed.square().sum(dim=2, keepdim=True) + sketch.square().sum(dim=1, keepdim=True)
        near = torch.exp((2 * (proposed @ sketch) - power) * self.apart)  # (N, K, P)
        near = near * torch.reciprocal(near.sum(dim=1, keepdim=True) + 1e-8)
        mass = near.sum(dim=2, keepdim=True)
        mean = (near @ sketch.mT) * torch.reciprocal(mass + 1e-3)
        held = mass * torch.reciprocal(mass + 2)  # an entry near to next to nothing keeps the colour of the styles
        gate = _sigmoid(self.gate(w))[:, :, None]
        moved = self.moved(w).view(-1, self.entries, self.channels)
        return proposed + held * gate * (mean - proposed) + moved


class Reduction(nn.Module):
    """Reduce pictures (N, C, H, W) by the means that sketches are made of; fixed, as two products, which every runtime has."""

    rows: Tensor
    columns: Tensor

    def __init__(self, reduced: Grid, size: Grid) -> None:
        super().__init__()
        for name, small, large in (("rows", reduced[0], size[0]), ("columns", reduced[1], size[1])):
            means = F.adaptive_avg_pool1d(torch.eye(large)[None], small)[0].half().float()  # (large, small), as graphs keep it
            self.register_buffer(name, means if name == "columns" else means.mT.contiguous(), persistent=False)

    def forward(self, pictures: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c r s"]:
        """Reduce pictures."""
        return self.rows @ pictures @ self.columns


def _sigmoid(x: Tensor) -> Tensor:
    """The logistic function by operators that the graph guard allows."""
    return torch.reciprocal(1 + torch.exp(x * -1.0))


def _flat(pictures: Images) -> Float[Tensor, "n c p"]:
    """Lay rows one after another. `flatten` would compute its size in the graph, which the guard refuses."""
    return pictures.float().reshape(-1, pictures.shape[1], pictures.shape[2] * pictures.shape[3])


def _first_colours(entries: int, channels: int) -> Float[Tensor, "k c"]:
    """Return where entries begin, in [-1, 1], premultiplied: transparent, then opaque colours, repeated where K is larger."""
    names = FIRST_COLOURS.split()
    found = [[-1.0] * channels]
    while len(found) < entries:
        code = names[(len(found) - 1) % len(names)]
        rgb = [int(code[at : at + 2], 16) / 127.5 - 1 for at in (0, 2, 4)]
        found.append([*rgb, 1.0][:channels])
    return torch.tensor(found[:entries])


class PaletteSynthesis(Synthesis):
    """w -> shares of a palette -> picture: the synthesis over a sketch, with a palette head in place of its last layer.

    The sketch enters at the picture's own size too, and not only at a half and a quarter.
    """

    def __init__(self, config: GeneratorConfig, *, size: Size | int, channels: int, sketch: Sketch) -> None:
        super().__init__(config, size=size, channels=channels, sketch=sketch)
        del self.colour
        widths = [layer.weight.shape[0] for layer in self.second.children() if isinstance(layer.weight, Tensor)]
        self.full_hint = Conv(channels, widths[-1])
        self.head = PaletteHead(
            widths[-1], widths[-3], config.mapped,
            channels=channels, entries=config.palette, size=self.grids[-1], reduced=sketch.shape[1:],
        )  # fmt: skip

    def forward(self, w: Float[Tensor, "n m"]) -> Images:
        """Draw works in about [-1, 1]; clamped only when a picture is made of it."""
        return compose(self.paint(w))

    def paint(self, w: Float[Tensor, "n m"]) -> Painted:
        """Draw the parts that a picture of any size is composed of."""
        assert self.sketch is not None
        small = self.sketch(w[:, self.mapped :])
        styles = w[:, : self.mapped]
        half, full = (resized(small, grid) for grid in self.grids[-2:])
        hints = {
            self.grids[-3]: self.quarter_hint(half),
            self.grids[-2]: self.half_hint(half),
            self.grids[-1]: self.full_hint(full),
        }
        x, middle = self.start(styles).view(-1, self.width, *self.grids[0]), None
        for grid, first, second in zip(self.grids, self.first, self.second, strict=True):
            x = leaky(first(x, styles))
            if grid != self.grids[0]:
                x = doubled(x, grid)
            hint = hints.get(grid)
            x = leaky(second(x, styles) if hint is None else second(x, styles) + hint)
            if grid == self.grids[-3]:
                middle = x
        assert middle is not None
        return self.head(x, middle, styles, small=small, large=full)


class PaletteGenerator(Generator):
    """Draws appearances as pictures, opaque (3 channels) or with premultiplied alpha (4). mapped: the width of w."""

    def __init__(
        self, config: GeneratorConfig, *, size: Size | int, channels: int, takes: Takes, appearance: int, sketch: Sketch
    ) -> None:
        """Build a generator. appearance: numbers of an appearance. sketch: the fitted way back from its pixel part."""
        super().__init__()
        pixels = sketch.components.shape[1]
        self.mapping = PaletteMapping(config, takes, appearance=appearance, pixels=pixels)
        self.mapped = config.mapped + pixels
        self.synthesis = PaletteSynthesis(config, size=size, channels=channels, sketch=sketch)
