"""What a discriminator is shown: pictures moved, scaled and laid over a colour, the same for the real and the fake of a pair.

The same operation on real and fake, differentiable, so that gradients reach the generator (DiffAugment, Zhao et al. 2020).
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images


@dataclass(frozen=True)
class View:
    """One draw of the operation for a batch. `colour` is None for opaque pictures, `place` None where nothing moves."""

    place: Float[Tensor, "n 2 3"] | None
    colour: Float[Tensor, "n 3 1 1"] | None

    def __call__(self, images: Images) -> Float[Tensor, "n 3 h w"]:
        """Return RGB pictures in [-1, 1] from RGB, or from RGBA with premultiplied colour; both in about [-1, 1]."""
        if self.colour is None:
            return images if self.place is None else _move(images, self.place, padding="reflection")
        clear = images * 0.5 + 0.5
        if self.place is not None:
            clear = _move(clear, self.place, padding="zeros")
        return (clear[:, :3] + (1 - clear[:, 3:]) * self.colour) * 2 - 1


def _move(images: Images, place: Float[Tensor, "n 2 3"], *, padding: str) -> Images:
    grid = F.affine_grid(place, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode=padding, align_corners=False)


def draw_view(numbers: Stream, count: int, *, translation: float, scale: float, transparent: bool) -> View:
    """Draw translations (share of the side), scales and background colours: half white, half random."""
    place = colour = None
    if translation or scale:
        zoom = 1 + scale * (2 * numbers.uniform(count) - 1)
        shift = 2 * translation * (2 * numbers.uniform((2, count)) - 1)
        zero = np.zeros(count)
        rows = np.array([[zoom, zero, shift[0]], [zero, zoom, shift[1]]], dtype=np.float32)  # (2, 3, N)
        place = torch.from_numpy(np.ascontiguousarray(rows.transpose(2, 0, 1)))
    if transparent:
        white = numbers.uniform(count) < 0.5
        colours = np.where(white[:, None], 1.0, numbers.uniform((count, 3)))
        colour = torch.from_numpy(colours.astype(np.float32))[:, :, None, None]
    return View(place, colour)
