"""StylePalettes of colours: a picture's colours exchanged for those that a style takes.

What tells a hand from another are its colours before all else, and it takes few. They are found without any game, by k-medians
(Bradley, Mangasarian and Street 1997), so that the game begins with them and learns the rest. A colour becomes the mean of those
near it in the box, by a Gaussian kernel: one step of mean shift (Comaniciu and Meer 2002).
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from ganvas.data.pixels import Pixels
from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images

KERNEL_WIDTH = 12 / 255
"""Deviation of the kernel: colours nearer than that are mixed, those farther are exchanged."""
OWN_WEIGHT = 1e-12
"""The weight of a colour itself, which it keeps where none of the box is near."""
MAX_PICTURES, MAX_PIXELS, ROUNDS = 600, 40_000, 5
LEVELS_PER_CHANNEL = 16
MIN_COLOURS, COVERED_SHARE = 16, 0.75
"""A box has as few colours as hold so large a share of a style's pixels within SOFT, of FEWEST and its doubles."""
UNREACHABLE = -10.0
"""A colour that nothing comes near: where a style takes fewer colours than its box has room for."""


class StylePalettes(nn.Module):
    """A picture in, the same in a style's colours out; each pixel by itself. Boxes are buffers: they are fitted, not learned."""

    colours: Tensor

    def __init__(self, count: int, *, styles: int) -> None:
        super().__init__()
        self.count = count
        self.register_buffer("colours", torch.zeros(styles, 3 * count))  # all reds, all greens, all blues

    def fit(self, style: int, box: np.ndarray) -> None:
        """Give a style its colours, float32 (K, 3) in [0, 1]."""
        self.colours[style] = torch.from_numpy(box.T.reshape(-1).copy())

    def forward(self, picture: Images, style: Float[Tensor, "n k"]) -> Images:
        """Exchange colours (N, 3 or 4, H, W) in [-1, 1], premultiplied where there is alpha; strength is left to others."""
        with torch.autocast(picture.device.type, enabled=False):
            clear, told = (picture.float() * 0.5 + 0.5).permute(0, 2, 3, 1), style.float()
            told = told * torch.reciprocal(told.sum(dim=1, keepdim=True) + 1e-8)
            rows = told @ self.colours
            parts = [rows[:, None, part * self.count : (part + 1) * self.count] for part in range(3)]  # (N, 1, K) each
            colour, alpha = clear[..., :3], clear[..., 3:] if picture.shape[1] == 4 else torch.ones_like(clear[..., :1])
            # |c - a b|^2 = |c|^2 - 2 a (c . b) + a^2 |b|^2: one product of matrices has all colours of all pixels
            red, green, blue = parts
            asked = torch.cat([*(one * -2.0 for one in parts), red.square() + green.square() + blue.square()], dim=1)
            far = torch.cat([alpha * colour, alpha.square()], dim=3) @ asked[:, None] + colour.square().sum(dim=3, keepdim=True)
            near = torch.exp(far * (-0.5 / KERNEL_WIDTH**2))
            mixed = near @ torch.cat(parts, dim=1).mT[:, None]  # (N, H, W, 3)
            made = (mixed * alpha + OWN_WEIGHT * colour) * torch.reciprocal(near.sum(dim=3, keepdim=True) + OWN_WEIGHT)
            return torch.cat([made, clear[..., 3:]], dim=3).permute(0, 3, 1, 2) * 2 - 1


def fit_palette(images: Pixels, chosen: np.ndarray, numbers: Stream, *, count: int) -> np.ndarray:
    """Find the colours of some pictures, those of `images` (N, H, W, 3 or 4) that are chosen (n,), of which PICTURES are read.

    Returns float32 (count, 3) in [0, 1], FAR where as few do: a hand without shading is known by how few it takes, and one that
    shades needs many.
    """
    some = images[chosen[np.sort(numbers.permutation(len(chosen))[:MAX_PICTURES])]]
    rows = some.reshape(-1, some.shape[-1])
    rows = rows[rows[:, 3] > 250] if rows.shape[1] == 4 else rows
    x = rows[numbers.permutation(len(rows))[:MAX_PIXELS], :3].astype(np.float32) / 255
    box = np.full((count, 3), UNREACHABLE, dtype=np.float32)
    if not len(x):
        return box
    few = min(MIN_COLOURS, count)
    while (held := _medians(x, few))[1] < COVERED_SHARE and few < count:
        few = min(2 * few, count)
    box[: len(held[0])] = held[0]
    return box


def _medians(x: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """Return the medians of up to `count` clusters of colours (n, 3), and the share of them that lies within SOFT of one.

    It begins at the medians of the fullest of LEVELS^3 cells: a median is a flat colour itself where there is one, a mean is one
    that nobody used, since edges are mixed into it.
    """
    _, cell, many = np.unique(
        (x * 255).astype(np.int64) * LEVELS_PER_CHANNEL // 256 @ (LEVELS_PER_CHANNEL**2, LEVELS_PER_CHANNEL, 1),
        return_inverse=True,
        return_counts=True,
    )
    fullest = np.argsort(-many, kind="stable")[:count]
    box = np.stack([np.median(x[cell == one], axis=0) for one in fullest])
    for _ in range(ROUNDS):
        nearest = _squares(x, box).argmin(axis=1)
        for place in np.unique(nearest):
            box[place] = np.median(x[nearest == place], axis=0)
    return box, float((_squares(x, box).min(axis=1) < KERNEL_WIDTH**2).mean())


def _squares(x: np.ndarray, box: np.ndarray) -> np.ndarray:
    return (x**2).sum(axis=1, keepdims=True) - 2 * x @ box.T + (box**2).sum(axis=1)
