"""Regions of a picture that was painted from a palette, traced: outlines as SVG paths, and what fills them. Torch-free.

A region is a connected part of the picture in which one entry of the palette has the greatest share. Larger regions are painted
first, and each reaches a little below what is painted over it, so that no ground shows between two.
"""

import re
from dataclasses import dataclass

import numpy as np

from ganvas.ground.images import encode_png, unpremultiply
from ganvas.ground.labelling import boxed, connected, grown, most_common
from ganvas.ground.palette import Painting, enlarge_logits, mix_colours

SCALE = 4
"""Regions are traced in a picture so many times as large as the model's own."""
THIN = 2
"""Pixels around each pixel that say which region it is of: what is thinner than these is an edge and no region."""
LEAST = 20
"""Pixels of a region at least; smaller ones fall to what surrounds them."""
BELOW = 3
"""How many pixels a region reaches below those painted over it."""
SHADED = 5.0
"""Levels of 255 between the ends of a region from which it is shaded by a gradient."""

_PATH = re.compile(r'<path d="([^"]*)" fill="[^"]*" transform="translate\(([-\d.]+),([-\d.]+)\)"/>')


@dataclass(frozen=True)
class Fill:
    """A colour, RGB 0 to 255 and opacity 0 to 1, or two with the points (x, y) they stand at, between which it changes evenly."""

    colours: tuple[tuple[int, int, int], ...]
    opacity: float
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Shape:
    """One region: an SVG path, in pixels of the traced picture from the point `at`, and what fills it."""

    path: str
    at: tuple[float, float]
    fill: Fill


@dataclass(frozen=True)
class Traced:
    """A drawn thing as shapes, back to front, within `size` = width and height of the traced picture.

    pixels: that picture, uint8 (H, W, C), straight alpha.
    """

    size: tuple[int, int]
    shapes: tuple[Shape, ...]
    pixels: np.ndarray


def trace(painting: Painting, *, scale: int = SCALE) -> Traced:
    """Trace the regions of a painting, enlarged `scale` times."""
    logits = enlarge_logits(painting.logits, painting.palette, scale=scale)
    mixed = mix_colours(logits.copy(), painting.palette, painting.shading, scale=scale)
    pixels = unpremultiply(mixed[np.newaxis])[0]
    labels = most_common(_entries(logits, painting.palette, pixels), reach=THIN)
    numbered = connected(labels)
    areas = np.bincount(numbered[labels >= 0])
    small = np.flatnonzero(areas < LEAST)
    labels = grown(np.where(np.isin(numbered, small) & (labels >= 0), -2, labels))
    numbered = np.where(labels >= 0, connected(labels), -1)
    areas = np.bincount(numbered[numbered >= 0])
    order = [int(number) for number in np.argsort(-areas, kind="stable") if areas[number]]
    rank = np.full(len(areas) + 1, -1)
    rank[order] = np.arange(len(order))
    height, width = labels.shape
    ranked = rank[numbered]
    shapes = [shape for place in range(len(order)) for shape in _shapes(ranked, place, pixels)]
    return Traced((width, height), tuple(shapes), pixels)


def _entries(logits: np.ndarray, palette: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return the entry that each pixel mostly shows, -1 where the picture is clear: int64 (H, W). The logits are overwritten."""
    if pixels.shape[2] == 3:
        return logits.argmax(axis=0)
    solid = palette[:, 3] > 0
    if solid.any():
        logits[~solid] = -np.inf
    return np.where(pixels[..., 3] >= 128, logits.argmax(axis=0), -1)


def _shapes(rank: np.ndarray, place: int, pixels: np.ndarray) -> list[Shape]:
    """Trace the region painted at a place in the order: one shape, as a rule. rank: each pixel's place, -1 = clear."""
    own = rank == place
    rows, columns = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    top, bottom = max(int(rows[0]) - BELOW, 0), int(rows[-1]) + 1 + BELOW
    left, right = max(int(columns[0]) - BELOW, 0), int(columns[-1]) + 1 + BELOW
    own, near = own[top:bottom, left:right], rank[top:bottom, left:right]
    reached = own | ((boxed(own, BELOW) > 0) & (near > place))
    fill = _fill(own, pixels[top:bottom, left:right], left=left, top=top)
    return [Shape(path, (left + x, top + y), fill) for path, x, y in _paths(reached)]


def _paths(mask: np.ndarray) -> list[tuple[str, float, float]]:
    """Trace a mask: SVG paths, each with the place of its origin."""
    import vtracer  # a native library, and only this needs it

    picture = np.where(np.pad(mask, 1)[..., np.newaxis], 0, 255).astype(np.uint8).repeat(3, axis=2)
    svg = vtracer.convert_raw_image_to_svg(
        encode_png(picture), img_format="png", colormode="binary", mode="spline", filter_speckle=2, corner_threshold=60,
        length_threshold=4.0, splice_threshold=45, path_precision=1,
    )  # fmt: skip
    return [(path.strip(), float(x) - 1, float(y) - 1) for path, x, y in _PATH.findall(svg)]


def _fill(own: np.ndarray, pixels: np.ndarray, *, left: int, top: int) -> Fill:
    """Fit a colour, or a gradient, to a region's pixels; those at its edge are left out where others remain."""
    inner = boxed(~np.pad(own, 2), 2)[2:-2, 2:-2] == 0
    chosen = inner if inner.sum() >= 0.25 * own.sum() else own
    y, x = np.nonzero(chosen)
    colours = pixels[chosen].astype(np.float64)
    opacity = float(colours[:, 3].mean()) / 255 if colours.shape[1] == 4 else 1.0
    opacity = 1.0 if opacity > 0.96 else round(opacity, 2)
    rgb = colours[:, :3]
    mean, middle = rgb.mean(axis=0), np.array([x.mean(), y.mean()])
    places = np.stack([x, y], axis=1) - middle
    slopes = np.linalg.lstsq(places, rgb - mean, rcond=None)[0]  # (2, 3): levels a pixel
    direction = np.linalg.svd(slopes, full_matrices=False)[0][:, 0]
    along = places @ direction
    steepness = (along @ (rgb - mean)) / max(float(along @ along), 1e-9)
    ends = np.array([along.min(), along.max()])
    if np.abs(steepness).max() * np.ptp(ends) < SHADED:
        return Fill((_rounded(mean),), opacity)
    points = middle + ends[:, None] * direction + (left + 0.5, top + 0.5)
    found = [(float(px), float(py)) for px, py in points]
    return Fill(tuple(_rounded(mean + end * steepness) for end in ends), opacity, tuple(found))


def _rounded(colour: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = (int(level) for level in np.clip(np.rint(colour), 0, 255))
    return red, green, blue
