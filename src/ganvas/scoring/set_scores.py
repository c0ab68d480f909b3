"""Scores of a whole set, one drawing for each picture: distances of distributions, neighbours, classes, blends.

Where a measure sets drawings against real pictures, it sets the drawings of one half of the set against the real pictures of the
other, so that the real pictures of the first half, a perfect model, can be measured the same way at the same n. FD alone, which
needs every picture, takes all of both, and its floor from real pictures drawn with replacement.
"""

from dataclasses import dataclass

import numpy as np

from ganvas.ground.seeds import stream
from ganvas.scoring.draw import NOISE_SEEDS, Drawer, Drawn
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.neighbours import coverage, density, nearest, precision, recall
from ganvas.scoring.schema import (
    ALL,
    BLENDED,
    COPYING,
    COVERAGE,
    DENSITY,
    FD,
    INTRA_FD,
    INTRA_KID,
    LABEL,
    OURS,
    PRECISION,
    REAL,
    RECALL,
    Report,
    named,
    of_label,
)
from ganvas.scoring.scores import Estimate, Score, fd, fd_floor, kid, mean_of, median_ratio, share, unit

FD_LEAST = 2_000
"""Pictures that an FD needs: below that it says more of their number than of what they show."""
KID_LEAST = 10
"""Pictures a side that a KID needs, for its interval to be one."""
NEIGHBOURS_LEAST = 40
"""Pictures a side below which the fifth neighbour is anywhere."""
MOST_VALUES = 20
"""Values of a label up to which each has a row of its own."""


