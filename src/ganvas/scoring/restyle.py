"""`ganvas score` of a restyler: redrawn pictures, the pictures as they are, another model's and real ones, measured alike.

Pictures of held-out families are redrawn whose thing exists in the wanted style too: that drawing is the truth, and
no training has seen it. Everything is measured by the evaluator, which trains and chooses nothing.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.records import Split
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.models.read import read_manifest
from ganvas.pipelines.registry import find, load_restyler
from ganvas.pipelines.restyle import Restyler
from ganvas.scoring.draw import stacked
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.features import EXTRACTOR, FeatureTables, extract_features
from ganvas.scoring.schema import OURS, REAL, RETRIEVAL, Report, Row
from ganvas.scoring.scores import Estimate, Score, concept_hits, kid, ratio, share, unit
from ganvas.vocabulary.manifest import RestyleManifest

AS_IT_IS = "as it is"
STYLE_ACCURACY, KID, DISTANCE = "style accuracy", "KID to the style", "distance to the true drawing"
FOUND = "thing found@5 among the style's drawings"
MEASURES = (STYLE_ACCURACY, KID, f"{KID} / {AS_IT_IS}", DISTANCE, f"{DISTANCE} / {AS_IT_IS}", FOUND, f"{FOUND} / {AS_IT_IS}")
SPLIT: Split = "held out family"
CHOSEN = 400
"""Pictures that are redrawn for each style, at most."""
CHUNK = 64

Say = Callable[[str], None]


@dataclass(frozen=True)
class Task:
    """What is redrawn in one style: places among the known pictures of what goes in and of the true drawings, (N,) each."""

    style: str
    given: np.ndarray
    truth: np.ndarray


@dataclass(frozen=True)
class Measured:
    """What the evaluator measures of pictures in one style: hits, distances (N,), and the distance to the style's drawings."""

    in_style: np.ndarray
    distance: np.ndarray
    found: np.ndarray
    kid: Estimate
    groups: np.ndarray


def is_restyler(model: str) -> bool:
    """Say whether a model redraws pictures. Raises InputError when it is none."""
    return isinstance(read_manifest(find(model))[0], RestyleManifest)


def score_restyler(model: str, data: Path, *, beside: Sequence[str] = (), say: Say = lambda text: None) -> Report:
    """Score a restyler on a captioned folder with labels of styles; beside: others, CycleGAN say, that are measured alike.

    Raises InputError where the folder's styles are not the model's, or hold nothing out.
    """
    restyler = load_restyler(model)
    others = {one: load_restyler(one) for one in beside}
    pictures = open_pictures(data, size=restyler.manifest.size, fit=restyler.manifest.fit)
    say("extracting features of the real pictures")
    evaluator = Evaluator.fit(pictures)
    every = [restyler, *others.values()]
    styles = [style for style in restyler.styles if all(style in one.styles for one in every)]
    sources = set.intersection(*(set(one.manifest.from_styles) for one in every))
    tasks = [one for style in styles if len((one := _choose(evaluator, sources - {style}, style)).given)]
    if not tasks:
        raise InputError(f"holds no pictures of a {SPLIT} that were drawn in two of {', '.join(restyler.styles)} and others",
                         where=data, do="name the captioned folder that it learned from")  # fmt: skip
    found = Report(restyler.name, restyler.digest, pictures.digest)
    scoring = _Scoring(evaluator, pictures, tasks, found)
    scoring.row(REAL, lambda one: _known(evaluator, one.truth), truth=True)
    plain = scoring.row(AS_IT_IS, lambda one: _known(evaluator, one.given))
    for name, drawing in {OURS: restyler, **others}.items():
        say(f"redrawing {sum(len(one.given) for one in tasks):,} pictures: {name}")
        scoring.row(name, partial(_redrawn, drawing, evaluator, pictures), against=plain)
    scoring.row(RETRIEVAL, lambda one: _known(evaluator, _nearest(evaluator, one)), against=plain, own=_nearest)
    for name in restyler.styles:
        if name not in styles:
            found.left_out.append(f"{name}: not all of the models draw in it")
        elif name not in [one.style for one in tasks]:
            found.left_out.append(f"{name}: {data} holds no drawings of it that were held out")
    return found


def _choose(evaluator: Evaluator, sources: Set[str], style: str) -> Task:
    """Choose what is redrawn in a style: held-out pictures of other styles, `sources`, that the models learned to redraw."""
    records, label = evaluator.records, next(iter(evaluator.labels), "")
    twins = {evaluator.concepts[place]: place for place in np.flatnonzero(evaluator.splits == SPLIT)
             if records[place].labels.get(label) == style}  # fmt: skip
    given = [place for place in np.flatnonzero(evaluator.splits == SPLIT)
             if records[place].labels.get(label) in sources and evaluator.concepts[place] in twins]  # fmt: skip
    order = stream(SEED, f"restyle/{style}").permutation(len(given))[:CHOSEN]
    chosen = np.sort(np.array(given, dtype=np.int64)[order])
    return Task(style, chosen, np.array([twins[evaluator.concepts[place]] for place in chosen], dtype=np.int64))


def _known(evaluator: Evaluator, places: np.ndarray) -> FeatureTables:
    return {name: part[places] for name, part in evaluator.tables.items()}


def _redrawn(restyler: Restyler, evaluator: Evaluator, pictures: Pictures, tasks: Task) -> FeatureTables:
    """Redraw and extract features, a few at a time: no drawing is kept."""
    parts: list[FeatureTables] = []
    numbers = evaluator.numbers[tasks.given]
    for start in range(0, len(numbers), CHUNK):
        drawn = [restyler(np.array(pictures.images[number]), style=tasks.style) for number in numbers[start : start + CHUNK]]
        parts.append(extract_features(np.stack(drawn)))
    return stacked(parts)


