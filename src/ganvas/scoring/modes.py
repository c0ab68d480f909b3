"""How many of the modes of a known, even distribution a model draws: arrays of classes in, numbers out."""

import numpy as np


def mode_counts(parts: np.ndarray, *, classes: int) -> np.ndarray:
    """Count pictures by mode: parts (N, P) are the classes of each picture's P parts. Returns int64 (classes ** P,)."""
    digits = np.asarray(parts, dtype=np.int64)
    places = classes ** np.arange(digits.shape[1] - 1, -1, -1)
    return np.bincount(digits @ places, minlength=classes ** digits.shape[1])


def modes_seen(counts: np.ndarray) -> int:
    """Return how many modes were drawn at least once (Metz et al. 2017)."""
    return int((counts > 0).sum())


def kl_to_uniform(counts: np.ndarray) -> float:
    """Return KL(drawn | uniform) in nats: the sum of p log(p M) over M modes; log M where one mode is all there is.

    Of few samples it is too large: by about (M - 1) / 2n for n draws of a distribution that is even (Miller 1955).
    """
    p = counts[counts > 0] / counts.sum()
    return float((p * np.log(p * len(counts))).sum())
