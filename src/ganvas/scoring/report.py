"""`ganvas score`: a model's drawings, real pictures, retrieval and shuffled captions, asked the same questions.

Every picture is drawn by its main caption and its own labels, once for each of three noise seeds, and every draw counts. What
is asked about a picture is asked as if the real picture of that caption were not known: a copy of it gains nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.folder import Record, Split
from ganvas.ground.seeds import stream
from ganvas.language.encoder import open_encoder
from ganvas.pipelines import ImagePipeline, load
from ganvas.scoring.evaluator import SEED, Evaluator, in_chinese, is_chinese
from ganvas.scoring.features import EXTRACTOR, Looks, look
from ganvas.scoring.scores import (
    Estimate,
    Score,
    concept_hits,
    distance_to_nearest,
    fd,
    fd_floor,
    kid,
    median_ratio,
    ratio,
    retrieval_hits,
    share,
    unit,
)
from ganvas.vocabulary.condition import Condition, Weighted

NOISE_SEEDS = (101, 102, 103)
ASKED = 1000
"""Pictures of a split that are asked for."""
DRAWN = 6_500
"""Pictures drawn for the distance of distributions, which needs FD_LEAST."""
FD_LEAST = 5_000
BLENDS = 200
CHUNK = 128
SPLITS: tuple[Split, ...] = get_args(Split)

OURS, REAL, RETRIEVAL = "ours", "real pictures", "retrieval"
SHUFFLED, CHINESE, BLENDED = "ours, captions shuffled", "ours, asked in Chinese", "ours, blends of two concepts"
CONCEPT, R_PRECISION, HAND, KID, FD = "concept accuracy@5", "R-precision@100", "hand accuracy", "KID", "FD (PCA-64)"
COPYING = "distance to the nearest training picture / that of held-out real ones"
ALL = "all splits"

Say = Callable[[str], None]
Answers = dict[str, tuple[np.ndarray, np.ndarray]]
"""Measure -> hits (n,) and the concepts they are of (n,)."""


@dataclass(frozen=True)
class Row:
    """What was measured of one kind of pictures on one split, by measure."""

    subject: str
    split: str
    scores: dict[str, Score]


@dataclass
class Report:
    """All rows, and what was left out and why."""

    model: str
    digest: str
    data: str
    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def find(self, subject: str, split: str, measure: str) -> Score | None:
        """Return one score, or None where it was not measured."""
        found = [row.scores.get(measure) for row in self.rows if (row.subject, row.split) == (subject, split)]
        return next((score for score in found if score), None)


@dataclass(frozen=True)
class Seen:
    """Pictures that answer questions: their parts, and the known picture each was asked to be (N,)."""

    looks: Looks
    asked: np.ndarray

    def at(self, rows: np.ndarray) -> "Seen":
        """Return some of them."""
        return Seen({name: part[rows] for name, part in self.looks.items()}, self.asked[rows])


def score(model: str, data: Path, *, say: Say = lambda text: None) -> Report:
    """Score a model on a captioned folder. Raises InputError for what is no model or no folder of pictures."""
    pipeline = load(model)
    pictures = open_pictures(data, size=pipeline.manifest.size)
    say("looking at the real pictures")
    evaluator = Evaluator.fit(pictures)
    return Scoring(pipeline, pictures, evaluator, say).report()


class Scoring:
    """One model, one set, one evaluator: the rows, one after another."""

    def __init__(self, pipeline: ImagePipeline, pictures: Pictures, evaluator: Evaluator, say: Say) -> None:
        self.pipeline, self.pictures, self.evaluator, self.say = pipeline, pictures, evaluator, say
        takes = pipeline.manifest.takes
        self.hears = takes.words > 0 or takes.hashes > 0
        self.asked = {split: self._asked(split) for split in SPLITS if (evaluator.splits == split).any()}
        self.rest = np.setdiff1d(np.flatnonzero(evaluator.splits == "train"), self.asked.get("train", np.zeros(0, dtype=int)))
        self.told = self.hears and len(evaluator.captioned) > 1

    def report(self) -> Report:
        """Measure everything that this model and this set allow."""
        found = Report(self.pipeline.manifest.name, self.pipeline.digest, self.pictures.digest)
        everything = self._drawn(self._all(), NOISE_SEEDS[0], "once for each picture")
        for split, numbers in self.asked.items():
            first = everything.at(np.flatnonzero(np.isin(everything.asked, numbers)))
            more = [self._drawn(numbers, seed, f"{split}, seed {seed}") for seed in NOISE_SEEDS[1:]]
            self._split(found, split, numbers, joined([first, *more]))
        self._whole(found, everything)
        self._copying(found)
        self._say_what_is_left_out(found)
        return found

    def _asked(self, split: Split) -> np.ndarray:
        """Choose the pictures of a split that are asked for; of the training split at most half, so that some are left."""
        numbers = np.flatnonzero(self.evaluator.splits == split)
        most = min(ASKED, len(numbers) // 2 if split == "train" else len(numbers))
        return np.sort(numbers[stream(SEED, f"asked/{split}").permutation(len(numbers))[: max(most, 1)]])

    def _all(self) -> np.ndarray:
        """Choose the pictures drawn once: all that are asked for, and others up to DRAWN."""
        asked = np.concatenate(list(self.asked.values()))
        others = np.setdiff1d(np.arange(len(self.evaluator.records)), asked)
        extra = others[stream(SEED, "others").permutation(len(others))[: max(DRAWN - len(asked), 0)]]
        return np.sort(np.concatenate([asked, extra]))

    def _drawn(self, numbers: np.ndarray, seed: int, what: str, *, chinese: bool = False) -> Seen:
        """Draw known pictures by their captions and labels and look at the drawings."""
        self.say(f"drawing {len(numbers):,} pictures: {what}")
        records = [self.evaluator.records[number] for number in numbers]
        conditions = [self.condition(record, chinese=chinese) for record in records]
        return Seen(self.look_at(conditions, seed, numbers), numbers)

    def look_at(self, conditions: Sequence[Condition], seed: int, numbers: np.ndarray) -> Looks:
        """Draw conditions, each with the noise of its number, and look at them; no drawing is kept."""
        parts: list[Looks] = []
        for start in range(0, len(conditions), CHUNK):
            some = numbers[start : start + CHUNK]
            noise = np.concatenate([self.pipeline.noise(seed, number=int(number)) for number in some])
            parts.append(look(self.pipeline(conditions[start : start + CHUNK], noise)))
        return stacked(parts)

    def condition(self, record: Record, *, chinese: bool = False) -> Condition:
        """Return what `imagine` tells the model of one element with a style: caption and labels that the model takes."""
        known = self.pipeline.manifest.takes.labels
        labels = {name: value for name, value in record.labels.items() if value in known.get(name, ())}
        if not (self.hears and record.captions):
            return Condition(labels=labels)
        return Condition(words=(Weighted(phrase=in_chinese(record) if chinese else record.captions[0]),), labels=labels)

    def real(self, numbers: np.ndarray, asked: np.ndarray | None = None) -> Seen:
        """Return known real pictures as answers, to being themselves or to others asked for."""
        looks = {name: part[numbers] for name, part in self.evaluator.looks.items()}
        return Seen(looks, numbers if asked is None else asked)

    def _split(self, found: Report, split: str, numbers: np.ndarray, ours: Seen) -> None:
        """Add the rows of one split."""
        real = self._answers(self.real(numbers))
        mine = self._answers(ours)
        self._row(found, REAL, split, self.real(numbers), real)
        self._row(found, OURS, split, ours, mine, real)
        if not self.told:
            return
        retrieved = self.real(self.nearest_caption(numbers), numbers)
        self._row(found, RETRIEVAL, split, retrieved, self._answers(retrieved), real)
        order = stream(SEED, "shuffled").permutation(len(ours.asked))
        shuffled = Seen(ours.looks, ours.asked[order])
        self._row(found, SHUFFLED, split, shuffled, self._answers(shuffled), real)
        spoken = [number for number in numbers if any(map(is_chinese, self.evaluator.records[number].captions))]
        if spoken:
            chinese = self._drawn(np.array(spoken), NOISE_SEEDS[0], f"{split}, in Chinese", chinese=True)
            english = ours.at(np.flatnonzero(np.isin(ours.asked, spoken)))
            self._row(found, CHINESE, split, chinese, self._answers(chinese), self._answers(english), against="English")

    def _answers(self, seen: Seen) -> Answers:
        """Ask every question that the set has an answer to: measure -> hits (n,), concepts (n,)."""
        evaluator = self.evaluator
        concepts = evaluator.concepts[seen.asked]
        answers: Answers = {}
        names, counts = np.unique(evaluator.concepts, return_counts=True)
        several = np.isin(concepts, names[counts > 1])  # others must have drawn it too
        places = evaluator.likeness(seen.looks)
        if several.any():
            hits = concept_hits(places, concepts, evaluator.bank, evaluator.concepts, seen.asked)
            answers[CONCEPT] = hits[several], concepts[several]
        if self.told:
            named = evaluator.word_of[seen.asked] >= 0
            meanings = evaluator.meanings_of(seen.looks, seen.asked)
            families = evaluator.families[evaluator.captioned]
            hits = retrieval_hits(meanings[named], evaluator.word_of[seen.asked][named], evaluator.words, families)
            answers[R_PRECISION] = hits, concepts[named]
        if evaluator.label is not None:
            wanted = np.array([evaluator.records[number].labels.get(evaluator.label, "") for number in seen.asked])
            answers[HAND] = evaluator.hands_of(seen.looks, seen.asked) == wanted, concepts
        return answers

    def _row(
        self, found: Report, subject: str, split: str, seen: Seen, answers: Answers, real: Answers | None = None, *,
        against: str = "real",
    ) -> None:  # fmt: skip
        """Add a row: shares, also relative to `real` where that is given, and KID against training pictures not asked for."""
        scores: dict[str, Score] = {}
        for measure, (hits, concepts) in answers.items():
            scores[measure] = named(measure, share(hits, concepts, seed=SEED), split, len(hits))
            if real is not None and measure in real and real[measure][0].any():
                relative = f"{measure} / {against}"
                scores[relative] = named(relative, ratio(hits, concepts, *real[measure], seed=SEED), split, len(hits))
        if subject in (OURS, REAL, RETRIEVAL) and len(self.rest) > 1 and len(seen.asked) > 1:
            theirs = self.evaluator.looks["features"][self.rest]
            distance = kid(seen.looks["features"], theirs, groups=self.evaluator.concepts[seen.asked], seed=SEED)
            scores[KID] = named(KID, distance, split, len(seen.asked))
        found.rows.append(Row(subject, split, scores))

    def nearest_caption(self, numbers: np.ndarray) -> np.ndarray:
        """Return, for each known picture, the training picture whose caption is nearest to its own; its own hand goes first."""
        evaluator = self.evaluator
        trained = np.array([n for n in np.flatnonzero(evaluator.splits == "train") if evaluator.records[n].captions])
        encoder = open_encoder("use-multilingual-3")
        known = unit(encoder.encode([evaluator.records[n].captions[0] for n in trained]))
        asked = unit(encoder.encode([evaluator.records[n].captions[0] if evaluator.records[n].captions else "" for n in numbers]))
        near = np.round(asked @ known.T, 5)
        label = evaluator.label or ""
        hands = np.array([evaluator.records[n].labels.get(label, "") for n in (*trained, *numbers)])
        same = hands[len(trained) :, None] == hands[None, : len(trained)]
        return trained[(near + same * 1e-6).argmax(axis=1)]

    def _whole(self, found: Report, everything: Seen) -> None:
        """Add the distance of distributions, one drawing for each picture, where there are enough."""
        if len(everything.asked) < FD_LEAST:
            found.left_out.append(f"FD: {len(everything.asked):,} drawings, and it says little below {FD_LEAST:,}")
            return
        real = self.evaluator.looks["features"][everything.asked].astype(np.float64)
        n = len(everything.asked)
        for subject, estimate in ((OURS, fd(everything.looks["features"], real)), (REAL, fd_floor(real, n))):
            found.rows.append(Row(subject, ALL, {FD: named(FD, estimate, ALL, n)}))

    def _copying(self, found: Report) -> None:
        """Add how far blends of two concepts lie from what was learned, next to held-out real pictures."""
        held = np.flatnonzero(self.evaluator.splits == "held out pair")
        trained = np.flatnonzero(self.evaluator.splits == "train")
        if not len(held) or not self.told:
            found.left_out.append("blends: they need a model that takes words, captions and held-out pairs")
            return
        conditions = self.blends(trained)
        looks = self.look_at(conditions, NOISE_SEEDS[0], np.arange(len(conditions)))
        bank = unit(self.evaluator.looks["features"][trained])
        real = distance_to_nearest(unit(self.evaluator.looks["features"][held]), bank)
        far = median_ratio(distance_to_nearest(unit(looks["features"]), bank), real, seed=SEED)
        found.rows.append(Row(BLENDED, ALL, {COPYING: named(COPYING, far, ALL, len(conditions))}))

    def blends(self, trained: np.ndarray) -> list[Condition]:
        """Return conditions between two concepts: half say both in one caption, half stand midway between the two captions."""
        known = self.evaluator.captioned[np.isin(self.evaluator.captioned, trained)]
        chance = stream(SEED, "blends")
        told: list[Condition] = []
        for number in range(BLENDS):
            one, other = (self.evaluator.records[known[place]] for place in chance.permutation(len(known))[:2])
            labels = self.condition(one).labels
            said = f"{one.captions[0]} and {other.captions[0]}"[:120]
            words = [said] if number % 2 else [one.captions[0], other.captions[0]]
            told.append(Condition(words=tuple(Weighted(phrase=phrase) for phrase in words), labels=labels))
        return told

    def _say_what_is_left_out(self, found: Report) -> None:
        """Say which questions this model or this set has no answer to."""
        if not self.hears:
            found.left_out.append("R-precision, retrieval, captions: the model takes no words")
        elif not self.told:
            found.left_out.append("R-precision, retrieval, captions: the set has no two captions")
        if self.evaluator.label is None:
            found.left_out.append("hand accuracy: no label of the set has two values")
        found.left_out += [f"{split}: the set has none" for split in SPLITS if split not in (*self.asked, "test")]


def named(measure: str, estimate: Estimate, split: str, n: int) -> Score:
    """Return an estimate as a score whose name says extractor, split and n."""
    return estimate.named(measure, extractor=EXTRACTOR, split=split, n=n)


def stacked(parts: Sequence[Looks]) -> Looks:
    """Join looks picture by picture."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def joined(seen: Sequence[Seen]) -> Seen:
    """Join answers."""
    return Seen(stacked([one.looks for one in seen]), np.concatenate([one.asked for one in seen]))
