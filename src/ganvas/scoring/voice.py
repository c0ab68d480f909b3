"""A discriminator of one person's writing against what a language model proposes: a logistic regression on short runs of letters.

With few texts a linear model of character n-grams tells authors apart best (Stamatatos 2009, section 3). Its log odds weigh the
candidates of any language model, as the critic's do those of the writer of verse: a filter (Chen et al. 2020, "Distributional
discrepancy"), not a change of the model itself.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, LONGEST_RUN, LONGEST_TEXT = 4096, 4, 2_000
"""Columns that runs are hashed into; letters of a run; characters of a text that are read."""
RIDGE, ROUNDS = 1e-3, 200


@dataclass(frozen=True)
class Voice:
    """A linear discriminator: weights float32 (WIDTH,), and a bias."""

    weights: np.ndarray
    bias: float

    @classmethod
    def fit(cls, own: Sequence[str], others: Sequence[str]) -> "Voice":
        """Learn to tell a person's texts from others', both classes with equal weight, by accelerated gradient descent."""
        rows = features([*own, *others])
        truth = np.concatenate([np.ones(len(own)), np.zeros(len(others))])
        share = np.where(truth == 1, 0.5 / max(len(own), 1), 0.5 / max(len(others), 1))
        weights, ahead, bias, momentum = np.zeros(WIDTH), np.zeros(WIDTH), 0.0, 0.0
        for number in range(ROUNDS):  # Nesterov 1983; the loss is 1/4-smooth, for rows are of unit length
            chance = 1 / (1 + np.exp(-(rows @ ahead + bias)))
            slope = share * (chance - truth)
            new = ahead - 4 * (rows.T @ slope + RIDGE * ahead)
            bias -= 4 * float(slope.sum())
            momentum = number / (number + 3)
            weights, ahead = new, new + momentum * (new - weights)
        return cls(weights.astype(np.float32), bias)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return the log odds that texts are the person's, float64 (N,)."""
        return features(texts) @ self.weights.astype(np.float64) + self.bias


def features(texts: Sequence[str]) -> np.ndarray:
    """Return the hashed runs of characters of each text, by the square roots of their counts: unit rows (N, WIDTH)."""
    rows = np.zeros((len(texts), WIDTH))
    for row, text in enumerate(texts):
        bare = " ".join(text[:LONGEST_TEXT].lower().split())
        runs = Counter(bare[at : at + long] for long in range(1, LONGEST_RUN + 1) for at in range(len(bare) - long + 1))
        for run, count in runs.items():
            code = zlib.crc32(run.encode("utf-8", "surrogatepass"))
            rows[row, (code >> 1) % WIDTH] += np.sqrt(count) if code & 1 else -np.sqrt(count)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