def _nearest(evaluator: Evaluator, tasks: Task) -> np.ndarray:
    """Return for each picture the training drawing of the style that looks most like the same thing."""
    label = next(iter(evaluator.labels), "")
    bank = np.array([place for place in np.flatnonzero(evaluator.splits == "train")
                     if evaluator.records[place].labels.get(label) == tasks.style])  # fmt: skip
    return bank[(evaluator.bank[tasks.given] @ evaluator.bank[bank].T).argmax(axis=1)]


class _Scoring:
    """The rows of a report, one after another."""

    def __init__(self, evaluator: Evaluator, pictures: Pictures, tasks: Sequence[Task], found: Report) -> None:
        self.evaluator, self.pictures, self.chosen, self.found = evaluator, pictures, tasks, found
        self.label = next(iter(evaluator.labels), "")
        self.styles = evaluator.label(self.label)

    def row(
        self, subject: str, tables: Callable[[Task], FeatureTables], *, against: Sequence[Measured] = (), truth: bool = False,
        own: Callable[[Evaluator, Task], np.ndarray] | None = None,
    ) -> list[Measured]:  # fmt: skip
        """Add a row for all styles together and one for each. own: known pictures, each compared with others than itself."""
        measured = [
            self._measure(one, tables(one), own(self.evaluator, one) if own else np.full(len(one.given), -1))
            for one in self.chosen
        ]
        self._add(subject, SPLIT, measured, against, truth=truth)
        if len(self.chosen) > 1:
            for place, one in enumerate(self.chosen):
                beside = against[place : place + 1]
                self._add(subject, f"{SPLIT}, to {one.style}", measured[place : place + 1], beside, truth=truth)
        return measured

    def _measure(self, tasks: Task, tables: FeatureTables, own: np.ndarray) -> Measured:
        evaluator = self.evaluator
        concepts = evaluator.concepts[tasks.given]
        bank = np.flatnonzero(self.styles == tasks.style)
        groups = {"groups": concepts, "real_groups": evaluator.concepts[bank]}
        found = concept_hits(evaluator.likeness(tables), concepts, evaluator.bank[bank], evaluator.concepts[bank],
                             np.full(len(concepts), -1))  # fmt: skip
        apart = unit(tables["features"]) - unit(evaluator.tables["features"][tasks.truth])
        theirs = evaluator.tables["features"][bank].astype(np.float64)
        return Measured(
            in_style=evaluator.values_of(tables, own)[self.label] == tasks.style,
            distance=np.linalg.norm(apart, axis=1), found=found,
            kid=kid(tables["features"].astype(np.float64), theirs, **groups, seed=SEED), groups=concepts,
        )  # fmt: skip

    def _add(self, subject: str, split: str, measured: Sequence[Measured], against: Sequence[Measured], *, truth: bool) -> None:
        """Add one row; the true drawings have no score of what they are compared with."""
        groups = np.concatenate([one.groups for one in measured])
        scores: dict[str, Score] = {}

        def add(measure: str, estimate: Estimate) -> None:
            scores[measure] = estimate.named(measure, extractor=EXTRACTOR, split=split, n=len(groups))

        add(STYLE_ACCURACY, share(np.concatenate([one.in_style for one in measured]), groups, seed=SEED))
        if not truth:
            add(KID, _mean([one.kid for one in measured]))
            for measure in (DISTANCE, FOUND):
                mine = np.concatenate([one.distance if measure == DISTANCE else one.found for one in measured])
                add(measure, share(mine, groups, seed=SEED))
                if against:
                    plain = np.concatenate([one.distance if measure == DISTANCE else one.found for one in against])
                    add(f"{measure} / {AS_IT_IS}", ratio(mine, groups, plain, groups, seed=SEED))
            if against:
                add(f"{KID} / {AS_IT_IS}", _over(_mean([one.kid for one in measured]), _mean([one.kid for one in against])))
        self.found.rows.append(Row(subject, split, scores))


def _mean(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of independent estimates."""
    value = float(np.mean([one.value for one in estimates]))
    spread = float(np.sqrt(np.sum([((one.high - one.low) / 2) ** 2 for one in estimates]))) / len(estimates)
    return Estimate(value, value - spread, value + spread)


def _over(mine: Estimate, theirs: Estimate) -> Estimate:
    """Return a quotient; its interval takes the divisor as it is."""
    by = theirs.value if abs(theirs.value) > 1e-12 else float("nan")
    return Estimate(mine.value / by, mine.low / by, mine.high / by)


def card(report: Report) -> str:
    """Return a report as Markdown, a table for each split: for a model's README.md, and for people."""
    parts: list[str] = []
    for split in dict.fromkeys(row.split for row in report.rows):
        rows = [row for row in report.rows if row.split == split]
        measures = [name for name in MEASURES if any(name in row.scores for row in rows)]
        lines = [["pictures", *measures], ["---"] * (1 + len(measures))]
        lines += [[row.subject, *(_cell(row.scores.get(name)) for name in measures)] for row in rows]
        n = max(score.n for row in rows for score in row.scores.values())
        parts.append(f"{split} (n = {n:,})\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    how = (
        f"Pictures of held-out families, redrawn once; the true drawing is the same thing by the style's own maker. Features of"
        f" {EXTRACTOR} (no FID). Retrieval is the training drawing that looks most like the same thing. Intervals of 95 %,"
        " bootstrapped over concepts; that of a quotient of KIDs takes the divisor as it is."
    )
    return "\n\n".join([*parts, how, *(f"- left out: {line}" for line in report.left_out)]) + "\n"


def _cell(score: Score | None) -> str:
    return "" if score is None else f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"
