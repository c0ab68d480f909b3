"""The outline of a drawn thing: where it is in its frame, and a coarse mask of what it covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from PIL import Image

CELLS = 64
"""Cells along the longer side of a mask."""
VISIBLE = 24
"""Alpha, 0 to 255, from which a pixel belongs to a thing."""


class Area(NamedTuple):
    """A rectangle, in any unit; y goes down."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.left + self.width / 2, self.top + self.height / 2

    def within(self, outer: "Area") -> "Area":
        """Place an area given in shares of `outer` where `outer` is."""
        return Area(outer.left + self.left * outer.width, outer.top + self.top * outer.height,
                    self.width * outer.width, self.height * outer.height)  # fmt: skip

    def moved(self, *, scale: float, right: float, down: float) -> "Area":
        """Scale about the origin, then shift."""
        return Area(self.left * scale + right, self.top * scale + down, self.width * scale, self.height * scale)


@dataclass(frozen=True, eq=False)
class Outline:
    """What a thing covers: mask, bool (rows, columns) of its bounding box, and the box's width over its height."""

    mask: np.ndarray
    aspect: float

    @cached_property
    def tops(self) -> np.ndarray:
        """The highest covered row of each column, as a share of the height; 1 where a column is empty."""
        rows = self.mask.shape[0]
        return np.where(self.mask.any(axis=0), self.mask.argmax(axis=0), rows) / rows

    @cached_property
    def mirrored(self) -> "Outline":
        """The outline as in a mirror."""
        return Outline(self.mask[:, ::-1], self.aspect)

    @cached_property
    def inverted(self) -> "Outline":
        """The outline upside down."""
        return Outline(self.mask[::-1], self.aspect)

    @cached_property
    def head(self) -> Area:
        """Where a head would be, in shares of the box: the widest run of cells near the top, and as high as it is wide.

        Emoji of animals are faces, bodies seen from the front, or bodies in profile, whose head is the widest thing high up; a
        tail is thinner.
        """
        rows, columns = self.mask.shape
        best, at = (0, 0), 0
        for row in range(round(rows * 0.12), max(round(rows * 0.42), 1)):
            run = _widest(self.mask[row])
            if run[1] - run[0] > 1.15 * (best[1] - best[0]) or not best[1]:
                best, at = run, row
        left, right = best if best[1] else (0, columns)
        above = np.flatnonzero(self.mask[: at + 1, left:right].mean(axis=1) >= 0.3)
        top = int(above[0]) if len(above) else 0
        width = right - left
        height = min(width * self.aspect * rows / columns * 1.0, rows - top)
        return Area(left / columns, top / rows, width / columns, height / rows)

    def seat(self, *, width: float, towards: float) -> tuple[float, float]:
        """Return where something of a width (a share of the box) can stand on top: the middle x, and how deep y, in shares.

        It is the flattest stretch of the upper edge, the higher and the nearer to `towards` the better.
        """
        columns = self.mask.shape[1]
        wide = min(max(round(width * columns), 1), columns)
        best, found = np.inf, (0.5, 0.0)
        for start in range(columns - wide + 1):
            part = np.sort(self.tops[start : start + wide])
            high, typical = float(part[0]), float(part[len(part) // 2])
            middle = (start + wide / 2) / columns
            cost = (typical - high) + 0.5 * typical + 0.35 * abs(middle - towards)
            if cost < best:
                best, found = cost, (middle, typical)
        return found


def _widest(row: np.ndarray) -> tuple[int, int]:
    """Return the longest run of covered cells of a row, from and to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    return max(((int(one), int(other)) for one, other in runs), key=lambda run: run[1] - run[0], default=(0, 0))


def bounds(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """Return what a drawn thing, uint8 RGBA (H, W, 4), covers of its frame: left, top, right, bottom; if clear, all."""
    seen = pixels[..., 3] >= VISIBLE
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return 0, 0, pixels.shape[1], pixels.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def outline_of(pixels: np.ndarray) -> Outline:
    """Return the outline of a drawn thing, uint8 RGBA (H, W, 4), within its bounds."""
    left, top, right, bottom = bounds(pixels)
    width, height = right - left, bottom - top
    share = CELLS / max(width, height)
    size = max(round(width * share), 1), max(round(height * share), 1)
    alpha = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right, 3]))
    return Outline(np.asarray(alpha.resize(size, Image.Resampling.BOX)) >= 96, width / height)


def is_framed(pixels: np.ndarray) -> bool:
    """Return whether a drawn thing, uint8 RGBA (H, W, 4), has its own background: it covers an upright square."""
    outline = outline_of(pixels)
    return 0.75 < outline.aspect < 1.34 and float(outline.mask.mean()) > 0.94


def grouped(outlines: Sequence[Outline], areas: Sequence[Area], *, aspect: float) -> Outline:
    """Return the outline of things together; areas: of each, in shares of the whole. aspect: of the whole."""
    columns, rows = (CELLS, round(CELLS / aspect)) if aspect >= 1 else (round(CELLS * aspect), CELLS)
    columns, rows = max(columns, 1), max(rows, 1)
    whole = np.zeros((rows, columns), dtype=bool)
    for outline, area in zip(outlines, areas, strict=True):
        stamp(whole, outline.mask, area)
    return Outline(whole, aspect)


def stamp(page: np.ndarray, mask: np.ndarray, area: Area) -> np.ndarray:
    """Cover cells of a page, bool (rows, columns), by a mask at an area in shares of the page. Returns what it covered."""
    rows, columns = page.shape
    covered = np.zeros_like(page)
    left, right = round(area.left * columns), max(round(area.right * columns), round(area.left * columns) + 1)
    top, bottom = round(area.top * rows), max(round(area.bottom * rows), round(area.top * rows) + 1)
    ys = (np.arange(top, bottom) - top) * mask.shape[0] // (bottom - top)
    xs = (np.arange(left, right) - left) * mask.shape[1] // (right - left)
    inside = (
        (np.arange(top, bottom) >= 0) & (np.arange(top, bottom) < rows),
        (np.arange(left, right) >= 0) & (np.arange(left, right) < columns),
    )
    part = mask[np.ix_(ys[inside[0]], xs[inside[1]])]
    covered[np.ix_(np.arange(top, bottom)[inside[0]], np.arange(left, right)[inside[1]])] = part
    page |= covered
    return covered
