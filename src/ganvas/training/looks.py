"""What pictures look like, as short vectors: principal components of their pixels and of what a pretrained network sees."""

import io
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganvas.data.cache import Pictures
from ganvas.ground.files import digest_of, user_cache, write_bytes
from ganvas.ground.images import over, premultiplied
from ganvas.training.networks.projected import Lite0

COARSE, PLACES = 16, 4
"""Sides of what is described: of the pixels, and of the features' two coarsest maps."""
SAMPLE = 4096
"""Pictures that the components are found on."""
EVEN = 0.75
"""0 leaves components their own spread, 1 gives all the same: the first ones are layout and colour, and should be heard most."""
_AT_ONCE = 64

Describe = Callable[[np.ndarray], Tensor]
"""uint8 pictures (n, H, W, C) in, (n, ...) out."""


def looks_of(pictures: Pictures, train: np.ndarray, *, pixels: int, features: int) -> np.ndarray:
    """Describe every picture by `pixels` + `features` numbers, float32 (N, pixels + features), or find them in the user cache.

    Components are found on the training pictures `train` alone, each kind's by itself, and each kind has mean square 1. Where
    there are fewer pictures than components the rest are zeros.
    """
    key = digest_of(f"{pictures.digest} {digest_of(train.tobytes())} {pixels} {features}".encode())
    path = user_cache("looks") / f"{key[:32]}.npy"
    if not path.exists():
        kinds = [(pixels, _pixels)]
        if features:
            eyes = Lite0()
            kinds += [(features // 2, _seen_by(eyes, 2)), (features - features // 2, _seen_by(eyes, 3))]
        buffer = io.BytesIO()
        np.save(buffer, np.concatenate([_components(pictures.images, train, each, count=count) for count, each in kinds], axis=1))
        write_bytes(path, buffer.getvalue())
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _components(images: np.ndarray, train: np.ndarray, describe: Describe, *, count: int) -> np.ndarray:
    """Return the first principal components of all pictures, float32 (N, count), with mean square 1 on those of `train`."""
    sample = train[np.linspace(0, len(train) - 1, min(SAMPLE, len(train))).astype(int)]
    known = _described(images, sample, describe)
    mean = known.mean(axis=0)
    _, scales, axes = np.linalg.svd((known - mean).T @ (known - mean) / len(known), hermitian=True)
    count_there = int((scales[:count] > 1e-6 * scales[0]).sum())
    basis = axes[:count_there].T / scales[:count_there] ** (EVEN / 2)
    looks = np.zeros((len(images), count), dtype=np.float32)
    for start in range(0, len(images), _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, len(images)))
        looks[rows, :count_there] = (_described(images, rows, describe) - mean) @ basis
    return looks / np.float32(max(float(np.square(looks[train]).mean()), 1e-12) ** 0.5)


def _described(images: np.ndarray, rows: np.ndarray, describe: Describe) -> np.ndarray:
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    with torch.no_grad():
        return np.concatenate([describe(np.asarray(images[part])).flatten(1).numpy() for part in parts])


def _pixels(images: np.ndarray) -> Tensor:
    works = torch.from_numpy(premultiplied(images))
    return F.adaptive_avg_pool2d(works, min(COARSE, works.shape[2]))


def _seen_by(eyes: Lite0, tap: int) -> Describe:
    def describe(images: np.ndarray) -> Tensor:
        return F.adaptive_avg_pool2d(eyes(torch.from_numpy(premultiplied(over(images))))[tap], PLACES)

    return describe
