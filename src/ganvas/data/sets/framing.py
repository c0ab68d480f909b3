"""Helpers of the sets of small grey pictures: a frame around the published pixels, and balanced choices of classes."""

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream

FRAME, PUBLISHED_SIDE, MAX_FRAME = 32, 28, 64


def check_frame_size(size: int | None) -> int:
    """Return the requested or the default size in pixels a side. Raises InputError."""
    size = FRAME if size is None else size
    if not PUBLISHED_SIDE <= size <= MAX_FRAME:
        raise InputError(f"the size {size} is not between {PUBLISHED_SIDE} and {MAX_FRAME} pixels", where="--size")
    return size


def frame_digit(pixels: np.ndarray, size: int) -> np.ndarray:
    """Put uint8 (28, 28), grey, or (28, 28, 3) in the middle of a black square, as RGB (size, size, 3)."""
    edge = (size - PUBLISHED_SIDE) // 2
    square = np.zeros((size, size, 3), dtype=np.uint8)
    square[edge : edge + PUBLISHED_SIDE, edge : edge + PUBLISHED_SIDE] = pixels if pixels.ndim == 3 else pixels[..., None]
    return square


def choose_balanced(labels: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """Choose `count` pictures by the seed, as many of each class (of the first classes one more). Returns int64, sorted."""
    kinds = np.unique(labels)
    chosen: list[np.ndarray] = []
    for place, kind in enumerate(kinds):
        found = np.flatnonzero(labels == kind)
        wanted = count // len(kinds) + (place < count % len(kinds))
        if count < len(kinds) or wanted > len(found):
            raise InputError(f"{count:,} pictures, as many of each class, cannot be chosen from {len(labels):,}", where="-n")
        chosen.append(found[stream(seed, "balanced", step=int(kind)).permutation(len(found))[:wanted]])
    return np.sort(np.concatenate(chosen))
