"""Restyling: a generator that redraws a picture in a style, a discriminator of patches with one logit a style, patch heads.

Sources: CycleGAN (Zhu et al. 2017) for the shape of the generator; StyleGAN2 (Karras et al. 2020, eq. 1 and 3) for the style as a
modulation, demodulated by the weights alone; StarGAN v2 (Choi et al. 2020) for one logit a style; PatchGAN (Isola et al. 2017);
CUT (Park et al. 2020) for the heads. No layer takes statistics of its picture, so a piece of one is drawn as the whole would be.
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
"""The part of a condition that names the style: (N, styles), one-hot; part of the way at less than 1, none at 0."""
SIDE_MULTIPLE = 4
"""What both sides of a picture must be multiples of: it is halved twice."""

DIRECT_SHARE = 0.25
"""Where there are boxes, how much of a change reaches the drawing besides: all would bring back any colour, nothing would leave
colours in the middle of their neighbourhood without a slope to learn by."""
OUTPUT_SCALE = 0.5
"""What the last layer says is made so much smaller: else one step of it changes all colours at once, and the game swings."""


class RestylerConfig(Frozen):
    """A restyler: widths at the picture's size, its half and its quarter; residual blocks at the quarter; width of the style.

    colours: of each style's box, which what is redrawn is brought to; 0: no boxes.
    """

    widths: tuple[int, int, int] = (32, 64, 128)
    blocks: int = Field(default=4, ge=1, le=16)
    mapped: int = Field(default=32, ge=1, le=1024)
    colours: int = Field(default=0, ge=0, le=256)

    @property
    def reach(self) -> int:
        """How many pixels away from its own a pixel's colour can be decided, at most; a multiple of MULTIPLE."""
        at_whole, at_half, at_quarter = 1 + 1 + 2, 1 + 3, 1 + 2 * self.blocks + 2  # doublings reach one pixel of the smaller
        far = at_whole + 2 * at_half + 4 * at_quarter
        return -(-far // SIDE_MULTIPLE) * SIDE_MULTIPLE


class Block(nn.Module):
    """The mean of a picture and what two modulated convolutions make of it, with the variance kept."""

    def __init__(self, width: int, mapped: int) -> None:
        super().__init__()
        self.first, self.second = ModulatedConv(width, width, mapped), ModulatedConv(width, width, mapped)

    def forward(self, x: Images, w: Tensor) -> Images:
        return (x + self.second(leaky(self.first(leaky(x), w)), w)) * math.sqrt(0.5)


class Restyler(nn.Module):
    """A picture and a style in, the picture redrawn out, both in about [-1, 1] and of any size; sides are multiples of MULTIPLE.

    It adds what the style changes to the picture as it is, and only so much of that as there is of the style: of none, nothing.
    With boxes the picture and its change are brought to the colours of the style together: the change chooses among them. At
    first no network changes anything by itself: pictures are as they are, or in the colours of their style's box.
    What enters is 0 where it is clear. Strides and bilinear doublings, no pooling:
    all operators are those that a model folder may hold.
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
        """Redraw pictures, linear: clamped only when a picture is made of it."""
        return self.drawn(picture, self.encoded(picture), style)

    def encoded(self, picture: Images) -> list[Tensor]:
        """Return what is seen of a picture, whatever its style shall be: at its size, its half and its quarter."""
        whole = self.enter(picture * 0.5 + 0.5)
        half = self.halve(leaky(whole))
        return [whole, half, self.quarter(leaky(half))]

    def drawn(self, picture: Images, seen: list[Tensor], style: Float[Tensor, "n k"]) -> Images:
        """Redraw pictures that were seen already."""
        w = self.style(style)
        *above, x = seen
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
    """One restyler for each style, none of whose weights are shared, as CycleGAN has one for each way."""

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
    """Two-layer heads that turn what a restyler's encoder sees at a place into a vector of unit length (CUT, section 3.1)."""

    def __init__(self, widths: tuple[int, ...], *, out: int = 64) -> None:
        super().__init__()
        self.first = nn.ModuleList(Linear(width, out, gain=math.sqrt(2)) for width in widths)
        self.second = nn.ModuleList(Linear(out, out) for _ in widths)

    def forward(self, seen: list[Tensor], places: list[Int[Tensor, "n p"]]) -> list[Tensor]:
        """Return (N, P, out) for each layer: at each picture's own places, counted row by row."""
        found: list[Tensor] = []
        for layer, at, first, second in zip(seen, places, self.first, self.second, strict=True):
            flat = layer.flatten(2)  # (N, C, H W)
            taken = flat.gather(2, at[:, None].expand(-1, flat.shape[1], -1)).mT  # (N, P, C)
            found.append(F.normalize(second(F.relu(first(taken))).float(), dim=2))
        return found


class ImagePool(nn.Module):
    """Pictures drawn earlier, some for each style, that the discriminator is shown again (Shrivastava et al. 2017, section 2.3).

    Its buffers are state: they are saved and resumed with the networks.
    """

    works: Tensor
    held: Tensor

    def __init__(self, size: int, *, styles: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("works", torch.zeros(styles * size, *shape))
        self.register_buffer("held", torch.zeros(styles, dtype=torch.int64))

    def exchange(self, works: Images, style: Tensor, draws: Float[Tensor, "2 n"]) -> Images:
        """Keep new works while there is room; then give back an older one of the same style for half of them, and keep the new.

        draws: uniforms in [0, 1): whether to exchange, and for which.
        """
        given = works.clone()
        for number, row in enumerate(style.argmax(dim=1).tolist()):
            held, first = int(self.held[row]), row * self.size
            if held < self.size:
                self.works[first + held] = works[number]
                self.held[row] += 1
            elif draws[0, number] < 0.5:
                place = first + min(int(draws[1, number] * self.size), self.size - 1)
                given[number] = self.works[place]
                self.works[place] = works[number]
        return given
