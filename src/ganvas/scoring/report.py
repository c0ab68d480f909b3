"""`ganvas score`: a model's drawings, real pictures, retrieval and shuffled captions, measured alike.

Every picture is drawn by its main caption and its own labels, once for each of three noise seeds, and every draw counts. A
drawing is measured as if the evaluator did not know the real picture of its caption: a copy of that picture gains nothing.
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
from ganvas.scoring.draw import NOISE_SEEDS, Drawer, Drawn, Say, joined
from ganvas.scoring.effects import Copies, label_effect, seed_effect
from ganvas.scoring.evaluator import SEED, Evaluator, is_chinese
from ganvas.scoring.features import extract_features
from ganvas.scoring.inception import Compare, add_inception
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

CHOSEN = 1000
"""Pictures of a split whose captions are drawn three times."""
SURFACES = 300
"""Pictures of a split whose surfaces are compared with the true ones."""
PACED = 4
"""Pictures that are drawn to see how long the rest takes."""
DRAWN = 6_500
"""Pictures drawn for the scores of a whole set."""
SPLITS: tuple[Split, ...] = get_args(Split)

Hits = dict[str, tuple[np.ndarray, np.ndarray]]
"""Measure -> hits (n,) and what they are hits of, (n,): things that stand or fall together."""


def score(model: str, data: Path, *, compare: Compare | None = None, say: Say = lambda text: None) -> Report:
    """Score a model on the folder that it learned from. Raises InputError for what is no model or no folder of pictures.

    compare: computes FID and IS, `ganvas.training.bench.inception.open_inception()`; without it both are left out.
    """
    pipeline = load(model)
    pictures = with_captions(open_pictures(data, size=pipeline.manifest.size, fit=pipeline.manifest.fit), pipeline.manifest.takes)
    check_can_score(pictures, pipeline.manifest.takes, where=data)
    say(f"extracting features of {len(pictures.records):,} real pictures")
    evaluator = Evaluator.fit(pictures)
    return Scoring(pipeline, pictures, evaluator, say).report(compare)


def with_captions(pictures: Pictures, takes: Takes) -> Pictures:
    """Return the pictures with captions from their files' names where a model takes words and the folder has none."""
    if takes.words and read_like_words(pictures.records):
        return replace(pictures, records=caption_by_names(pictures.records))
    return pictures


def check_can_score(pictures: Pictures, takes: Takes, *, where: Path) -> None:
    """Raise InputError where no picture of a set has a condition that the model takes: its scores would mean nothing."""
    if (takes.words or takes.hashes) and any(record.captions for record in pictures.records):
        return
    labelled = any(record.labels.get(name) in values for record in pictures.records for name, values in takes.labels.items())
    wanted = [*(["captions"] if takes.words or takes.hashes else []), *takes.labels]
    if wanted and not labelled:
        raise InputError(f"nothing in it says what to draw: the model takes {', '.join(wanted)}, and it has none that it knows",
                         where=where, do="name the folder that the model learned from")  # fmt: skip


