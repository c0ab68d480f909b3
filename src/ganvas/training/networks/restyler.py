"""The restyler: a generator that redraws a picture in a style; its patch heads; the pool of earlier drawings.

Sources: CycleGAN (Zhu et al. 2017) for the shape of the generator; StyleGAN2 (Karras et al. 2020,
eq. 1 and 3) for the style as a modulation, demodulated by the weights alone; CUT (Park et al. 2020)
for the heads. No layer uses statistics of the whole picture, so a large picture can be redrawn in
pieces.
"""

import math

import numpy as np
import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.training.networks.base import Images
from ganvas.training.networks.layers import Conv, Linear, ModulatedConv, leaky
from ganvas.training.networks.palette import StylePalettes

STYLE = "style"
"""The part of a condition that holds the style: (N, styles), one-hot; less than 1 changes less, 0 changes nothing."""
SIDE_MULTIPLE = 4
"""Both sides of a picture must be multiples of it, because the network halves them twice."""

DIRECT_SHARE = 0.25
"""With palettes, the share of the change that is also added directly to the picture. With 1 any
colour could return; with 0 a colour far from the edge between two palette colours would have no
gradient."""
OUTPUT_SCALE = 0.5
"""Factor of the last layer's output: without it one step changes all colours at once, and training oscillates."""


