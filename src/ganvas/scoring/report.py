"""`ganvas score`: a model's drawings, real pictures, retrieval and shuffled captions, asked the same questions.

Every picture is drawn by its main caption and its own labels, once for each of three noise seeds, and every draw counts. What
is asked about a picture is asked as if the real picture of that caption were not known: a copy of it gains nothing.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.file_names import caption_by_names, read_like_words
from ganvas.data.records import Split
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import open_encoder
from ganvas.pipelines import ImagePipeline, load
from ganvas.scoring.centred import choose_centred
from ganvas.scoring.draw import NOISE_SEEDS, Drawer, Say, Seen, joined
from ganvas.scoring.effects import Copies, label_effect, seed_effect
from ganvas.scoring.evaluator import SEED, Evaluator, is_chinese
from ganvas.scoring.features import look
from ganvas.scoring.inception import Compare, ask_inception
from ganvas.scoring.neighbours import authentic, nearest
from ganvas.scoring.schema import (
    ALL,
    AUTHENTICITY,
    CHINESE,
    CONCEPT,
    COPIED,
    COPYING,
    KID,
    LABEL,
    LABEL_EFFECT,
    OURS,
    R_PRECISION,
    REAL,
    RETRIEVAL,
    SEED_EFFECT,
    SHUFFLED,
    SKETCH,
    SURFACE_DEVIATION,
    SURFACE_RMS,
    Report,
    centred_of,
    named,
    of_label,
)
from ganvas.scoring.scores import Score, concept_hits, kid, median_ratio, ratio, retrieval_hits, share, unit
from ganvas.scoring.set_scores import KID_LEAST, whole
from ganvas.scoring.signs import LEAST, MOST, classes_of, measure_signs
from ganvas.scoring.sketch import find_sketch
from ganvas.scoring.surfaces import measure_surfaces
from ganvas.scoring.verdict import Verdict, in_words, judge
from ganvas.vocabulary.manifest import Takes

ASKED = 1000
"""Pictures of a split that are asked for."""
SURFACES = 300
"""Pictures of a split whose surfaces are compared with the true ones."""
PACED = 4
"""Pictures that are drawn to see how long the rest takes."""
DRAWN = 6_500
"""Pictures drawn for what is asked of a whole set."""
SPLITS: tuple[Split, ...] = get_args(Split)

Answers = dict[str, tuple[np.ndarray, np.ndarray]]
"""Measure -> hits (n,) and what they are hits of, (n,): things that stand or fall together."""


def score(model: str, data: Path, *, compare: Compare | None = None, say: Say = lambda text: None) -> Report:
    """Score a model on the folder that it learned from. Raises InputError for what is no model or no folder of pictures.

    compare: who asks Inception for FID and IS, `ganvas.training.bench.inception.open_inception()`; nobody is asked when left out.
    """
    pipeline = load(model)
    pictures = with_captions(open_pictures(data, size=pipeline.manifest.size, fit=pipeline.manifest.fit), pipeline.manifest.takes)
    check_can_score(pictures, pipeline.manifest.takes, where=data)
    say(f"looking at {len(pictures.records):,} real pictures")
    evaluator = Evaluator.fit(pictures)
    return Scoring(pipeline, pictures, evaluator, say).report(compare)


def with_captions(pictures: Pictures, takes: Takes) -> Pictures:
    """Return the pictures with captions from their files' names where a model takes words, and nobody wrote any."""
    if takes.words and read_like_words(pictures.records):
        return replace(pictures, records=caption_by_names(pictures.records))
    return pictures


def check_can_score(pictures: Pictures, takes: Takes, *, where: Path) -> None:
    """Raise InputError where nothing in a set says what a model is to draw: its figures would be of other things."""
    if (takes.words or takes.hashes) and any(record.captions for record in pictures.records):
        return
    said = any(record.labels.get(name) in values for record in pictures.records for name, values in takes.labels.items())
    asks = [*(["captions"] if takes.words or takes.hashes else []), *takes.labels]
    if asks and not said:
        raise InputError(f"nothing in it says what to draw: the model takes {', '.join(asks)}, and it has none that it knows",
                         where=where, do="name the folder that the model learned from")  # fmt: skip


