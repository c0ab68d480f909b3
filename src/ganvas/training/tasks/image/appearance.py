"""Appearances of pictures as short vectors: principal components of their pixels and of pretrained features."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch.nn import functional as F

from ganvas.data.cache import Pictures, cache_array
from ganvas.data.pixels import Pixels
from ganvas.ground.files import digest_of
from ganvas.ground.images import lay_over, premultiply
from ganvas.training.networks.projected import Lite0

COARSE, PLACES = 24, 4
"""Sides of what is described of a square picture: of its pixels, at most, and of the two coarsest feature maps."""
SAMPLE = 4096
"""Pictures that the components are fitted on."""
EVEN = 0.75
"""0 leaves components their own spread, 1 gives all the same: the first ones are layout and colour, and should count most."""
_AT_ONCE = 64

Describe = Callable[[np.ndarray], list[np.ndarray]]
"""uint8 pictures (n, H, W, C) in, a table (n, d) of each kind out."""


@dataclass(frozen=True)
class AppearanceVectors:
    """Appearances as short vectors, and the table that turns their pixel part back into small pictures.

    vectors: (N, pixels + features), each kind with mean square 1. sketch: (C * H * W, 1 + pixels): the mean, and the components.
    """

    vectors: np.ndarray
    sketch: np.ndarray


def describe_appearances(pictures: Pictures, train: np.ndarray, *, pixels: int, features: int) -> AppearanceVectors:
    """Describe every picture by `pixels` + `features` numbers, or find them in the user cache.

    Components are found on the training pictures `train` alone, each kind's by itself. Where there are fewer pictures than
    components the rest are zeros.
    """
    counts = [pixels, features // 2, features - features // 2] if features else [pixels]
    depends = f"{pictures.digest} {digest_of(train.tobytes())} {pixels} {features} {COARSE}"
    axes = cache(lambda: _all_axes(pictures.images, train, counts=counts))
    sketch = cache_array("sketches", depends, lambda: axes()[0].back())
    return AppearanceVectors(cache_array("looks", depends, lambda: _vectors(pictures.images, axes())), sketch)


def describe_by_sketch(pictures: Pictures, sketch: np.ndarray, *, width: int) -> np.ndarray:
    """Describe every picture by another model's sketch (C * H * W, 1 + K), as nearly as it can be sketched: (N, width).

    Only the pixel part is described. The feature part stays zeros: a model does not keep how it was fitted.
    """

    def describe() -> np.ndarray:
        describer = _describer(seen=False)
        inverse = np.linalg.pinv(sketch[:, 1:])
        rows = _split(np.arange(len(pictures.images)))
        parts = [(_described(pictures.images, some, describer)[0] - sketch[:, 0]) @ inverse.T for some in rows]
        found = np.zeros((len(pictures.images), width), dtype=np.float32)
        found[:, : sketch.shape[1] - 1] = np.concatenate(parts)
        return found

    return cache_array("looks", f"{pictures.digest} by {digest_of(sketch.tobytes())} {width}", describe)


def sketch_shape(rows: int, columns: int) -> tuple[int, int]:
    """Return rows and columns of what is described of pictures, a sketch: 3/8 of theirs, and no more places than COARSE^2."""
    share = min(3 / 8, COARSE / math.sqrt(rows * columns))
    return round(rows * share), round(columns * share)


@dataclass(frozen=True)
class _Axes:
    """One kind's mean (d,), its first principal axes (d, k), zeros where there are no more, and how each is scaled (k,)."""

    mean: np.ndarray
    axes: np.ndarray
    scales: np.ndarray

    def of(self, known: np.ndarray) -> np.ndarray:
        """Describe a table (n, d): (n, k)."""
        return (known - self.mean) @ self.axes / self.scales

    def back(self) -> np.ndarray:
        """Return mean and components as one table, (d, 1 + k)."""
        return np.concatenate([self.mean[:, None], self.axes * self.scales], axis=1).astype(np.float32)


def _all_axes(images: Pixels, train: np.ndarray, *, counts: Sequence[int]) -> list[_Axes]:
    """Find each kind's axes on a sample of the training pictures."""
    describe = _describer(seen=len(counts) > 1)
    sample = train[np.linspace(0, len(train) - 1, min(SAMPLE, len(train))).astype(int)]
    known = [_described(images, rows, describe) for rows in _split(sample)]
    return [_axes(np.concatenate(kind), count) for kind, count in zip(zip(*known, strict=True), counts, strict=True)]


def _vectors(images: Pixels, axes: Sequence[_Axes]) -> np.ndarray:
    describe = _describer(seen=len(axes) > 1)
    parts = [_described(images, rows, describe) for rows in _split(np.arange(len(images)))]
    kinds = [np.concatenate([kind.of(part) for part in each]) for kind, each in zip(axes, zip(*parts, strict=True), strict=True)]
    return np.concatenate(kinds, axis=1).astype(np.float32)


def _axes(known: np.ndarray, count: int) -> _Axes:
    """Find a table's (n, d) first principal axes, evened out, the whole scaled to mean square 1."""
    mean = known.mean(axis=0)
    values, vectors = np.linalg.eigh((known - mean).T @ (known - mean) / len(known))
    values, vectors = values[::-1][:count], vectors[:, ::-1][:, :count]
    there = int((values > 1e-6 * values[0]).sum())
    axes, scales = np.zeros((len(mean), count), dtype=np.float32), np.ones(count, dtype=np.float32)
    axes[:, :there], scales[:there] = vectors[:, :there], values[:there] ** (EVEN / 2)
    even = _Axes(mean, axes, scales)
    size = np.float32(max(float(np.square(even.of(known)).mean()), 1e-12) ** 0.5)
    return _Axes(mean, axes, scales * size)


def _split(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _described(images: Pixels, rows: np.ndarray, describe: Describe) -> list[np.ndarray]:
    with torch.no_grad():
        return describe(np.asarray(images[rows]))


def _describer(*, seen: bool) -> Describe:
    """Return a function that describes pictures by their coarse pixels and, if `seen`, by Lite0's two coarsest maps."""
    extractor = Lite0() if seen else None

    def describe(images: np.ndarray) -> list[np.ndarray]:
        works = torch.from_numpy(premultiply(images))
        maps = [F.adaptive_avg_pool2d(works, sketch_shape(*works.shape[2:]))]
        if extractor is not None:
            opaque = torch.from_numpy(premultiply(lay_over(images)))
            maps += [F.adaptive_avg_pool2d(each, PLACES) for each in extractor(opaque)[2:]]
        return [each.flatten(1).numpy() for each in maps]

    return describe
