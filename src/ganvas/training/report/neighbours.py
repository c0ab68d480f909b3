"""Which training pictures drawings are nearest to, in bounded time however many there are. Torch-free."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganvas.data.pixels import Pixels
from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.pipelines.features import look
from ganvas.scoring.scores import unit

FEATURES, COARSE_PIXELS = "Lite0", "coarse pixels"
"""What pictures are compared by: features from SEES pixels a side up, where the network sees something."""
MIN_FEATURE_SIDE, COARSE_SIDE = 64, 8
MAX_BYTES = 1_000_000_000
"""Of pixels that are read at most; of larger sets pictures from all through it stand for the rest."""
CANDIDATES = 6
"""By coarse pixels, so many training pictures a drawing are found first; the features put these in order."""
REFERENCE_PICTURES = 24
"""Training pictures whose own nearest neighbour says what a usual distance is."""
_AT_ONCE = 256


@dataclass(frozen=True)
class Neighbours:
    """The training pictures nearest to each drawing.

    nearest: their numbers (N, k), the nearest first. share: the distance to the first (N,), where 1 is the median distance of a
    training picture to its own nearest neighbour. compared_by: FEATURES or COARSE_PIXELS. among: how many were compared.
    """

    nearest: np.ndarray
    share: np.ndarray
    compared_by: str
    among: int


def find_neighbours(drawn: np.ndarray, images: Pixels, train: np.ndarray, *, count: int, seed: int) -> Neighbours:
    """Find the training pictures nearest to drawings. drawn, images: uint8 (N, H, W, C). train: those of `images` (n,)."""
    room = max(int(MAX_BYTES // images[0].nbytes), 2)
    bank = train[np.linspace(0, len(train) - 1, min(room, len(train))).astype(int)]
    own = stream(seed, "neighbours").permutation(len(bank))[:REFERENCE_PICTURES]
    asked = np.concatenate([drawn, images[bank[own]]])
    listed, distance = _listed(asked, images, bank, own=np.concatenate([np.full(len(drawn), -1), own]))
    compared_by = FEATURES if min(images.shape[1:3]) >= MIN_FEATURE_SIDE else COARSE_PIXELS
    if compared_by == FEATURES:
        distance = _seen_apart(asked, images, bank[listed])
        order = np.argsort(distance, axis=1, kind="stable")
        listed, distance = np.take_along_axis(listed, order, axis=1), np.take_along_axis(distance, order, axis=1)
    usual = distance[len(drawn) :, 0]
    share = distance[: len(drawn), 0] / max(float(np.median(usual[np.isfinite(usual)])) if np.isfinite(usual).any() else 0, 1e-6)
    return Neighbours(bank[listed[: len(drawn), :count]], share, compared_by, len(bank))


def _listed(asked: np.ndarray, images: Pixels, bank: np.ndarray, *, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in `bank` of the LISTED pictures coarsely nearest to each asked one, and their distances, both (N, k).

    own: the place of each asked picture itself, which is not its own neighbour, or -1 (N,). Of a large bank a part is compared at
    a time, and the nearest so far are kept.
    """
    coarse, most = _coarse(asked), min(CANDIDATES, max(len(bank) - 1, 1))  # the last one would be itself
    listed, distance = np.zeros((len(asked), 0), dtype=np.int64), np.zeros((len(asked), 0), dtype=np.float32)
    for start in range(0, len(bank), _AT_ONCE):
        places = np.arange(start, min(start + _AT_ONCE, len(bank)))
        apart = _apart(coarse, _coarse(images[bank[places]]))
        apart[own[:, None] == places] = np.inf
        places = np.concatenate([listed, np.broadcast_to(places, apart.shape)], axis=1)
        apart = np.concatenate([distance, apart], axis=1)
        order = np.argsort(apart, axis=1, kind="stable")[:, :most]
        listed, distance = np.take_along_axis(places, order, axis=1), np.take_along_axis(apart, order, axis=1)
    return listed, distance


def _coarse(pixels: np.ndarray) -> np.ndarray:
    """Return pictures laid over white, SIDE x SIDE means in [0, 1]: float32 (N, SIDE * SIDE * 3)."""
    small = [
        Image.fromarray(one).resize((COARSE_SIDE, COARSE_SIDE), Image.Resampling.BOX) for one in lay_over(np.asarray(pixels))
    ]
    return np.stack([np.asarray(one) for one in small]).reshape(len(small), -1).astype(np.float32) / 255


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the root mean square difference of each row to each row: (N, M)."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return np.sqrt(np.maximum(squares, 0) / one.shape[1])


def _seen_apart(asked: np.ndarray, images: Pixels, listed: np.ndarray) -> np.ndarray:
    """Return the distances of asked pictures to those listed for each, numbers of `images` (N, k), by unit features."""
    met, places = np.unique(listed, return_inverse=True)
    features = unit(look(images[met]))[places.reshape(listed.shape)]  # (N, k, F)
    return np.linalg.norm(features - unit(look(asked))[:, None], axis=2)
