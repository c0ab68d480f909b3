"""Scores: arrays in, numbers with their intervals out. Nothing here knows a picture, a model or a folder.

Intervals are of 95 %. Shares and ratios are bootstrapped over concepts, not over pictures: drawings of one thing stand or fall
together, and it is the things that are a sample.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.ground.seeds import Stream, stream

RESAMPLES = 1000
HALVES = 40
BLOCK = 2000
"""Pictures a side that are compared each with each in a KID, whose memory grows with the square."""

FD_WIDTH = 64
"""Principal components that an FD is taken over: as many as a few thousand pictures can say the covariance of."""


@dataclass(frozen=True)
class Score:
    """One measured number. The name says what was counted, by which extractor, on which split, over how many (n)."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval, before it has a name."""

    value: float
    low: float
    high: float

    def named(self, name: str, *, extractor: str, split: str, n: int) -> Score:
        """Return the score of this estimate, with what a reader must know in its name."""
        return Score(f"{name} ({extractor}; {split}; n = {n:,})", self.value, self.low, self.high, n)


def unit(rows: np.ndarray) -> np.ndarray:
    """Give each row unit norm; a row of zeros stays zeros."""
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def share(hits: np.ndarray, groups: np.ndarray, *, seed: int = 0) -> Estimate:
    """Return the mean of hits (N,), with groups (N,) of any kind resampled whole."""
    hits = np.asarray(hits, dtype=np.float64)
    number = np.unique(groups, return_inverse=True)[1]
    sums, counts = np.bincount(number, weights=hits), np.bincount(number)
    picks = _picks(len(sums), seed)
    return _between(float(hits.mean()), sums[picks].sum(axis=1) / counts[picks].sum(axis=1))


def ratio(hits: np.ndarray, groups: np.ndarray, real: np.ndarray, real_groups: np.ndarray, *, seed: int = 0) -> Estimate:
    """Return mean(hits) / mean(real), the same groups drawn for both at each resample."""
    number = np.unique(np.concatenate([groups, real_groups]), return_inverse=True)[1]
    ours, theirs = number[: len(groups)], number[len(groups) :]
    count = int(number.max()) + 1
    parts = [
        np.bincount(of, weights=weights, minlength=count)
        for of, weights in ((ours, hits.astype(float)), (ours, None), (theirs, real.astype(float)), (theirs, None))
    ]
    picks = _picks(count, seed)
    a, n, b, m = (part[picks].sum(axis=1) for part in parts)
    value = float(hits.mean() / real.mean()) if real.any() else float("nan")
    usable = (n > 0) & (m > 0) & (b > 0)
    return _between(value, (a[usable] / n[usable]) / (b[usable] / m[usable]))


def _picks(count: int, seed: int) -> np.ndarray:
    return stream(seed, "bootstrap").integers(count, (RESAMPLES, count))


def _between(value: float, resampled: np.ndarray) -> Estimate:
    if not len(resampled):
        return Estimate(value, value, value)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Estimate(value, float(low), float(high))


def _around(value: float, resampled: list[float]) -> Estimate:
    """Return value -+ 1.96 standard deviations: for estimates that resampling shifts, where quantiles would not hold them."""
    spread = 1.96 * float(np.std(resampled))
    return Estimate(value, value - spread, value + spread)


def concept_hits(
    pictures: np.ndarray, concepts: np.ndarray, bank: np.ndarray, bank_concepts: np.ndarray, own: np.ndarray, *, count: int = 5
) -> np.ndarray:
    """Say whether one of the `count` real pictures nearest to each picture shows its concept: bool (N,).

    pictures (N, D) and bank (M, D) are of unit norm. own (N,): the number in the bank of the picture that was asked for, which is
    left out, so that a picture is known by how others draw the thing, and a copy counts for nothing; -1 leaves none out.
    """
    hits = np.zeros(len(pictures), dtype=bool)
    for start in range(0, len(pictures), 1000):
        rows = slice(start, start + 1000)
        near = pictures[rows] @ bank.T
        known = np.flatnonzero(own[rows] >= 0)
        near[known, own[rows][known]] = -np.inf
        first = np.argpartition(-near, min(count, near.shape[1]) - 1, axis=1)[:, :count]
        hits[rows] = (bank_concepts[first] == concepts[rows, None]).any(axis=1)
    return hits


