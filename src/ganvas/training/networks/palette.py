"""Style palettes: the colours of a picture replaced by those that a style uses.

Styles differ in their colours before all else, and each uses few. The palettes are fitted before
the adversarial phase, by k-medians (Bradley, Mangasarian and Street 1997), so that the networks
learn the rest only. Each colour becomes the mean of the palette's colours near it under a Gaussian
kernel: one step of mean shift (Comaniciu and Meer 2002).
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from ganvas.data.pixels import Pixels
from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images

KERNEL_WIDTH = 12 / 255
"""Deviation of the kernel: palette colours nearer than that are mixed, farther ones replace the colour."""
OWN_WEIGHT = 1e-12
"""Weight of a colour itself: it stays where no colour of the palette is near."""
MAX_PICTURES, MAX_PIXELS, ROUNDS = 600, 40_000, 5
LEVELS_PER_CHANNEL = 16
MIN_COLOURS, COVERED_SHARE = 16, 0.75
"""A palette has MIN_COLOURS, doubled until COVERED_SHARE of the style's pixels lie within KERNEL_WIDTH of one of them."""
UNREACHABLE = -10.0
"""Fills the rows of a palette with fewer colours than it has room for: no picture has a colour near it."""


class StylePalettes(nn.Module):
    """Replaces the colours of a picture by those of a style, each pixel by itself. Palettes are buffers: fitted, not trained."""

    colours: Tensor

    def __init__(self, count: int, *, styles: int) -> None:
        super().__init__()
        self.count = count
        self.register_buffer("colours", torch.zeros(styles, 3 * count))  # all reds, all greens, all blues

    def fit(self, style: int, palette: np.ndarray) -> None:
        """Set the palette of a style, float32 (K, 3) in [0, 1]."""
        self.colours[style] = torch.from_numpy(palette.T.reshape(-1).copy())

    def forward(self, picture: Images, style: Float[Tensor, "n k"]) -> Images:
        """Replace colours of (N, 3 or 4, H, W) in [-1, 1], premultiplied where there is alpha.

        style: weights (N, K), only their proportions count.
        """
        with torch.autocast(picture.device.type, enabled=False):
            clear, weights = (picture.float() * 0.5 + 0.5).permute(0, 2, 3, 1), style.float()
            weights = weights * torch.reciprocal(weights.sum(dim=1, keepdim=True) + 1e-8)
            rows = weights @ self.colours
            parts = [rows[:, None, part * self.count : (part + 1) * self.count] for part in range(3)]  # (N, 1, K) each
            colour, alpha = clear[..., :3], clear[..., 3:] if picture.shape[1] == 4 else torch.ones_like(clear[..., :1])
            # |c - a b|^2 = |c|^2 - 2 a (c . b) + a^2 |b|^2: one matrix product for all pixels and colours
            red, green, blue = parts
            factors = torch.cat([*(one * -2.0 for one in parts), red.square() + green.square() + blue.square()], dim=1)
            far = torch.cat([alpha * colour, alpha.square()], dim=3) @ factors[:, None] + colour.square().sum(dim=3, keepdim=True)
            near = torch.exp(far * (-0.5 / KERNEL_WIDTH**2))
            mixed = near @ torch.cat(parts, dim=1).mT[:, None]  # (N, H, W, 3)
            made = (mixed * alpha + OWN_WEIGHT * colour) * torch.reciprocal(near.sum(dim=3, keepdim=True) + OWN_WEIGHT)
            return torch.cat([made, clear[..., 3:]], dim=3).permute(0, 3, 1, 2) * 2 - 1


def fit_palette(images: Pixels, chosen: np.ndarray, numbers: Stream, *, count: int) -> np.ndarray:
    """Fit a palette to the pictures `chosen` (n,) of `images` (N, H, W, 3 or 4); at most MAX_PICTURES are read.

    Returns float32 (count, 3) in [0, 1]. Rows that are not needed are UNREACHABLE: a flat style is
    recognised by how few colours it uses, while one with shading needs many.
    """
    some = images[chosen[np.sort(numbers.permutation(len(chosen))[:MAX_PICTURES])]]
    rows = some.reshape(-1, some.shape[-1])
    rows = rows[rows[:, 3] > 250] if rows.shape[1] == 4 else rows
    x = rows[numbers.permutation(len(rows))[:MAX_PIXELS], :3].astype(np.float32) / 255
    palette = np.full((count, 3), UNREACHABLE, dtype=np.float32)
    if not len(x):
        return palette
    few = min(MIN_COLOURS, count)
    while (fitted := _medians(x, few))[1] < COVERED_SHARE and few < count:
        few = min(2 * few, count)
    palette[: len(fitted[0])] = fitted[0]
    return palette


def _medians(x: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """Cluster colours (n, 3) by k-medians: up to `count` medians, and the share of colours within KERNEL_WIDTH of one.

    It starts at the medians of the fullest of LEVELS_PER_CHANNEL^3 cells. The median of a flat area
    is its very colour; a mean would mix in the colours of its edges.
    """
    _, cell, many = np.unique(
        (x * 255).astype(np.int64) * LEVELS_PER_CHANNEL // 256 @ (LEVELS_PER_CHANNEL**2, LEVELS_PER_CHANNEL, 1),
        return_inverse=True,
        return_counts=True,
    )
    fullest = np.argsort(-many, kind="stable")[:count]
    medians = np.stack([np.median(x[cell == one], axis=0) for one in fullest])
    for _ in range(ROUNDS):
        nearest = _squares(x, medians).argmin(axis=1)
        for place in np.unique(nearest):
            medians[place] = np.median(x[nearest == place], axis=0)
    return medians, float((_squares(x, medians).min(axis=1) < KERNEL_WIDTH**2).mean())


def _squares(x: np.ndarray, medians: np.ndarray) -> np.ndarray:
    return (x**2).sum(axis=1, keepdims=True) - 2 * x @ medians.T + (medians**2).sum(axis=1)