@dataclass(frozen=True)
class Halves:
    """The drawings of one half of a set, the real pictures of that half, and those of the other: known pictures and features."""

    drawn: np.ndarray
    targets: np.ndarray
    others: np.ndarray
    real: np.ndarray

    @classmethod
    def of(cls, evaluator: Evaluator, drawn: Drawn) -> "Halves":
        """Part a set in two halves of one size, by chance."""
        order = stream(SEED, "halves").permutation(len(drawn.targets))
        size = len(order) // 2
        one, other = np.sort(order[:size]), np.sort(order[size : 2 * size])
        return cls(drawn.tables["features"][one], drawn.targets[one], drawn.targets[other], evaluator.tables["features"])

    def pairs(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return what is set against what, by subject."""
        return {REAL: (self.real[self.targets], self.real[self.others]), OURS: (self.drawn, self.real[self.others])}

    def of_class(self, has: np.ndarray) -> "Halves":
        """Return the pictures of one class: has (K,) of all known pictures."""
        one = has[self.targets]
        return Halves(self.drawn[one], self.targets[one], self.others[has[self.others]], self.real)

    def __len__(self) -> int:
        return min(len(self.targets), len(self.others))


def whole(found: Report, drawer: Drawer, everything: Drawn) -> None:
    """Add the rows of all splits together, or a line for each that the set or the model does not allow."""
    evaluator = drawer.evaluator
    halves = Halves.of(evaluator, everything)
    distances(found, evaluator, everything)
    neighbours(found, evaluator, halves)
    for label in evaluator.labels:
        labelled = drawer.conditioned_on(label)
        if not labelled[everything.targets].any():
            found.left_out.append(f"{of_label(LABEL, label)}, and classes by it: the model takes neither this label nor words")
            continue
        classes(found, evaluator, everything, halves, label)
        values(found, evaluator, everything.at(np.flatnonzero(labelled[everything.targets])), label)
    blends(found, drawer)


def distances(found: Report, evaluator: Evaluator, everything: Drawn) -> None:
    """Add FD, where there are enough pictures."""
    n = len(everything.targets)
    if n < FD_LEAST:
        found.left_out.append(f"{FD}: {n:,} drawings, and it says little below {FD_LEAST:,}; KID stands for it")
        return
    for subject, estimate in _frechet(everything.tables["features"], evaluator.tables["features"][everything.targets]).items():
        found.add(subject, ALL, {FD: named(FD, estimate, ALL, n)})


def _frechet(drawn: np.ndarray, real: np.ndarray) -> dict[str, Estimate]:
    real = real.astype(np.float64)
    return {REAL: fd_floor(real, len(drawn)), OURS: fd(drawn, real)}


def neighbours(found: Report, evaluator: Evaluator, halves: Halves) -> None:
    """Add precision, recall, density and coverage."""
    if len(halves) < NEIGHBOURS_LEAST:
        found.left_out.append(
            f"precision, recall, density, coverage: halves of {len(halves):,} pictures, and they need {NEIGHBOURS_LEAST}"
        )
        return
    ours, theirs = evaluator.things[halves.targets], evaluator.things[halves.others]
    measures = ((PRECISION, precision, ours), (RECALL, recall, theirs), (DENSITY, density, ours), (COVERAGE, coverage, theirs))
    for subject, (one, other) in halves.pairs().items():
        scores = {name: share(measure(one, other), things, seed=SEED) for name, measure, things in measures}
        found.add(subject, ALL, {name: named(name, estimate, ALL, len(one)) for name, estimate in scores.items()})


def classes(found: Report, evaluator: Evaluator, everything: Drawn, halves: Halves, label: str) -> None:
    """Add the mean over a label's values of the distance of drawings to real pictures: FD of large classes, KID of others."""
    values_of_each = evaluator.label(label)
    wholes = [everything.at(np.flatnonzero(values_of_each[everything.targets] == value)) for value in evaluator.labels[label]]
    large = [drawn for drawn in wholes if len(drawn.targets) >= FD_LEAST]
    parts = [halves.of_class(values_of_each == value) for value, drawn in zip(evaluator.labels[label], wholes, strict=True)
             if len(drawn.targets) < FD_LEAST]  # fmt: skip
    middling = [part for part in parts if len(part) >= KID_LEAST]
    if small := len(parts) - len(middling):
        few = f"{small} of {len(wholes)} classes have fewer than {2 * KID_LEAST} pictures"
        found.left_out.append(f"{of_label(INTRA_KID, label)}: {few}")

    fds = [_frechet(drawn.tables["features"], evaluator.tables["features"][drawn.targets]) for drawn in large]
    _mean(found, of_label(INTRA_FD, label), fds, sum(len(drawn.targets) for drawn in large), f"of {FD_LEAST:,} pictures or more")
    things = evaluator.things
    kids = [
        {
            subject: kid(*pair, groups=things[part.targets], real_groups=things[part.others], seed=SEED)
            for subject, pair in part.pairs().items()
        }
        for part in middling
    ]
    _mean(
        found,
        of_label(INTRA_KID, label),
        kids,
        sum(len(part.targets) for part in middling),
        f"too small for FD, under {FD_LEAST:,}",
    )


def _mean(found: Report, measure: str, each: list[dict[str, Estimate]], n: int, which: str) -> None:
    """Add the mean over classes by subject, where there are classes."""
    if each:
        for subject in (REAL, OURS):
            mean = mean_of([one[subject] for one in each])
            found.add(subject, ALL, {measure: named(measure, mean, f"{ALL}; mean of {len(each)} classes {which}", n)})


def values(found: Report, evaluator: Evaluator, drawn: Drawn, label: str) -> None:
    """Add, for each value of a label, the share of its drawings that show it; of real pictures too, which is the ceiling."""
    each = evaluator.labels[label]
    if len(each) > MOST_VALUES:
        found.left_out.append(f"{of_label(LABEL, label)}, value by value: there are {len(each)}, more than {MOST_VALUES}")
        return
    real = {name: part[drawn.targets] for name, part in evaluator.tables.items()}
    wanted = evaluator.label(label)[drawn.targets]
    for subject, tables in ((REAL, real), (OURS, drawn.tables)):
        shown = evaluator.values_of(tables, drawn.targets)[label]
        scores: dict[str, Score] = {}
        for value in each:
            rows = np.flatnonzero(wanted == value)
            if len(rows):
                name = of_label(LABEL, label, value)
                agreed = share(shown[rows] == value, evaluator.things[drawn.targets[rows]], seed=SEED)
                scores[name] = named(name, agreed, ALL, len(rows))
        found.add(subject, ALL, scores)


def blends(found: Report, drawer: Drawer) -> None:
    """Add how far blends of two concepts lie from what was learned, next to real pictures that were not."""
    evaluator = drawer.evaluator
    trained, held = (np.flatnonzero((evaluator.splits == "train") == learned) for learned in (True, False))
    if not drawer.takes_words or np.isin(evaluator.captioned, trained).sum() < 2:
        found.left_out.append("blends: they need a model that takes words, and two captions")
        return
    conditions = drawer.blends(trained)
    tables = drawer.extract(conditions, NOISE_SEEDS[0], np.arange(len(conditions)))
    rows = unit(evaluator.tables["features"])
    bank = rows[trained]
    real = (nearest(rows[held], bank) if len(held) else nearest(bank, bank, np.arange(len(bank))))[0]
    if not np.median(real) > 0:
        found.left_out.append(f"{COPYING}: half of the real pictures are copies of others")
        return
    far = median_ratio(nearest(unit(tables["features"]), bank)[0], real, seed=SEED)
    found.add(BLENDED, ALL, {COPYING: named(COPYING, far, ALL, len(conditions))})