class Scoring:
    """One model, one set, one evaluator: the rows, one after another."""

    def __init__(self, pipeline: ImagePipeline, pictures: Pictures, evaluator: Evaluator, say: Say) -> None:
        self.pipeline, self.pictures, self.evaluator = pipeline, pictures, evaluator
        self.drawer = Drawer(pipeline, evaluator, say)
        self.asked = {split: self._asked(split) for split in SPLITS if (evaluator.splits == split).any()}
        self.trained = np.flatnonzero(evaluator.splits == "train")
        self.rest = np.setdiff1d(self.trained, self.asked.get("train", np.zeros(0, dtype=int)))
        self.told = self.drawer.hears and len(evaluator.captioned) > 1
        self.copies, self.sketch = Copies(evaluator), find_sketch(pipeline)
        self.unanswered: set[str] = set()
        self.labels = {name: told for name in evaluator.labels if (told := self.drawer.told(name)).any()}

    def report(self, compare: Compare | None = None) -> Report:
        """Measure everything that this model and this set allow."""
        found = Report(self.pipeline.manifest.name, self.pipeline.digest, self.pictures.digest)
        self._announce()
        found.verdict = self._judged()
        everything = self.drawer.drawn(self._all(), NOISE_SEEDS[0], "once for each picture")
        for split, numbers in self.asked.items():
            first = everything.at(np.flatnonzero(np.isin(everything.asked, numbers)))
            more = [self.drawer.drawn(numbers, seed, f"{split}, seed {seed}") for seed in NOISE_SEEDS[1:]]
            self._split(found, split, numbers, joined([first, *more]))
        whole(found, self.drawer, everything)
        self._label_effects(found)
        if compare is not None:
            ask_inception(found, self.drawer, self.pictures, everything.asked, compare)
        self._say_what_is_left_out(found)
        return found

    def _announce(self) -> None:
        """Say about how long it takes, by a few drawings that are made and looked at for this."""
        some = self._all()[:PACED]
        conditions = [self.drawer.condition(self.evaluator.records[number]) for number in some]
        self.drawer.look_at(conditions[:1], NOISE_SEEDS[0], some[:1])  # opens what has to be opened
        began = time.perf_counter()
        self.drawer.look_at(conditions, NOISE_SEEDS[0], some)
        count = len(self._all()) + 2 * sum(map(len, self.asked.values())) + MOST
        minutes = count * (time.perf_counter() - began) / len(some) / 60
        self.drawer.say(f"about {count:,} drawings to make and to look at: {in_words(minutes)} or more")

    def _judged(self) -> Verdict:
        """Judge whether the model is usable, by single draws of at most MOST training pictures."""
        chosen = self.trained[np.linspace(0, len(self.trained) - 1, min(MOST, len(self.trained))).astype(int)]
        if len(chosen) < LEAST:
            return judge(None)
        conditions = [self.drawer.condition(self.evaluator.records[number]) for number in chosen]
        drawn = np.concatenate(list(self.drawer.pixels(conditions, NOISE_SEEDS[0], chosen)))
        true = np.stack([self.pictures.images[number] for number in self.evaluator.numbers[chosen]])
        classes = classes_of([self.evaluator.records[number].labels for number in chosen], self.evaluator.labels)
        return judge(measure_signs(drawn, true, classes), named=self.told)

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

    def real(self, numbers: np.ndarray, asked: np.ndarray | None = None) -> Seen:
        """Return known real pictures as answers, to being themselves or to others asked for."""
        looks = {name: part[numbers] for name, part in self.evaluator.looks.items()}
        return Seen(looks, numbers if asked is None else asked)

    def _split(self, found: Report, split: str, numbers: np.ndarray, ours: Seen) -> None:
        """Add the rows of one split."""
        real = self._answers(self.real(numbers))
        self.unanswered = {measure for measure, (hits, _) in real.items() if not hits.any()}
        found.left_out += [
            f"{measure}, {split}: not even real pictures come to it in this set" for measure in sorted(self.unanswered)
        ]
        mine = self._answers(ours)
        self._row(found, REAL, split, self.real(numbers), real)
        self._row(found, OURS, split, ours, mine, real)
        self._memorised(found, split, numbers, ours)
        self._draws(found, split, numbers, ours)
        if not self.told:
            return
        self._sketched(found, split, numbers, real)
        self._surfaces(found, split, numbers)
        retrieved = self.real(self.nearest_caption(numbers), numbers)
        self._row(found, RETRIEVAL, split, retrieved, self._answers(retrieved), real)
        order = stream(SEED, "shuffled").permutation(len(ours.asked))
        shuffled = Seen(ours.looks, ours.asked[order])
        self._row(found, SHUFFLED, split, shuffled, self._answers(shuffled), real)
        spoken = [number for number in numbers if any(map(is_chinese, self.evaluator.records[number].captions))]
        if spoken:
            chinese = self.drawer.drawn(np.array(spoken), NOISE_SEEDS[0], f"{split}, in Chinese", chinese=True)
            english = ours.at(np.flatnonzero(np.isin(ours.asked, spoken)))
            self._row(found, CHINESE, split, chinese, self._answers(chinese), self._answers(english), against="English")

    def _answers(self, seen: Seen) -> Answers:
        """Ask every question that the set has an answer to: measure -> hits (n,), things (n,)."""
        evaluator = self.evaluator
        concepts, things = evaluator.concepts[seen.asked], evaluator.things[seen.asked]
        answers: Answers = {}
        names, counts = np.unique(evaluator.concepts, return_counts=True)
        several = np.isin(concepts, names[counts > 1])  # others must have drawn it too
        if self.told and several.any():
            hits = concept_hits(evaluator.likeness(seen.looks), concepts, evaluator.bank, evaluator.concepts, seen.asked)
            answers[CONCEPT] = hits[several], things[several]
        if self.told:
            captioned = evaluator.word_of[seen.asked] >= 0
            meanings = evaluator.meanings_of(seen.looks, seen.asked)
            families = evaluator.families[evaluator.captioned]
            hits = retrieval_hits(meanings[captioned], evaluator.word_of[seen.asked][captioned], evaluator.words, families)
            answers[R_PRECISION] = hits, things[captioned]
        shown = evaluator.scores_of(seen.looks, seen.asked) if self.labels else {}
        for name, told in self.labels.items():
            asked = told[seen.asked]
            if asked.any():
                values, wanted, scores = evaluator.labels[name], evaluator.label(name)[seen.asked][asked], shown[name][asked]
                answers[of_label(LABEL, name)] = values[scores.argmax(axis=1)] == wanted, things[asked]
                answers[centred_of(name)] = values[choose_centred(scores, wanted)] == wanted, things[asked]
        return answers

    def _row(
        self, found: Report, subject: str, split: str, seen: Seen, answers: Answers, real: Answers | None = None, *,
        against: str = "real",
    ) -> None:  # fmt: skip
        """Add a row: shares, also relative to `real` where that is given, and KID against training pictures not asked for."""
        scores: dict[str, Score] = {}
        for measure, (hits, things) in answers.items():
            if measure in self.unanswered:
                continue
            scores[measure] = named(measure, share(hits, things, seed=SEED), split, len(hits))
            if real is not None and measure in real and real[measure][0].any():
                relative = f"{measure} / {against}"
                scores[relative] = named(relative, ratio(hits, things, *real[measure], seed=SEED), split, len(hits))
        if subject in (OURS, REAL, RETRIEVAL, SKETCH) and min(len(self.rest), len(np.unique(seen.asked))) >= KID_LEAST:
            theirs = self.evaluator.looks["features"][self.rest]
            things = self.evaluator.things
            groups = {"groups": things[seen.asked], "real_groups": things[self.rest]}
            distance = kid(seen.looks["features"], theirs, **groups, seed=SEED)
            scores[KID] = named(KID, distance, split, len(seen.asked))
        found.add(subject, split, scores)

    def _memorised(self, found: Report, split: str, numbers: np.ndarray, ours: Seen) -> None:
        """Add whether drawings keep their distance from the training pictures, beside what real pictures come to.

        Those of the training split are asked about as if they had never been learned; those of other splits never were. So there
        is something to compare with on any set, one that holds nothing out too.
        """
        if len(self.trained) < 2:
            found.left_out.append(f"{AUTHENTICITY}, {split}: {len(self.trained)} training pictures, and it needs 2")
            return
        rows = unit(self.evaluator.looks["features"])
        bank, drawn = rows[self.trained], unit(ours.looks["features"])
        place = np.full(len(rows), -1)
        place[self.trained] = np.arange(len(self.trained))
        real = nearest(rows[numbers], bank, place[numbers])[0]
        things = self.evaluator.things
        of_real = share(authentic(rows[numbers], bank, place[numbers]), things[numbers], seed=SEED)
        of_ours = share(authentic(drawn, bank), things[ours.asked], seed=SEED)
        found.add(REAL, split, {AUTHENTICITY: named(AUTHENTICITY, of_real, split, len(numbers))})
        found.add(OURS, split, {AUTHENTICITY: named(AUTHENTICITY, of_ours, split, len(drawn))})
        if np.median(real) > 0:
            groups = {"groups": things[ours.asked], "real_groups": things[numbers]}
            far = median_ratio(nearest(drawn, bank)[0], real, **groups, seed=SEED)
            found.add(OURS, split, {COPYING: named(COPYING, far, split, len(drawn))})

    def _draws(self, found: Report, split: str, numbers: np.ndarray, ours: Seen) -> None:
        """Add how far draws of one prompt lie apart, and how many drawings lie too near to pictures of other concepts."""
        apart = seed_effect(self.evaluator, ours.looks["features"], ours.asked)
        if apart is not None:
            found.add(OURS, split, {SEED_EFFECT: named(SEED_EFFECT, apart, split, len(ours.asked))})
        if not (self.told or self.labels):
            return  # nothing says what else a drawing could be of; authenticity stands for it
        for subject, seen in ((REAL, self.real(numbers)), (OURS, ours)):
            copied = self.copies.share(seen.looks["features"], seen.asked)
            if copied is not None:
                found.add(subject, split, {COPIED: named(COPIED, copied, split, len(seen.asked))})

    def _sketched(self, found: Report, split: str, numbers: np.ndarray, real: Answers) -> None:
        """Add what the sketch alone comes to, of a model that paints over one."""
        if self.sketch is not None:
            looks = look(self.sketch(self._latents(numbers)))
            seen = Seen(looks, numbers)
            self._row(found, SKETCH, split, seen, self._answers(seen), real)

    def _surfaces(self, found: Report, split: str, numbers: np.ndarray) -> None:
        """Add how far surfaces lie from the true pictures', of drawings and of sketches, on some pictures of a split."""
        some = numbers[np.linspace(0, len(numbers) - 1, min(SURFACES, len(numbers))).astype(int)]
        true = np.stack([self.pictures.images[number] for number in self.evaluator.numbers[some]])
        w = self._latents(some)
        drawn = {OURS: self.pipeline.draw(w), **({} if self.sketch is None else {SKETCH: self.sketch(w)})}
        for subject, pixels in drawn.items():
            errors = measure_surfaces(pixels, true)
            if not (usable := errors.usable).any():
                found.left_out.append(f"{SURFACE_RMS}, {split}: no true picture has a flat place")
                return
            things = self.evaluator.things[some][usable]
            for measure, values in ((SURFACE_RMS, errors.rms), (SURFACE_DEVIATION, errors.deviation)):
                mean = share(values[usable], things, seed=SEED)
                found.add(subject, split, {measure: named(measure, mean, split, len(things), extractor="pixels")})

    def _latents(self, numbers: np.ndarray) -> np.ndarray:
        """Return the latents that known pictures are drawn from by their captions and labels, under the first noise seed."""
        conditions = [self.drawer.condition(self.evaluator.records[number]) for number in numbers]
        noise = np.concatenate([self.pipeline.noise(NOISE_SEEDS[0], number=int(number)) for number in numbers])
        return self.pipeline.latents(conditions, noise)

    def _label_effects(self, found: Report) -> None:
        """Add how far pixels move when only a label is swapped."""
        records = [self.evaluator.records[number] for number in self.asked.get("train", self._all())]
        conditions = [self.drawer.condition(record) for record in records]
        for name in self.labels:
            moved = label_effect(self.pipeline, conditions, name, seed=NOISE_SEEDS[0])
            if len(moved):
                measure, mean = f"{LABEL_EFFECT}: {name}", share(moved, np.arange(len(moved)), seed=SEED)
                found.add(OURS, ALL, {measure: named(measure, mean, "train", len(moved), extractor="pixels")})

    def nearest_caption(self, numbers: np.ndarray) -> np.ndarray:
        """Return each known picture's training picture with the nearest caption; those of its own style go first."""
        evaluator = self.evaluator
        trained = np.array([n for n in np.flatnonzero(evaluator.splits == "train") if evaluator.records[n].captions])
        encoder = open_encoder("use-multilingual-3")
        known = unit(encoder.encode([evaluator.records[n].captions[0] for n in trained]))
        asked = unit(encoder.encode([evaluator.records[n].captions[0] if evaluator.records[n].captions else "" for n in numbers]))
        near = np.round(asked @ known.T, 5)
        styles = evaluator.label(next(iter(evaluator.labels), ""))
        same = styles[numbers][:, None] == styles[None, trained]
        return trained[(near + same * 1e-6).argmax(axis=1)]

    def _say_what_is_left_out(self, found: Report) -> None:
        """Say which questions this model or this set has no answer to."""
        if not self.told:
            why = "the set has no two captions" if self.drawer.hears else "the model takes no words"
            found.left_out.append(f"{CONCEPT}, {R_PRECISION}, retrieval, captions: {why}")
        if not self.evaluator.labels:
            found.left_out.append(f"{LABEL}: no label of the set has two values")
        for split, numbers in self.asked.items():
            if min(len(self.rest), len(numbers)) < KID_LEAST:
                found.left_out.append(
                    f"{KID}, {split}: {len(numbers):,} pictures against {len(self.rest):,}, and it needs {KID_LEAST}"
                )
        if (known := len(self.evaluator.records)) < (count := len(self.pictures.records)):
            found.left_out.append(f"{count - known:,} of {count:,} pictures: all is asked of the others, {AUTHENTICITY} too")
        found.left_out += [f"{split}: the set has none" for split in SPLITS if split not in (*self.asked, "test")]
