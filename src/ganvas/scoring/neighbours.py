"""What nearest neighbours say of two samples: are drawings like real pictures, are they as varied, are they copies?

Arrays in, an answer for each picture out, to be averaged by `scores.share`. Distances are Euclidean, taken in blocks of BLOCK
rows, so that memory grows with the size of one sample and not with the product of both.

Two samples of one distribution and of one size come to density 1 and coverage 1 - 2^-k, in expectation; precision and recall
have no such figure, so real pictures are measured beside the drawings.
"""

from collections.abc import Iterator

import numpy as np

K = 5
"""The neighbour that a ball around a picture reaches to."""
BLOCK = 500
LOOSE = 1 + 1e-9
"""A picture on the rim of a ball is inside, however its distance was rounded."""


def precision(drawn: np.ndarray, real: np.ndarray, *, k: int = K) -> np.ndarray:
    """Say of each drawing whether it lies among real pictures: bool (M,), of rows (M, D) and (N, D).

    Among them: in the ball of a real picture that reaches to its k-th nearest other (Kynkäänniemi et al. 2019, eq. 2).
    """
    return balls(drawn, real, radii(real, k=k)) > 0


def recall(drawn: np.ndarray, real: np.ndarray, *, k: int = K) -> np.ndarray:
    """Say of each real picture whether it lies among drawings: bool (N,) (Kynkäänniemi et al. 2019, eq. 2)."""
    return precision(real, drawn, k=k)


def density(drawn: np.ndarray, real: np.ndarray, *, k: int = K) -> np.ndarray:
    """Count the balls of real pictures that each drawing lies in, divided by k: (M,) (Naeem et al. 2020, eq. 4)."""
    return balls(drawn, real, radii(real, k=k)) / k


def coverage(drawn: np.ndarray, real: np.ndarray, *, k: int = K) -> np.ndarray:
    """Say of each real picture whether a drawing lies in its ball: bool (N,) (Naeem et al. 2020, eq. 5)."""
    return nearest(real, drawn)[0] <= radii(real, k=k) * LOOSE


def radii(rows: np.ndarray, *, k: int = K) -> np.ndarray:
    """Return each row's distance to its k-th nearest other row, (N,); N must be more than k."""
    assert len(rows) > k
    found = np.empty(len(rows))
    for at, squared in _blocks(rows, rows):
        squared[np.arange(len(squared)), np.arange(at.start, at.start + len(squared))] = np.inf
        found[at] = np.partition(squared, k - 1, axis=1)[:, k - 1]
    return np.sqrt(found)


def balls(points: np.ndarray, centres: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Count the balls around centres (N, D), of radius reach (N,), that hold each point (M, D): int (M,)."""
    inside = [(squared <= (reach * LOOSE) ** 2).sum(axis=1) for _, squared in _blocks(points, centres)]
    return np.concatenate(inside)


def nearest(pictures: np.ndarray, bank: np.ndarray, own: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return each picture's distance to the nearest of a bank, (M,), and which that is, (M,).

    own (M,): the row of the bank that is the picture itself, which is left out; -1, or None, leaves none out.
    """
    far, which = np.empty(len(pictures)), np.empty(len(pictures), dtype=np.int64)
    for at, squared in _blocks(pictures, bank):
        if own is not None:
            known = np.flatnonzero(own[at] >= 0)
            squared[known, own[at][known]] = np.inf
        which[at] = squared.argmin(axis=1)
        far[at] = squared[np.arange(len(squared)), which[at]]
    return np.sqrt(far), which


def authentic(pictures: np.ndarray, bank: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
    """Say of each picture whether it keeps its distance from what was learned: bool (M,), of the bank (N, D), N > 1.

    It does when its nearest training picture has another training picture nearer than it (Alaa et al. 2022, authenticity):
    what was memorised lies closer to one picture than pictures lie to each other. own: as in `nearest`. So a training picture can
    be asked about as if it had never been learned, which is what real pictures come to where no set was kept apart.
    """
    far, which = nearest(pictures, bank, own)
    reach = nearest(bank, bank, np.arange(len(bank)))[0]
    return (
        far > reach[which] * LOOSE
    )  # where the picture itself is that other one, far is reach: not authentic, with it or without


def _blocks(points: np.ndarray, centres: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield squared distances, (BLOCK or fewer, N), and the rows of points that they are of."""
    middle = centres.mean(axis=0, dtype=np.float64)  # subtracted, so that little is lost to rounding
    y = centres - middle
    norms = (y**2).sum(axis=1)
    for start in range(0, len(points), BLOCK):
        at = slice(start, min(start + BLOCK, len(points)))
        x = points[at] - middle
        yield at, np.maximum((x**2).sum(axis=1)[:, None] + norms - 2 * x @ y.T, 0)
