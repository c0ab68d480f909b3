"""Kernel regression on pictures that are shown more than once: as they are, and disturbed.

Each picture gives several rows, so the kernel of all rows would be large. It is taken through landmarks instead (Nyström
features, Williams and Seeger 2001), over which the regression is a ridge regression with a weight for each landmark.
"""

import numpy as np

from ganvas.ground.seeds import stream

LANDMARKS = 1_500
BREADTH, RIDGE = 4.0, 0.02
"""Of the kernel exp((cosine - 1) / BREADTH), and of the regression. So broad a kernel is nearly a polynomial; narrow ones, tried,
ask for more landmarks and see noise of .05 less well."""
SPANNED = 1e-6
"""Share of the largest eigenvalue below which a direction of the landmarks' kernel is rounding."""
_AT_ONCE = 1000


class RobustRegression:
    """Ridge regression over landmarks, which can leave out all rows of any one of its pictures.

    Left out exactly, as if the regression had been fitted without them (the downdate of a group of rows); only the landmarks,
    which carry no answer, stay.
    """

    def __init__(self, shown: np.ndarray, wanted: np.ndarray, *, seed: int) -> None:
        """Fit from unit rows (V, N, D), each of N pictures shown V times, to targets (N, K)."""
        self.versions, self.count = shown.shape[:2]
        chosen = np.sort(stream(seed, "landmarks").permutation(self.count)[:LANDMARKS])
        self.landmarks = shown[0][chosen]
        values, vectors = np.linalg.eigh(self._kernel(self.landmarks).astype(np.float64))
        kept = values > SPANNED * values[-1]
        self.root = (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32)
        rows = np.concatenate([self._features(version) for version in shown])
        gram = (rows.T @ rows).astype(np.float64)
        gram[np.diag_indices(len(gram))] += RIDGE
        inverse = np.linalg.inv(gram)
        targets = np.tile(wanted, (self.versions, 1))
        self.weights = inverse @ (rows.T @ targets)
        self.rows, self.pulls = rows, rows @ inverse.astype(np.float32)
        self.missed = targets - rows @ self.weights

    def __call__(self, rows: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Predict for unit rows (N, D), each without the picture own (N,); -1 leaves none out. Returns (N, K)."""
        parts = [self._some(rows[at : at + _AT_ONCE], own[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, self.weights.shape[1]))

    def _some(self, rows: np.ndarray, own: np.ndarray) -> np.ndarray:
        features = self._features(rows)
        predicted = features @ self.weights
        at = np.flatnonzero(own >= 0)
        if not len(at):
            return predicted
        group = own[at][:, None] + self.count * np.arange(self.versions)  # (n, V)
        pulls, theirs = self.pulls[group], self.rows[group]  # (n, V, M)
        left = np.eye(self.versions) - pulls @ theirs.transpose(0, 2, 1)  # (n, V, V)
        without = np.linalg.solve(left, self.missed[group])  # what each row misses without its group, (n, V, K)
        predicted[at] -= np.einsum("nvm,nm,nvk->nk", pulls, features[at], without, optimize=True)
        return predicted

    def _features(self, rows: np.ndarray) -> np.ndarray:
        return self._kernel(rows) @ self.root

    def _kernel(self, rows: np.ndarray) -> np.ndarray:
        return np.exp((rows @ self.landmarks.T - 1) / BREADTH)
