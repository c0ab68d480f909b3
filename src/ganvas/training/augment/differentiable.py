"""Differentiable augmentation for the discriminator: pictures moved, scaled, tinted, cut and laid over a colour.

Real and fake of a pair get the same differentiable operation, so that gradients reach the generator
(DiffAugment, Zhao et al. 2020).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images


@dataclass(frozen=True)
class View:
    """One random augmentation for a batch. A part that is None is not applied; `colour` is None for opaque pictures.

    place: scale and translation. colour: the background. tint: added brightness, factors of
    saturation and contrast. cut: centre and side of the square that is cut out, as shares of the
    picture's sides.
    """

    place: Float[Tensor, "n 2 3"] | None
    colour: Float[Tensor, "n 3 1 1"] | None
    tint: Float[Tensor, "3 n 1 1 1"] | None = None
    cut: Float[Tensor, "3 n 1"] | None = None

    def __call__(self, images: Images) -> Float[Tensor, "n 3 h w"]:
        """Return RGB pictures in [-1, 1] from RGB, or from RGBA with premultiplied colour; both in about [-1, 1]."""
        view = self._place_over_colour(images)
        if self.tint is not None:
            view = _apply_tint(view, self.tint)
        return view if self.cut is None else view * ~_square(self.cut, view.shape[2], view.shape[3])

    def _place_over_colour(self, images: Images) -> Float[Tensor, "n 3 h w"]:
        if self.colour is None:
            return images if self.place is None else _move(images, self.place, padding="reflection")
        clear = images * 0.5 + 0.5
        if self.place is not None:
            clear = _move(clear, self.place, padding="zeros")
        return (clear[:, :3] + (1 - clear[:, 3:]) * self.colour) * 2 - 1

    def to(self, device: torch.device) -> "View":
        """Move a view to the device of its pictures."""
        return self._each(lambda part: part.to(device))

    def part(self, taken: slice) -> "View":
        """Return the view of a part of the batch."""
        return self._each(lambda part: part[:, taken] if part is self.tint or part is self.cut else part[taken])

    def _each(self, change: Callable[[Tensor], Tensor]) -> "View":
        parts = {name: getattr(self, name) for name in ("place", "colour", "tint", "cut")}
        return replace(self, **{name: None if part is None else change(part) for name, part in parts.items()})


def lay_on_white(works: Images) -> Float[Tensor, "n 3 h w"]:
    """Lay pictures over white; opaque ones pass unchanged."""
    white = torch.ones(len(works), 3, 1, 1, device=works.device) if works.shape[1] == 4 else None
    return View(None, white)(works)


def _move(images: Images, place: Float[Tensor, "n 2 3"], *, padding: str) -> Images:
    """Scale pictures and move them by whole pixels: a move by a fraction would average the detail away."""
    sides = torch.tensor(images.shape[:1:-1], dtype=place.dtype, device=place.device)
    place = torch.cat([place[:, :, :2], (place[:, :, 2:] * sides[:, None] / 2).round() * 2 / sides[:, None]], dim=2)
    grid = F.affine_grid(place, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode=padding, align_corners=False)


def _apply_tint(images: Images, tint: Float[Tensor, "3 n 1 1 1"]) -> Images:
    brightness, saturation, contrast = tint
    images = images + brightness
    grey = images.mean(dim=1, keepdim=True)
    images = (images - grey) * saturation + grey
    middle = images.mean(dim=(1, 2, 3), keepdim=True)
    return (images - middle) * contrast + middle


def _square(cut: Float[Tensor, "3 n 1"], height: int, width: int) -> Tensor:
    """Return which pixels (N, 1, H, W) lie in the square."""
    down, across, side = cut
    rows, columns = ((torch.arange(count, device=cut.device) + 0.5) / count for count in (height, width))
    inside = [(2 * (line - middle).abs() < side) for line, middle in ((rows, down), (columns, across))]
    return (inside[0][:, :, None] & inside[1][:, None, :])[:, None]


def draw_view(
    numbers: Stream, count: int, *, translation: float, scale: float, transparent: bool,
    tint: float = 0.0, cutout: float = 0.0, often: float = 1.0,
) -> View:  # fmt: skip
    """Draw translations (share of the side), scales and background colours (half white, half random); then tints and cuts.

    Half of the pictures keep their size, because scaling averages detail away. often: the
    probability of each augmentation; the background of transparent pictures is no augmentation and
    always applies.
    """
    place = colour = tints = cuts = None
    zoom, shift = np.ones(count), np.zeros((2, count))
    if translation or scale:
        sizes = 2 * numbers.uniform(count) - 1
        zoom = 1 + scale * np.where(np.abs(sizes) < 0.5, 0, np.sign(sizes) * (2 * np.abs(sizes) - 1))
        shift = 2 * translation * (2 * numbers.uniform((2, count)) - 1)
    if transparent:
        white = numbers.uniform(count) < 0.5
        colours = np.where(white[:, None], 1.0, numbers.uniform((count, 3)))
        colour = _tensor(colours)[:, :, None, None]
    draws, applied = numbers.uniform((5, count)), np.ones((4, count))
    if often < 1:
        applied = (numbers.uniform((4, count)) < often).astype(np.float64)

    if translation or scale:
        zoom, shift, zero = 1 + applied[0] * (zoom - 1), applied[1] * shift, np.zeros(count)
        place = _tensor(np.array([[zoom, zero, shift[0]], [zero, zoom, shift[1]]]).transpose(2, 0, 1))
    if tint:
        reach = tint * applied[2] * (2 * draws[:3] - 1) * np.array([[0.5], [1.0], [0.5]])
        tints = _tensor(reach + np.array([[0.0], [1.0], [1.0]]))[:, :, None, None, None]
    if cutout:
        cuts = _tensor(np.stack([*draws[3:], cutout * applied[3]]))[:, :, None]
    return View(place, colour, tints, cuts)


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
