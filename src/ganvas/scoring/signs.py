"""Signs of whether a model can be used, measured on a hundred of its drawings beside the pictures that it learned from.

By EfficientNet-Lite2, which trains and chooses nothing. Each sign is relative to the pictures themselves, so that it means the
same for icons, line drawings and photographs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganvas.ground.images import lay_over
from ganvas.scoring.features import extract_features
from ganvas.scoring.neighbours import K, nearest, recall
from ganvas.scoring.scores import kid, unit
from ganvas.scoring.surfaces import flatness

LEAST, MOST = 16, 96
"""Pictures that the signs need, and those that they are measured on at most."""
BLURRED_SIDE = 8
"""The unit of distance is that of the pictures themselves when they are shrunk to so many pixels and enlarged again."""
SOFT, ROUGH = 0.5, 1.6
"""A drawing is soft where its edges are weaker than SOFT times those of the picture nearest to it, rough where stronger than
ROUGH times."""
FLAT, UNEVEN, EVEN = 0.6, 0.4, 2
"""Where the nearest picture is flat (see `flatness`), a drawing less flat by UNEVEN has spoilt surfaces and is rough too.
Differences of EVEN, of 255, cannot be seen: of icons .95 of neighbours are even, of a usable model's .80, with noise of a
deviation of 4 only .10."""
COPY = 0.5
"""A drawing copies where it is nearer to a picture than COPY times what the pictures are from each other, by features or by
coarse pixels: a thing that is drawn again with other surfaces is far by features alone."""
CLASS_LEAST = 3
"""Pictures of a class that are drawn to see whether its drawings are alike."""


@dataclass(frozen=True)
class Signs:
    """What was measured. count: drawings, each by the condition of one picture.

    distance: KID to the pictures, where 0 is like them and 1 as far as BLURRED_SIDE makes of them. recall: share of pictures that
    lie among the drawings. spread: mean distance between drawings over that between pictures. classes: the same by class, where
    there are classes. soft, rough, copied: shares of drawings. recognised: how often a drawing is nearest to a picture of its
    class, over how often a picture is; None without classes.
    """

    count: int
    distance: float
    recall: float
    spread: float
    soft: float
    rough: float
    copied: float
    classes: tuple[tuple[str, float], ...] = ()
    recognised: float | None = None


def classes_of(labels: Sequence[Mapping[str, str]], names: Iterable[str]) -> list[str | None]:
    """Return the class of each picture by the first of the labels `names` whose values have pictures enough, else None."""
    for name in names:
        values = {one[name] for one in labels if name in one}
        if values and len(values) * CLASS_LEAST <= len(labels):
            return [one.get(name) for one in labels]
    return [None] * len(labels)


def measure_signs(drawn: np.ndarray, pictures: np.ndarray, classes: Sequence[str | None]) -> Signs:
    """Measure drawings beside the pictures whose conditions they were drawn by, uint8 (N, H, W, 3 or 4) both, N >= LEAST.

    classes: of each picture, None for one without (N,).
    """
    assert len(drawn) == len(pictures) == len(classes) >= LEAST
    mine, theirs = extract_features(drawn)["features"], extract_features(pictures)["features"]
    unit_of_distance = kid(extract_features(_blur(pictures))["features"], theirs).value
    ours, real = unit(mine), unit(theirs)
    far, which = nearest(ours, real)
    apart = nearest(real, real, np.arange(len(real)))
    soft, rough = _edges_and_surfaces(drawn, pictures[which])
    copied = far < COPY * np.median(apart[0])
    small, known = (_shrink(pixels).reshape(len(pixels), -1).astype(np.float64) for pixels in (drawn, pictures))
    copied |= nearest(small, known)[0] < COPY * np.median(nearest(known, known, np.arange(len(known)))[0])
    named = np.array([name is not None for name in classes])
    by_class = tuple((str(name), _spread(ours[rows]) / max(_spread(real[rows]), 1e-6)) for name, rows in _classes(classes))
    hits, ceiling = (np.array([classes[near] == name for near, name in zip(found, classes, strict=True)])[named]
                     for found in (which, apart[1]))  # fmt: skip
    return Signs(
        count=len(drawn), distance=max(kid(mine, theirs).value, 0.0) / max(unit_of_distance, 1e-6),
        recall=float(recall(mine, theirs, k=min(K, len(mine) // 8)).mean()),
        spread=_spread(ours) / max(_spread(real), 1e-6), soft=float(soft.mean()), rough=float(rough.mean()),
        copied=float(copied.mean()), classes=by_class,
        recognised=min(float(hits.mean() / max(ceiling.mean(), 1e-6)), 1.0) if len(by_class) > 1 else None,
    )  # fmt: skip


def _classes(classes: Sequence[str | None]) -> list[tuple[str, np.ndarray]]:
    """Return the classes that have enough pictures, each with their numbers."""
    found = [(name, np.flatnonzero([one == name for one in classes])) for name in sorted({name for name in classes if name})]
    return [(name, rows) for name, rows in found if len(rows) >= CLASS_LEAST]


def _spread(rows: np.ndarray) -> float:
    """Return the mean distance between rows of unit norm (N, D)."""
    one, other = np.triu_indices(len(rows), 1)
    return float(np.linalg.norm(rows[one] - rows[other], axis=1).mean())


def _edges_and_surfaces(drawn: np.ndarray, nearest_pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say which drawings are soft, and which rough, each beside the picture nearest to it: bool (N,) both."""
    mine, theirs = lay_over(drawn), lay_over(nearest_pictures)
    ratio = _edges(mine) / np.maximum(_edges(theirs), 1e-6)
    flat = np.array([[flatness(one, even=EVEN), flatness(other, even=EVEN)] for one, other in zip(mine, theirs, strict=True)])
    spoilt = (flat[:, 1] >= FLAT) & (flat[:, 0] < flat[:, 1] - UNEVEN)
    soft = ratio < SOFT
    return soft, ((ratio > ROUGH) | spoilt) & ~soft


def _edges(pixels: np.ndarray) -> np.ndarray:
    """Return the root mean square difference of neighbouring pixels' brightness, (N,)."""
    grey = pixels.astype(np.float64).mean(axis=-1)
    return np.sqrt(sum((np.diff(grey, axis=axis) ** 2).mean(axis=(1, 2)) for axis in (1, 2)))


def _shrink(pixels: np.ndarray) -> np.ndarray:
    """Shrink pictures to BLURRED_SIDE pixels a side: uint8 (N, BLURRED_SIDE, BLURRED_SIDE, 3)."""
    side = (BLURRED_SIDE, BLURRED_SIDE)
    return np.stack([np.asarray(Image.fromarray(one).resize(side, Image.Resampling.BOX)) for one in lay_over(pixels)])


def _blur(pixels: np.ndarray) -> np.ndarray:
    """Shrink pictures and enlarge them again: uint8 (N, H, W, 3)."""
    size = (pixels.shape[2], pixels.shape[1])
    return np.stack([np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BICUBIC)) for one in _shrink(pixels)])
