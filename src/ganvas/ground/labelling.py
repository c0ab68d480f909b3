"""Maps of labels, int (H, W): smoothed, split into connected parts, gaps filled. In numpy alone."""

import numpy as np


def connected(labels: np.ndarray) -> np.ndarray:
    """Number the connected parts of equal labels, side by side or one above the other, from 0 on: int64 (H, W)."""
    height, width = labels.shape
    starts = np.ones((height, width), dtype=bool)
    starts[:, 1:] = labels[:, 1:] != labels[:, :-1]
    runs = np.cumsum(starts.ravel()).reshape(height, width) - 1
    touching = labels[1:] == labels[:-1]
    count = int(runs[-1, -1]) + 1
    pairs = np.unique(runs[:-1][touching] * count + runs[1:][touching])
    parent = list(range(count))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    for pair in pairs.tolist():
        first, second = sorted((root(pair // count), root(pair % count)))
        parent[second] = first
    roots = np.array([root(one) for one in range(len(parent))])
    return np.unique(roots, return_inverse=True)[1][runs]


def most_common(labels: np.ndarray, *, reach: int) -> np.ndarray:
    """Give each pixel the label that most pixels within `reach` have, -1 left out; ties keep the lowest. -1 stays as it is."""
    best, most = labels.copy(), np.zeros(labels.shape, dtype=np.int32)
    for label in np.unique(labels[labels >= 0]):
        count = boxed(labels == label, reach)
        better = count > most
        best[better], most[better] = label, count[better]
    return np.where(labels < 0, labels, best)


def boxed(mask: np.ndarray, reach: int) -> np.ndarray:
    """Count a mask's pixels in the square of 2 reach + 1 around each: int32 (H, W)."""
    side = 2 * reach + 1
    sums = np.pad(mask, ((reach + 1, reach), (reach + 1, reach))).astype(np.int32).cumsum(axis=0).cumsum(axis=1)
    return sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]


def grown(labels: np.ndarray) -> np.ndarray:
    """Give what is labelled -2 the label of what is next to it, step by step; -1, where it meets nothing else."""
    found = labels.copy()
    while (open_ := found == -2).any():
        padded = np.pad(found, 1, constant_values=-2)
        before = int(open_.sum())
        for step in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
            take = (found == -2) & (step >= 0)
            found[take] = step[take]
        if int((found == -2).sum()) == before:
            found[found == -2] = -1
    return found
