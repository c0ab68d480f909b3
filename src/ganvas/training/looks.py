"""What pictures look like, as short vectors: principal components of their pixels and of what a pretrained network sees."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch.nn import functional as F

from ganvas.data.cache import Pictures, remembered
from ganvas.ground.files import digest_of
from ganvas.ground.images import over, premultiplied
from ganvas.training.networks.projected import Lite0

COARSE, PLACES = 16, 4
"""Sides of what is described: of the pixels, and of the features' two coarsest maps."""
SAMPLE = 4096
"""Pictures that the components are found on."""
EVEN = 0.75
"""0 leaves components their own spread, 1 gives all the same: the first ones are layout and colour, and should be heard most."""
_AT_ONCE = 64

Describe = Callable[[np.ndarray], list[np.ndarray]]
"""uint8 pictures (n, H, W, C) in, a table (n, d) of each kind out."""


def looks_of(pictures: Pictures, train: np.ndarray, *, pixels: int, features: int) -> np.ndarray:
    """Describe every picture by `pixels` + `features` numbers, float32 (N, pixels + features), or find them in the user cache.

    Components are found on the training pictures `train` alone, each kind's by itself, and each kind has mean square 1. Where
    there are fewer pictures than components the rest are zeros.
    """
    counts = [pixels, features // 2, features - features // 2] if features else [pixels]
    return remembered(
        "looks",
        f"{pictures.digest} {digest_of(train.tobytes())} {pixels} {features}",
        lambda: _looks(pictures.images, train, counts=counts),
    )


def _looks(images: np.ndarray, train: np.ndarray, *, counts: Sequence[int]) -> np.ndarray:
    describe = _describer(seen=len(counts) > 1)
    sample = train[np.linspace(0, len(train) - 1, min(SAMPLE, len(train))).astype(int)]
    known = [_described(images, rows, describe) for rows in _split(sample)]
    axes = [_axes(np.concatenate(kind), count) for kind, count in zip(zip(*known, strict=True), counts, strict=True)]
    looks = [np.zeros((len(images), count), dtype=np.float32) for count in counts]
    for rows in _split(np.arange(len(images))):
        for look, kind, (mean, basis) in zip(looks, _described(images, rows, describe), axes, strict=True):
            look[rows] = (kind - mean) @ basis
    sizes = [np.float32(max(float(np.square(look[train]).mean()), 1e-12) ** 0.5) for look in looks]
    return np.concatenate([look / size for look, size in zip(looks, sizes, strict=True)], axis=1)


def _axes(known: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean (d,) and the first principal axes (d, count) of a table, evened out; axes that it has not are zeros."""
    mean = known.mean(axis=0)
    _, scales, axes = np.linalg.svd((known - mean).T @ (known - mean) / len(known), hermitian=True)
    there = int((scales[:count] > 1e-6 * scales[0]).sum())
    basis = np.zeros((len(mean), count), dtype=np.float32)
    basis[:, :there] = axes[:there].T / scales[:there] ** (EVEN / 2)
    return mean, basis


def _split(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _described(images: np.ndarray, rows: np.ndarray, describe: Describe) -> list[np.ndarray]:
    with torch.no_grad():
        return describe(np.asarray(images[rows]))


def _describer(*, seen: bool) -> Describe:
    """Describe pictures by their coarse pixels and, if `seen`, by Lite0's two coarsest maps, all in one look."""
    eyes = Lite0() if seen else None

    def describe(images: np.ndarray) -> list[np.ndarray]:
        works = torch.from_numpy(premultiplied(images))
        maps = [F.adaptive_avg_pool2d(works, min(COARSE, works.shape[2]))]
        if eyes is not None:
            opaque = torch.from_numpy(premultiplied(over(images)))
            maps += [F.adaptive_avg_pool2d(each, PLACES) for each in eyes(opaque)[2:]]
        return [each.flatten(1).numpy() for each in maps]

    return describe