def retrieval_hits(
    pictures: np.ndarray, own: np.ndarray, captions: np.ndarray, families: np.ndarray, *, among: int = 100, seed: int = 0
) -> np.ndarray:
    """R-precision (Xu et al. 2018, AttnGAN): is a picture's own caption the nearest of `among`, the rest of other families?

    pictures (N, D); captions (M, D), one a concept; own (N,): the row of its caption; families (M,). Distractors are drawn anew
    for each picture, never from its own family; where there are too few, all of them. A tie is a miss. Returns bool (N,).
    """
    hits = np.zeros(len(pictures), dtype=bool)
    for start in range(0, len(pictures), 1000):
        rows = slice(start, start + 1000)
        near = pictures[rows] @ captions.T
        right = near[np.arange(len(near)), own[rows]]
        lot = stream(seed, "distractors", step=start).uniform(near.shape)
        lot[families[own[rows], None] == families] = 2.0  # never drawn
        drawn = np.argpartition(lot, min(among - 1, near.shape[1]) - 1, axis=1)[:, : among - 1]
        taken = np.take_along_axis(near, drawn, axis=1)
        taken[np.take_along_axis(lot, drawn, axis=1) > 1] = -np.inf
        hits[rows] = right > taken.max(axis=1)
    return hits


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of estimates that know nothing of each other; its interval is as wide as theirs allow, taken as normal."""
    values, lows, highs = np.array([(one.value, one.low, one.high) for one in estimates]).T
    below, above = (float(np.linalg.norm(edge - values)) / len(values) for edge in (lows, highs))
    value = float(values.mean())
    return Estimate(value, value - below, value + above)


def median_ratio(
    distances: np.ndarray,
    real: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    real_groups: np.ndarray | None = None,
    seed: int = 0,
) -> Estimate:
    """Return median(distances) / median(real), which is not 0; each is resampled on its own, by groups where they are given."""
    mine = _medians(distances, groups, stream(seed, "mine"))
    theirs = _medians(real, real_groups, stream(seed, "theirs"))
    usable = theirs > 0
    return _between(float(np.median(distances) / np.median(real)), mine[usable] / theirs[usable])


def _medians(values: np.ndarray, groups: np.ndarray | None, chance: Stream) -> np.ndarray:
    """Return the (lower) medians of RESAMPLES resamples, groups drawn whole."""
    number = np.arange(len(values)) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(number.max()) + 1
    order = np.argsort(values)
    drawn = np.stack([np.bincount(pick, minlength=count) for pick in chance.integers(count, (RESAMPLES, count))])
    so_far = drawn[:, number[order]].cumsum(axis=1)
    return values[order][(2 * so_far >= so_far[:, -1:]).argmax(axis=1)]


def kid(
    drawn: np.ndarray,
    real: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    real_groups: np.ndarray | None = None,
    seed: int = 0,
) -> Estimate:
    """Kernel distance: unbiased MMD^2 with the kernel (x.y / D + 1)^3, a mean over blocks (Binkowski et al. 2018, section 4).

    Zero in expectation for two samples of one distribution, so single values may fall below zero. The interval comes from
    half-samples, whose spread is that of the whole sample's estimate (McCarthy 1969); drawn ones are halved by groups (N,), the
    same in all blocks, and real ones by real_groups (M,): draws of one concept, and pictures of it in several styles, are one
    witness.
    """
    chance = stream(seed, "kid")
    chosen, others = chance.permutation(len(drawn)), chance.permutation(len(real))
    number = np.arange(len(drawn)) if groups is None else np.unique(groups[chosen], return_inverse=True)[1]
    theirs = None if real_groups is None else np.unique(real_groups[others], return_inverse=True)[1]
    halves = [(_half(number, chance), None if theirs is None else _half(theirs, chance)) for _ in range(HALVES)]
    found: list[float] = []
    halved: list[list[float]] = []
    for start in range(0, kid_n(len(drawn), len(real)), BLOCK):
        part = slice(start, start + BLOCK)
        x, y = drawn[chosen[part]].astype(np.float64), real[others[part]].astype(np.float64)
        xx, yy, xy = _kernel(x, x), _kernel(y, y), _kernel(x, y)
        found.append(_mmd(xx, yy, xy))
        picked = [
            (np.flatnonzero(half[part]), np.flatnonzero(_half(np.arange(len(y)), chance) if other is None else other[part]))
            for half, other in halves
        ]
        halved.append([_mmd(xx[np.ix_(a, a)], yy[np.ix_(b, b)], xy[np.ix_(a, b)]) for a, b in picked])
    means = [float(mean) for mean in np.mean(halved, axis=0) if np.isfinite(mean)]
    return _around(float(np.mean(found)), means or [0.0])


def _half(number: np.ndarray, chance: Stream) -> np.ndarray:
    """Choose half of the groups, number (N,) from 0 up, and say which rows are of them, bool (N,)."""
    return chance.permutation(int(number.max()) + 1)[number] % 2 == 0


def kid_n(drawn: int, real: int) -> int:
    """Return how many of so many pictures a KID is over: all of either up to a BLOCK, else as many whole blocks as both have."""
    both = min(drawn, real)
    return both // BLOCK * BLOCK if both >= BLOCK else both


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x @ y.T / x.shape[1] + 1) ** 3


def _mmd(xx: np.ndarray, yy: np.ndarray, xy: np.ndarray) -> float:
    """Return the unbiased MMD^2 from kernels of each pair, no picture compared with itself; NaN where there is one of a side."""
    n, m = len(xx), len(yy)
    if n < 2 or m < 2:
        return float("nan")
    return float((xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * xy.mean())


def frechet(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """Return |m - m'|^2 + tr(C + C' - 2 (C^1/2 C' C^1/2)^1/2), the distance of two Gaussians (Dowson and Landau 1982)."""
    root = _root(cov)
    middle = _root(root @ other_cov @ root)
    return float(((mean - other_mean) ** 2).sum() + np.trace(cov) + np.trace(other_cov) - 2 * np.trace(middle))


def _root(cov: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def fd(drawn: np.ndarray, real: np.ndarray, *, width: int = FD_WIDTH, seed: int = 0) -> Estimate:
    """Frechet distance of two samples in the real ones' first `width` principal components. Biased upwards at small n."""
    project = principal(real, width)
    x, y = project(drawn), project(real)
    resampled = [_fd(x[stream(seed, "fd", step=step).integers(len(x), len(x))], y) for step in range(20)]
    return _around(_fd(x, y), resampled)


def fd_floor(real: np.ndarray, n: int, *, width: int = FD_WIDTH, seed: int = 0) -> Estimate:
    """Return the FD that n perfect draws would have: real ones drawn with replacement, against all real ones."""
    y = principal(real, width)(real)
    floors = [_fd(y[stream(seed, "floor", step=step).integers(len(y), n)], y) for step in range(20)]
    return _around(float(np.mean(floors)), floors)


def _fd(x: np.ndarray, y: np.ndarray) -> float:
    return frechet(x.mean(axis=0), np.cov(x, rowvar=False), y.mean(axis=0), np.cov(y, rowvar=False))


def principal(rows: np.ndarray, width: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return the projection on the first principal components of rows (N, D)."""
    mean = rows.mean(axis=0, dtype=np.float64)
    centred = rows - mean
    axes = first_axes(centred, width)
    return lambda other: (other - mean) @ axes


def first_axes(rows: np.ndarray, count: int) -> np.ndarray:
    """Return the first principal axes of centred rows, (D, count); fewer where the rows span less."""
    if len(rows) >= rows.shape[1]:
        return np.linalg.eigh(rows.T @ rows)[1][:, ::-1][:, :count]
    values, vectors = np.linalg.eigh(rows @ rows.T)  # the smaller of the two products has the same axes in it
    values, vectors = values[::-1][:count], vectors[:, ::-1][:, :count]
    spanned = values > 1e-6 * values[0]
    return rows.T @ vectors[:, spanned] / np.sqrt(values[spanned])
