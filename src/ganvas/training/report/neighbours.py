"""The training pictures nearest to drawings, found in bounded time for sets of any size. Torch-free."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganvas.data.pixels import Pixels
from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.pipelines.features import extract_features
from ganvas.scoring.scores import unit

FEATURES, COARSE_PIXELS = "Lite0", "coarse pixels"
"""How pictures are compared: by features from MIN_FEATURE_SIDE pixels a side, else by coarse pixels."""
MIN_FEATURE_SIDE, COARSE_SIDE = 64, 8
MAX_BYTES = 1_000_000_000
"""Bytes of pixels that are read at most; a larger set is sampled evenly."""
CANDIDATES = 6
"""Training pictures for each drawing that are found by coarse pixels first and then sorted by features."""
REFERENCE_PICTURES = 24
"""Training pictures whose distances to their own nearest neighbours serve as the unit of distance."""
_CHUNK = 256


@dataclass(frozen=True)
class Neighbours:
    """The training pictures nearest to each drawing.

    nearest: their numbers (N, k), the nearest first. share: the distance to the first (N,), where 1
    is the median distance of a training picture to its own nearest neighbour. compared_by: FEATURES
    or COARSE_PIXELS. among: how many were compared.
    """

    nearest: np.ndarray
    share: np.ndarray
    compared_by: str
    among: int


def find_neighbours(drawn: np.ndarray, images: Pixels, train: np.ndarray, *, count: int, seed: int) -> Neighbours:
    """Find the training pictures nearest to drawings. drawn, images: uint8 (N, H, W, C). train: those of `images` (n,)."""
    limit = max(int(MAX_BYTES // images[0].nbytes), 2)
    bank = train[np.linspace(0, len(train) - 1, min(limit, len(train))).astype(int)]
    own = stream(seed, "neighbours").permutation(len(bank))[:REFERENCE_PICTURES]
    queries = np.concatenate([drawn, images[bank[own]]])
    candidates, distance = _nearest_by_pixels(queries, images, bank, own=np.concatenate([np.full(len(drawn), -1), own]))
    compared_by = FEATURES if min(images.shape[1:3]) >= MIN_FEATURE_SIDE else COARSE_PIXELS
    if compared_by == FEATURES:
        distance = _feature_distances(queries, images, bank[candidates])
        order = np.argsort(distance, axis=1, kind="stable")
        candidates, distance = np.take_along_axis(candidates, order, axis=1), np.take_along_axis(distance, order, axis=1)
    reference = distance[len(drawn) :, 0]
    share = distance[: len(drawn), 0] / max(
        float(np.median(reference[np.isfinite(reference)])) if np.isfinite(reference).any() else 0, 1e-6
    )
    return Neighbours(bank[candidates[: len(drawn), :count]], share, compared_by, len(bank))


def _nearest_by_pixels(
    queries: np.ndarray, images: Pixels, bank: np.ndarray, *, own: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in `bank` of the CANDIDATES nearest to each query by coarse pixels, and their distances, both (N, k).

    own: the place of each query itself, which is not its own neighbour, or -1 (N,). A large bank is
    compared in chunks, and the nearest so far are kept.
    """
    coarse, most = _coarse(queries), min(CANDIDATES, max(len(bank) - 1, 1))  # without this the last one would be the query itself
    candidates, distance = np.zeros((len(queries), 0), dtype=np.int64), np.zeros((len(queries), 0), dtype=np.float32)
    for start in range(0, len(bank), _CHUNK):
        places = np.arange(start, min(start + _CHUNK, len(bank)))
        distances = _pixel_distances(coarse, _coarse(images[bank[places]]))
        distances[own[:, None] == places] = np.inf
        places = np.concatenate([candidates, np.broadcast_to(places, distances.shape)], axis=1)
        distances = np.concatenate([distance, distances], axis=1)
        order = np.argsort(distances, axis=1, kind="stable")[:, :most]
        candidates, distance = np.take_along_axis(places, order, axis=1), np.take_along_axis(distances, order, axis=1)
    return candidates, distance


def _coarse(pixels: np.ndarray) -> np.ndarray:
    """Return pictures laid over white, SIDE x SIDE means in [0, 1]: float32 (N, SIDE * SIDE * 3)."""
    small = [
        Image.fromarray(one).resize((COARSE_SIDE, COARSE_SIDE), Image.Resampling.BOX) for one in lay_over(np.asarray(pixels))
    ]
    return np.stack([np.asarray(one) for one in small]).reshape(len(small), -1).astype(np.float32) / 255


def _pixel_distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the root mean square difference of each row to each row: (N, M).

    Computed in float64 and rounded, so that equal pictures are equally far however the sums are ordered.
    """
    one, other = one.astype(np.float64), other.astype(np.float64)
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return np.sqrt(np.maximum(squares.round(9), 0) / one.shape[1]).astype(np.float32)


def _feature_distances(queries: np.ndarray, images: Pixels, candidates: np.ndarray) -> np.ndarray:
    """Return the distances, by unit features, of queries to their candidates: numbers of `images` (N, k)."""
    numbers, places = np.unique(candidates, return_inverse=True)
    features = unit(extract_features(images[numbers]))[places.reshape(candidates.shape)]  # (N, k, F)
    return np.linalg.norm(features - unit(extract_features(queries))[:, None], axis=2)
