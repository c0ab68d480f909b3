"""Other colours for works: each surface gets a colour of a palette, and surfaces that differ stay different. Torch-free.

A surface is what one entry of the work's own palette paints. Which colour each gets minimises, in OKLab (Ottosson 2020),
  sum_i area_i |c_i - b_m(i)|^2 + CONTRAST sum_ij border_ij max(0, min(|c_i - c_j|, APART) - |b_m(i) - b_m(j)|)^2
by iterated conditional modes (Besag 1986, "On the statistical analysis of dirty pictures"): a surface takes the colour that is
most like its own, unless it would be lost against what it borders on. A clear ground stays white there: most pages are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganvas.data.sets.colours import oklab
from ganvas.ground.palette import Painting
from ganvas.vocabulary.steps import Recolour

CONTRAST, APART = 8.0, 0.35
"""How much a border counts beside likeness, and the distance from which colours are as far apart as they need to be."""
SWEEPS = 12
SAME = 0.07
"""Entries nearer than this are one surface where colours are given in order."""
FOUND = 16
"""Colours that a picture without a palette is quantised to."""
SHARPER = 2.0
"""Logits are multiplied by this: what is a mixture of two like colours need not be one of two unlike ones."""

GROUND = -1


class Surfaces(NamedTuple):
    """What a work is painted with: colours RGB (S, 3) float 0 to 255, the area of each (S,), and how long each borders on each
    (S, S); areas and borders each sum to 1. The last is the ground, of no area where it is clear.
    """

    colours: np.ndarray
    areas: np.ndarray
    borders: np.ndarray


def recolour_paintings(
    paintings: Sequence[Painting], weights: Sequence[float], ground: np.ndarray | None, step: Recolour
) -> tuple[list[Painting], np.ndarray | None]:
    """Give the elements of a work, and the one colour of its ground, RGB (3,) or None, other colours; alpha stays, shading goes.

    weights: how large each element is on the page.
    """
    labelled: list[np.ndarray] = []
    colours: list[np.ndarray] = []
    for painting in paintings:
        rgb, alpha = _straight(painting.palette)
        shown = painting.logits.argmax(axis=0)
        labelled.append(np.where(alpha[shown] >= 0.5, shown + sum(map(len, colours)), GROUND))
        colours.append(rgb)
    every = np.concatenate([*colours, np.atleast_2d(np.full(3, 255.0) if ground is None else ground)])
    surfaces = _surfaces(labelled, weights, every, ground=ground is not None)
    new = _chosen(surfaces, step)
    found: list[Painting] = []
    for number, painting in enumerate(paintings):
        start = sum(map(len, colours[:number]))
        rgb = new[start : start + len(painting.palette)]
        found.append(Painting(painting.logits * SHARPER, _premultiplied(painting.palette, rgb), np.zeros_like(painting.shading)))
    return found, None if ground is None else new[-1]


def recolour_pixels(pixels: np.ndarray, step: Recolour) -> np.ndarray:
    """Quantise a picture, uint8 (H, W, 3 or 4), to FOUND colours, and give each another; alpha stays."""
    solid = np.ones(pixels.shape[:2], dtype=bool) if pixels.shape[2] == 3 else pixels[..., 3] >= 128
    if not solid.any():
        return pixels
    line = Image.fromarray(np.ascontiguousarray(pixels[solid][np.newaxis, :, :3]))
    few = line.quantize(FOUND, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.array(few.getpalette() or [], dtype=np.float64).reshape(-1, 3)[:FOUND]
    flat = pixels[..., :3].reshape(-1, 3).astype(np.float64)
    apart = np.square(palette).sum(axis=1) - 2 * flat @ palette.T
    labels = apart.argmin(axis=1).reshape(pixels.shape[:2])
    surfaces = _surfaces([np.where(solid, labels, GROUND)], [1.0], np.concatenate([palette, [[255.0] * 3]]), ground=False)
    new = np.rint(_chosen(surfaces, step)).astype(np.uint8)[labels]
    return np.concatenate([new, pixels[..., 3:]], axis=2)


def _straight(palette: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the colours (K, 3), 0 to 255, and the alpha (K,) of a palette in [-1, 1], premultiplied."""
    x = np.clip(palette.astype(np.float64) / 2 + 0.5, 0, 1)
    alpha = x[:, 3] if x.shape[1] == 4 else np.ones(len(x))
    return np.clip(x[:, :3] / np.maximum(alpha, 1e-3)[:, np.newaxis], 0, 1) * 255, alpha