class RestylerConfig(Frozen):
    """Configures a restyler: widths at the picture's size, half and quarter; residual blocks at the quarter; style width.

    colours: size of each style's palette, to which the drawing is mapped; 0: no palettes.
    """

    widths: tuple[int, int, int] = (32, 64, 128)
    blocks: int = Field(default=4, ge=1, le=16)
    mapped: int = Field(default=32, ge=1, le=1024)
    colours: int = Field(default=0, ge=0, le=256)

    @property
    def reach(self) -> int:
        """The radius of the receptive field in pixels, rounded up to a multiple of SIDE_MULTIPLE."""
        at_whole, at_half, at_quarter = (
            1 + 1 + 2,
            1 + 3,
            1 + 2 * self.blocks + 2,
        )  # bilinear doublings reach one pixel of the smaller grid
        far = at_whole + 2 * at_half + 4 * at_quarter
        return -(-far // SIDE_MULTIPLE) * SIDE_MULTIPLE


class Block(nn.Module):
    """A residual block of two modulated convolutions that keeps the variance."""

    def __init__(self, width: int, mapped: int) -> None:
        super().__init__()
        self.first, self.second = ModulatedConv(width, width, mapped), ModulatedConv(width, width, mapped)

    def forward(self, x: Images, w: Tensor) -> Images:
        return (x + self.second(leaky(self.first(leaky(x), w)), w)) * math.sqrt(0.5)


class Restyler(nn.Module):
    """Redraws a picture in a style, in about [-1, 1], of any size whose sides are multiples of SIDE_MULTIPLE.

    It adds a change to the picture, scaled by the strength of the style: at strength 0 the picture
    stays as it is. With palettes the sum of picture and change is mapped to the style's colours.
    The last layer starts at 0, so that an untrained restyler returns the picture, or the picture in
    the colours of the palette. Inside, clear is 0. It uses only operators that a model folder may
    hold.
    """

    def __init__(
        self, config: RestylerConfig, *, channels: int, styles: int, palettes: Float[np.ndarray, "k c 3"] | None = None
    ) -> None:
        """Build it; palettes: the colours of each style where the config has any, fitted; zeros until a state is loaded."""
        super().__init__()
        whole, half, quarter = config.widths
        mapped = config.mapped
        self.style = Linear(styles, mapped)
        self.boxes = StylePalettes(config.colours, styles=styles) if config.colours else None
        if self.boxes is not None and palettes is not None:
            for style, colours in enumerate(palettes):
                self.boxes.fit(style, colours)
        self.enter, self.halve = Conv(channels, whole, 1), Conv(whole, half, stride=2)
        self.quarter = Conv(half, quarter, stride=2)
        self.blocks = nn.ModuleList(Block(quarter, mapped) for _ in range(config.blocks))
        self.narrow = nn.ModuleList((ModulatedConv(quarter, half, mapped), ModulatedConv(half, whole, mapped)))
        self.sharpen = nn.ModuleList((ModulatedConv(half, half, mapped), ModulatedConv(whole, whole, mapped)))
        self.tone, self.colour = ModulatedConv(2 * whole, whole, mapped, size=1), Conv(whole, channels, 1, gain=0.0)

    def forward(self, picture: Images, style: Float[Tensor, "n k"]) -> Images:
        """Redraw pictures; the result is unclamped."""
        return self.draw(picture, self.encode(picture), style)

    def encode(self, picture: Images) -> list[Tensor]:
        """Encode pictures without regard to the style: features at their size, half and quarter."""
        whole = self.enter(picture * 0.5 + 0.5)
        half = self.halve(leaky(whole))
        return [whole, half, self.quarter(leaky(half))]

    def draw(self, picture: Images, features: list[Tensor], style: Float[Tensor, "n k"]) -> Images:
        """Redraw pictures whose features are computed already."""
        w = self.style(style)
        *above, x = features
        for block in self.blocks:
            x = block(x, w)
        for narrow, sharpen, beside in zip(self.narrow, self.sharpen, reversed(above), strict=True):
            x = F.interpolate(narrow(leaky(x), w), scale_factor=2.0, mode="bilinear", align_corners=False)
            x = sharpen(leaky((x + beside) * math.sqrt(0.5)), w)
        x = self.tone(leaky(torch.cat([x, above[0]], dim=1)), w)
        change = OUTPUT_SCALE * self.colour(leaky(x)).float()
        if self.boxes is not None:
            change = DIRECT_SHARE * change + self.boxes(picture + change, style) - picture
        return picture + style.sum(dim=1)[:, None, None, None] * change


class PerStyleRestylers(nn.Module):
    """Holds a separate restyler for each style, as CycleGAN has one for each direction."""

    def __init__(self, config: RestylerConfig, *, channels: int, styles: int) -> None:
        super().__init__()
        self.ways = nn.ModuleList(Restyler(config, channels=channels, styles=1) for _ in range(styles))

    def forward(self, picture: Images, style: Float[Tensor, "n k"]) -> Images:
        """Redraw each picture by the network of its style."""
        drawn = torch.empty_like(picture)
        for number, network in enumerate(self.ways):
            rows = style[:, number] > 0
            if rows.any():
                drawn = drawn.index_put((rows,), network(picture[rows], style[rows, number : number + 1]))
        return drawn


class PatchHeads(nn.Module):
    """Projects the encoder's features at given places to unit vectors, by a two-layer head for each layer (CUT, section 3.1)."""

    def __init__(self, widths: tuple[int, ...], *, out: int = 64) -> None:
        super().__init__()
        self.first = nn.ModuleList(Linear(width, out, gain=math.sqrt(2)) for width in widths)
        self.second = nn.ModuleList(Linear(out, out) for _ in widths)

    def forward(self, features: list[Tensor], places: list[Int[Tensor, "n p"]]) -> list[Tensor]:
        """Return (N, P, out) for each layer. places: of each picture, counted row by row."""
        found: list[Tensor] = []
        for layer, at, first, second in zip(features, places, self.first, self.second, strict=True):
            flat = layer.flatten(2)  # (N, C, H W)
            taken = flat.gather(2, at[:, None].expand(-1, flat.shape[1], -1)).mT  # (N, P, C)
            found.append(F.normalize(second(F.relu(first(taken))).float(), dim=2))
        return found


class ImagePool(nn.Module):
    """Keeps earlier fakes of each style for the discriminator (Shrivastava et al. 2017, section 2.3).

    Its buffers are saved and resumed with the networks.
    """

    works: Tensor
    held: Tensor

    def __init__(self, size: int, *, styles: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("works", torch.zeros(styles * size, *shape))
        self.register_buffer("held", torch.zeros(styles, dtype=torch.int64))

    def exchange(self, works: Images, style: Tensor, draws: Float[Tensor, "2 n"]) -> Images:
        """Store new fakes while there is room; then swap half of them for stored ones of the same style.

        draws: uniforms in [0, 1): whether to swap, and with which.
        """
        returned = works.clone()
        for number, row in enumerate(style.argmax(dim=1).tolist()):
            held, first = int(self.held[row]), row * self.size
            if held < self.size:
                self.works[first + held] = works[number]
                self.held[row] += 1
            elif draws[0, number] < 0.5:
                place = first + min(int(draws[1, number] * self.size), self.size - 1)
                returned[number] = self.works[place]
                self.works[place] = works[number]
        return returned
