"""The two things the evaluator fits, both in closed form: a space in which likeness is of concepts, and a kernel regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.scoring.scores import first_axes, unit

KEPT, AXES = 384, 160
"""Principal components kept before the within-concept whitening, and axes kept after it."""
SHRINK = 0.1
BREADTH, RIDGE = 0.3, 0.1


@dataclass(frozen=True)
class Joined:
    """Parts of different widths and scales as one row: each standardised over the training pictures, of equal say."""

    means: tuple[np.ndarray, ...]
    deviations: tuple[np.ndarray, ...]
    weights: tuple[float, ...]

    @classmethod
    def fit(cls, parts: Sequence[np.ndarray], weights: Sequence[float]) -> "Joined":
        """Learn means and deviations from training pictures."""
        return cls(tuple(part.mean(axis=0) for part in parts), tuple(part.std(axis=0) + 1e-6 for part in parts), tuple(weights))

    def __call__(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        """Return rows of unit norm, float32 (N, all widths)."""
        standard = [
            weight * unit((part - mean) / deviation)
            for part, mean, deviation, weight in zip(parts, self.means, self.deviations, self.weights, strict=True)
        ]
        return unit(np.concatenate(standard, axis=1))


@dataclass(frozen=True)
class Likeness:
    """A linear space where pictures of one concept lie close whoever drew them: rows of unit norm.

    Principal components, whitened by how pictures of one concept differ (within-class covariance normalisation, Hatch et al.
    2006), then the axes along which concepts differ most. Without concepts of two pictures: principal components alone.
    """

    centre: np.ndarray
    axes: np.ndarray

    @classmethod
    def fit(cls, rows: np.ndarray, concepts: np.ndarray) -> "Likeness":
        """Learn from training pictures, rows (N, D) and the concept of each (N,)."""
        centre = rows.mean(axis=0)
        axes = first_axes(rows - centre, KEPT)
        x = (rows - centre) @ axes
        number, counts = np.unique(concepts, return_inverse=True, return_counts=True)[1:]
        means = np.stack([np.bincount(number, weights=column) for column in x.T], axis=1) / counts[:, None]
        apart = (x - means[number])[counts[number] > 1]
        if len(apart) <= x.shape[1]:
            return cls(centre, axes[:, :AXES].astype(np.float32))
        within = apart.T @ apart / len(apart)
        within = (1 - SHRINK) * within + SHRINK * np.trace(within) / len(within) * np.eye(len(within))
        values, vectors = np.linalg.eigh(within)
        white = vectors / np.sqrt(values)
        between = first_axes(x @ white, AXES)
        return cls(centre, (axes @ white @ between).astype(np.float32))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return the rows' places, float32 (N, AXES or fewer)."""
        return unit((rows - self.centre) @ self.axes)


class Regression:
    """Kernel ridge regression with the kernel exp((cosine - 1) / BREADTH), which can leave any one of its pictures out.

    Left out exactly, as if it had been fitted without that picture (the classical downdate): so the pictures it was fitted on
    can be asked about as if they were new, and drawings of them likewise.
    """

    def __init__(self, known: np.ndarray, wanted: np.ndarray) -> None:
        """Fit from unit rows (N, D) to targets (N, K)."""
        kernel = np.exp((known @ known.T - 1) / BREADTH)
        kernel[np.diag_indices(len(kernel))] += RIDGE
        self.known, self.inverse = known, np.linalg.inv(kernel)
        self.weights = self.inverse @ wanted.astype(kernel.dtype)

    def __call__(self, rows: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Predict for unit rows (N, D), each without the known picture own (N,); -1 leaves none out. Returns (N, K)."""
        return np.concatenate([self._some(rows[at : at + 500], own[at : at + 500]) for at in range(0, len(rows), 500)])

    def _some(self, rows: np.ndarray, own: np.ndarray) -> np.ndarray:
        kernel = np.exp((rows @ self.known.T - 1) / BREADTH)
        predicted = kernel @ self.weights
        at = np.flatnonzero(own >= 0)
        out = own[at]
        say = (kernel[at] * self.inverse[out]).sum(axis=1) / self.inverse[out, out]
        predicted[at] -= say[:, None] * self.weights[out]
        return predicted