def _premultiplied(palette: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """Return a palette with other colours (K, 3), 0 to 255; its alpha stays."""
    if palette.shape[1] == 3:
        return (rgb / 127.5 - 1).astype(np.float32)
    alpha = np.clip(palette[:, 3:].astype(np.float64) / 2 + 0.5, 0, 1)
    return np.concatenate([rgb / 127.5 * alpha - 1, palette[:, 3:]], axis=1).astype(np.float32)


def _surfaces(labelled: Sequence[np.ndarray], weights: Sequence[float], colours: np.ndarray, *, ground: bool) -> Surfaces:
    """Measure surfaces: maps of their numbers (H, W), GROUND where the last one shows through."""
    count = len(colours)
    areas, borders = np.zeros(count), np.zeros((count, count))
    for labels, weight in zip(labelled, weights, strict=True):
        shown = labels % count
        areas += weight * np.bincount(shown.ravel(), minlength=count) / shown.size
        for first, second in ((shown[:, :-1], shown[:, 1:]), (shown[:-1], shown[1:])):
            pairs = np.bincount((first * count + second).ravel(), minlength=count * count).reshape(count, count)
            borders += weight * (pairs + pairs.T) / shown.size
    np.fill_diagonal(borders, 0)
    if not ground:
        areas[-1] = 0
    return Surfaces(colours, areas / max(areas.sum(), 1e-9), borders / max(borders.sum(), 1e-9))


def _chosen(surfaces: Surfaces, step: Recolour) -> np.ndarray:
    """Return the new colour of each surface, RGB (S, 3), 0 to 255."""
    palette = np.array([list(bytes.fromhex(colour[1:])) for colour in step.colours], dtype=np.float64)
    own, offered = oklab(surfaces.colours), oklab(palette)
    if step.by == "order":
        return palette[_in_order(own, surfaces.areas, len(palette))]
    return palette[_most_alike(own, offered, surfaces)]


def _in_order(own: np.ndarray, areas: np.ndarray, offered: int) -> np.ndarray:
    """Number the surfaces by their area, the largest first, those alike together; after the last colour comes the first again."""
    found = np.full(len(own), -1)
    for number, largest in enumerate(_leaders(own, areas)):
        alike = (np.linalg.norm(own - own[largest], axis=1) < SAME) & (found < 0)
        found[alike | (np.arange(len(own)) == largest)] = number % offered
    return np.maximum(found, 0)


def _leaders(own: np.ndarray, areas: np.ndarray) -> list[int]:
    """Return a surface of each colour, the largest first."""
    leaders: list[int] = []
    for surface in np.argsort(-areas, kind="stable"):
        if all(np.linalg.norm(own[surface] - own[other]) >= SAME for other in leaders):
            leaders.append(int(surface))
    return leaders


def _most_alike(own: np.ndarray, offered: np.ndarray, surfaces: Surfaces) -> np.ndarray:
    """Minimise the sum above: the number of each surface's colour (S,)."""
    unlike = np.square(own[:, np.newaxis] - offered).sum(axis=2)  # (S, B)
    offered = np.concatenate([offered, own[-1:]])  # what a clear ground shows, which nothing else may take
    between = np.linalg.norm(offered[:-1, np.newaxis] - offered, axis=2)  # (B, B + 1)
    needed = np.minimum(np.linalg.norm(own[:, np.newaxis] - own, axis=2), APART)  # (S, S)
    chosen = unlike.argmin(axis=1)
    clear = not surfaces.areas[-1]
    if clear:
        chosen[-1] = len(offered) - 1
    order = np.argsort(-surfaces.areas, kind="stable")
    for _ in range(SWEEPS):
        before = chosen.copy()
        for surface in order:
            lost = np.maximum(needed[surface][:, np.newaxis] - between[:, chosen].T, 0) ** 2  # (S, B)
            cost = surfaces.areas[surface] * unlike[surface] + CONTRAST * surfaces.borders[surface] @ lost
            chosen[surface] = cost.argmin() if surfaces.areas[surface] else chosen[surface]
        if (chosen == before).all():
            break
    return np.minimum(chosen, len(offered) - 2)  # a clear ground is not painted