class Scoring:
    """One model, one set, one evaluator: the rows, one after another."""

    def __init__(self, pipeline: ImagePipeline, pictures: Pictures, evaluator: Evaluator, say: Say) -> None:
        self.pipeline, self.pictures, self.evaluator = pipeline, pictures, evaluator
        self.drawer = Drawer(pipeline, evaluator, say)
        self.chosen = {split: self._choose(split) for split in SPLITS if (evaluator.splits == split).any()}
        self.trained = np.flatnonzero(evaluator.splits == "train")
        self.rest = np.setdiff1d(self.trained, self.chosen.get("train", np.zeros(0, dtype=int)))
        self.by_words = self.drawer.takes_words and len(evaluator.captioned) > 1
        self.copies, self.sketch = Copies(evaluator), find_sketch(pipeline)
        self.unreachable: set[str] = set()
        self.labels = {name: given for name in evaluator.labels if (given := self.drawer.conditioned_on(name)).any()}

    def report(self, compare: Compare | None = None) -> Report:
        """Measure everything that this model and this set allow."""
        found = Report(self.pipeline.manifest.name, self.pipeline.digest, self.pictures.digest)
        self._announce()
        found.verdict = self._judged()
        everything = self.drawer.drawn(self._all(), NOISE_SEEDS[0], "once for each picture")
        for split, numbers in self.chosen.items():
            first = everything.at(np.flatnonzero(np.isin(everything.targets, numbers)))
            more = [self.drawer.drawn(numbers, seed, f"{split}, seed {seed}") for seed in NOISE_SEEDS[1:]]
            self._split(found, split, numbers, joined([first, *more]))
        whole(found, self.drawer, everything)
        self._label_effects(found)
        if compare is not None:
            add_inception(found, self.drawer, self.pictures, everything.targets, compare)
        self._say_what_is_left_out(found)
        return found

    def _announce(self) -> None:
        """Say about how long it takes, by a few drawings that are made and measured for this."""
        some = self._all()[:PACED]
        conditions = [self.drawer.condition(self.evaluator.records[number]) for number in some]
        self.drawer.extract(conditions[:1], NOISE_SEEDS[0], some[:1])  # opens what has to be opened
        began = time.perf_counter()
        self.drawer.extract(conditions, NOISE_SEEDS[0], some)
        count = len(self._all()) + 2 * sum(map(len, self.chosen.values())) + MOST
        minutes = count * (time.perf_counter() - began) / len(some) / 60
        self.drawer.say(f"about {count:,} drawings to make and to measure: {in_words(minutes)} or more")

    def _judged(self) -> Verdict:
        """Judge whether the model is usable, by single draws of at most MOST training pictures."""
        chosen = self.trained[np.linspace(0, len(self.trained) - 1, min(MOST, len(self.trained))).astype(int)]
        if len(chosen) < LEAST:
            return judge(None)
        conditions = [self.drawer.condition(self.evaluator.records[number]) for number in chosen]
        drawn = np.concatenate(list(self.drawer.pixels(conditions, NOISE_SEEDS[0], chosen)))
        true = np.stack([self.pictures.images[number] for number in self.evaluator.numbers[chosen]])
        classes = classes_of([self.evaluator.records[number].labels for number in chosen], self.evaluator.labels)
        return judge(measure_signs(drawn, true, classes), named=self.by_words)

    def _choose(self, split: Split) -> np.ndarray:
        """Choose CHOSEN pictures of a split; of the training split at most half, so that some are left to compare with."""
        numbers = np.flatnonzero(self.evaluator.splits == split)
        most = min(CHOSEN, len(numbers) // 2 if split == "train" else len(numbers))
        return np.sort(numbers[stream(SEED, f"asked/{split}").permutation(len(numbers))[: max(most, 1)]])

    def _all(self) -> np.ndarray:
        """Choose the pictures drawn once: all that were chosen, and others up to DRAWN."""
        chosen = np.concatenate(list(self.chosen.values()))
        others = np.setdiff1d(np.arange(len(self.evaluator.records)), chosen)
        extra = others[stream(SEED, "others").permutation(len(others))[: max(DRAWN - len(chosen), 0)]]
        return np.sort(np.concatenate([chosen, extra]))

    def real(self, numbers: np.ndarray, targets: np.ndarray | None = None) -> Drawn:
        """Return known real pictures as if they were drawings of themselves, or of other targets."""
        tables = {name: part[numbers] for name, part in self.evaluator.tables.items()}
        return Drawn(tables, numbers if targets is None else targets)

    def _split(self, found: Report, split: str, numbers: np.ndarray, ours: Drawn) -> None:
        """Add the rows of one split."""
        real = self._hits(self.real(numbers))
        self.unreachable = {measure for measure, (hits, _) in real.items() if not hits.any()}
        found.left_out += [f"{one}, {split}: not even real pictures reach it in this set" for one in sorted(self.unreachable)]
        mine = self._hits(ours)
        self._row(found, REAL, split, self.real(numbers), real)
        self._row(found, OURS, split, ours, mine, real)
        self._memorised(found, split, numbers, ours)
        self._draws(found, split, numbers, ours)
        if not self.by_words:
            return
        self._sketched(found, split, numbers, real)
        self._surfaces(found, split, numbers)
        retrieved = self.real(self.nearest_caption(numbers), numbers)
        self._row(found, RETRIEVAL, split, retrieved, self._hits(retrieved), real)
        order = stream(SEED, "shuffled").permutation(len(ours.targets))
        shuffled = Drawn(ours.tables, ours.targets[order])
        self._row(found, SHUFFLED, split, shuffled, self._hits(shuffled), real)
        spoken = [number for number in numbers if any(map(is_chinese, self.evaluator.records[number].captions))]
        if spoken:
            chinese = self.drawer.drawn(np.array(spoken), NOISE_SEEDS[0], f"{split}, in Chinese", chinese=True)
            english = ours.at(np.flatnonzero(np.isin(ours.targets, spoken)))
            self._row(found, CHINESE, split, chinese, self._hits(chinese), self._hits(english), against="English")

    def _hits(self, drawn: Drawn) -> Hits:
        """Measure everything that the set has the captions and labels for: measure -> hits (n,), things (n,)."""
        evaluator = self.evaluator
        concepts, things = evaluator.concepts[drawn.targets], evaluator.things[drawn.targets]
        hits_of: Hits = {}
        names, counts = np.unique(evaluator.concepts, return_counts=True)
        several = np.isin(concepts, names[counts > 1])  # others must have drawn it too
        if self.by_words and several.any():
            hits = concept_hits(evaluator.likeness(drawn.tables), concepts, evaluator.bank, evaluator.concepts, drawn.targets)
            hits_of[CONCEPT] = hits[several], things[several]
        if self.by_words:
            captioned = evaluator.word_of[drawn.targets] >= 0
            meanings = evaluator.meanings_of(drawn.tables, drawn.targets)
            families = evaluator.families[evaluator.captioned]
            hits = retrieval_hits(meanings[captioned], evaluator.word_of[drawn.targets][captioned], evaluator.words, families)
            hits_of[R_PRECISION] = hits, things[captioned]
        shown = evaluator.scores_of(drawn.tables, drawn.targets) if self.labels else {}
        for name, labelled in self.labels.items():
            some = labelled[drawn.targets]
            if some.any():
                values, wanted, scores = evaluator.labels[name], evaluator.label(name)[drawn.targets][some], shown[name][some]
                hits_of[of_label(LABEL, name)] = values[scores.argmax(axis=1)] == wanted, things[some]
                hits_of[centred_of(name)] = values[choose_centred(scores, wanted)] == wanted, things[some]
        return hits_of

    def _row(
        self, found: Report, subject: str, split: str, drawn: Drawn, hits_of: Hits, real: Hits | None = None, *,
        against: str = "real",
    ) -> None:  # fmt: skip
        """Add a row: shares, also relative to `real` where that is given, and KID against the other training pictures."""
        scores: dict[str, Score] = {}
        for measure, (hits, things) in hits_of.items():
            if measure in self.unreachable:
                continue
            scores[measure] = named(measure, share(hits, things, seed=SEED), split, len(hits))
            if real is not None and measure in real and real[measure][0].any():
                relative = f"{measure} / {against}"
                scores[relative] = named(relative, ratio(hits, things, *real[measure], seed=SEED), split, len(hits))
        if subject in (OURS, REAL, RETRIEVAL, SKETCH) and min(len(self.rest), len(np.unique(drawn.targets))) >= KID_LEAST:
            theirs = self.evaluator.tables["features"][self.rest]
            things = self.evaluator.things
            groups = {"groups": things[drawn.targets], "real_groups": things[self.rest]}
            distance = kid(drawn.tables["features"], theirs, **groups, seed=SEED)
            scores[KID] = named(KID, distance, split, len(drawn.targets))
        found.add(subject, split, scores)

    def _memorised(self, found: Report, split: str, numbers: np.ndarray, ours: Drawn) -> None:
        """Add whether drawings keep their distance from the training pictures, beside the same of real pictures.

        A training picture is compared with all others; pictures of other splits were never learned. So there
        is something to compare with on any set, one that holds nothing out too.
        """
        if len(self.trained) < 2:
            found.left_out.append(f"{AUTHENTICITY}, {split}: {len(self.trained)} training pictures, and it needs 2")
            return
        rows = unit(self.evaluator.tables["features"])
        bank, drawn = rows[self.trained], unit(ours.tables["features"])
        place = np.full(len(rows), -1)
        place[self.trained] = np.arange(len(self.trained))
        real = nearest(rows[numbers], bank, place[numbers])[0]
        things = self.evaluator.things
        of_real = share(authentic(rows[numbers], bank, place[numbers]), things[numbers], seed=SEED)
        of_ours = share(authentic(drawn, bank), things[ours.targets], seed=SEED)
        found.add(REAL, split, {AUTHENTICITY: named(AUTHENTICITY, of_real, split, len(numbers))})
        found.add(OURS, split, {AUTHENTICITY: named(AUTHENTICITY, of_ours, split, len(drawn))})
        if np.median(real) > 0:
            groups = {"groups": things[ours.targets], "real_groups": things[numbers]}
            far = median_ratio(nearest(drawn, bank)[0], real, **groups, seed=SEED)
            found.add(OURS, split, {COPYING: named(COPYING, far, split, len(drawn))})

    def _draws(self, found: Report, split: str, numbers: np.ndarray, ours: Drawn) -> None:
        """Add how far draws of one prompt lie apart, and how many drawings lie too near to pictures of other concepts."""
        apart = seed_effect(self.evaluator, ours.tables["features"], ours.targets)
        if apart is not None:
            found.add(OURS, split, {SEED_EFFECT: named(SEED_EFFECT, apart, split, len(ours.targets))})
        if not (self.by_words or self.labels):
            return  # without captions and labels no concepts differ; authenticity is reported instead
        for subject, drawn in ((REAL, self.real(numbers)), (OURS, ours)):
            copied = self.copies.share(drawn.tables["features"], drawn.targets)
            if copied is not None:
                found.add(subject, split, {COPIED: named(COPIED, copied, split, len(drawn.targets))})

    def _sketched(self, found: Report, split: str, numbers: np.ndarray, real: Hits) -> None:
        """Add the scores of the sketch alone, of a model that paints over one."""
        if self.sketch is not None:
            tables = extract_features(self.sketch(self._latents(numbers)))
            drawn = Drawn(tables, numbers)
            self._row(found, SKETCH, split, drawn, self._hits(drawn), real)

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
        records = [self.evaluator.records[number] for number in self.chosen.get("train", self._all())]
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
        wanted = unit(
            encoder.encode([evaluator.records[n].captions[0] if evaluator.records[n].captions else "" for n in numbers])
        )
        near = np.round(wanted @ known.T, 5)
        styles = evaluator.label(next(iter(evaluator.labels), ""))
        same = styles[numbers][:, None] == styles[None, trained]
        return trained[(near + same * 1e-6).argmax(axis=1)]

    def _say_what_is_left_out(self, found: Report) -> None:
        """List what cannot be measured of this model or on this set."""
        if not self.by_words:
            why = "the set has no two captions" if self.drawer.takes_words else "the model takes no words"
            found.left_out.append(f"{CONCEPT}, {R_PRECISION}, retrieval, captions: {why}")
        if not self.evaluator.labels:
            found.left_out.append(f"{LABEL}: no label of the set has two values")
        for split, numbers in self.chosen.items():
            if min(len(self.rest), len(numbers)) < KID_LEAST:
                count = f"{len(numbers):,} pictures against {len(self.rest):,}"
                found.left_out.append(f"{KID}, {split}: {count}, and it needs {KID_LEAST}")
        if (known := len(self.evaluator.records)) < (count := len(self.pictures.records)):
            found.left_out.append(f"{count - known:,} of {count:,} pictures: the others are measured, {AUTHENTICITY} too")
        found.left_out += [f"{split}: the set has none" for split in SPLITS if split not in (*self.chosen, "test")]
