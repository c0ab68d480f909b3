"""Two measures of a model by a classifier of our own, which learns from real pictures and knows nothing of the model.

Modes: does a model without conditions draw all 1,000 kinds of stacked digits, each as often (Metz et al. 2017)? Labels: does
it draw what it is asked for, and what can be learned from its drawings alone (classification accuracy score, Ravuri and Vinyals
2019)?
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.records import Split
from ganvas.ground.errors import InputError
from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Fit, Size
from ganvas.pipelines import load
from ganvas.scoring.bench import Bench, Cell
from ganvas.scoring.modes import kl_to_uniform, mode_counts, modes_seen
from ganvas.scoring.schema import FD, KID, LABEL
from ganvas.scoring.scores import fd, kid, kid_n, share
from ganvas.scoring.set_scores import FD_LEAST
from ganvas.training.networks.classifier import Classifier
from ganvas.training.tasks.classifier.train import SEEN, Recognised, recognise, train_classifier
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Manifest

MODES_DRAWN, LABELS_DRAWN, COMPARED = 26_000, 20_000, 10_000
"""Pictures drawn for each measure; those of the second that are compared with real ones."""
SURE = 0.9
EXTRACTOR = "own classifier"
TAUGHT = "taught by them"
CHUNK = 500
MOVES = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))
"""Rows and columns by which a digit is moved; the mean over the five moves makes fewer mistakes than one."""

Say = Callable[[str], None]


@runtime_checkable
class Draws(Protocol):
    """A model that draws: an image pipeline."""

    @property
    def manifest(self) -> Manifest: ...

    def __call__(self, conditions: Sequence[Condition], noise: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class LabelledPictures:
    """Real pictures with their classes. classes: names in order. labels: the class of each picture, int64 (N,)."""

    pictures: Pictures
    classes: tuple[str, ...]
    labels: np.ndarray

    def part(self, split: Split) -> np.ndarray:
        """Return the numbers of a split's pictures. Raises InputError when it has none."""
        found = self.pictures.select(split)
        if not len(found):
            raise InputError(f"no picture has the split {split!r}", where="DATA",
                             do="take a set that keeps some apart: ganvas data fashion, ganvas data digits")  # fmt: skip
        return found


def measure_modes(
    model: str, data: Path, *, drawn: int = MODES_DRAWN, seed: int = 0, seen: int = SEEN, threads: int | None = None, say: Say
) -> Bench:  # fmt: skip
    """Count the modes of `drawn` pictures of an unconditional RGB model, each colour a digit of its own.

    data: single digits with classes, and a split "test". A picture is sure where all its digits have probability SURE or more.
    seen: pictures that the classifier sees. Raises InputError for a model or data of another kind.
    """
    torch.set_num_threads(threads or torch.get_num_threads())
    pipeline = load(model)
    labelled = open_labelled(data, size=pipeline.manifest.size, attribute="class")
    return count_all_modes(pipeline, labelled, drawn=drawn, seed=seed, seen=seen, say=say)


def measure_labels(
    model: str, data: Path, *, drawn: int = LABELS_DRAWN, seed: int = 0, seen: int = SEEN, threads: int | None = None, say: Say
) -> Bench:  # fmt: skip
    """Ask a model for every value of its label in turn, `drawn` pictures in all, and classify them; then learn from them alone.

    data: pictures with that label, and a split "test". Raises InputError for a model or data of another kind.
    """
    torch.set_num_threads(threads or torch.get_num_threads())
    pipeline = load(model)
    attributes = list(pipeline.manifest.takes.labels)
    if not attributes:
        raise InputError("the model takes no label", where=model, do="train it on pictures with classes: ganvas data fashion")
    labelled = open_labelled(data, size=pipeline.manifest.size, fit=pipeline.manifest.fit, attribute=attributes[0])
    return measure_open_labels(pipeline, labelled, attribute=attributes[0], drawn=drawn, seed=seed, seen=seen, say=say)


def open_labelled(data: Path, *, size: Size, attribute: str, fit: Fit = "crop") -> LabelledPictures:
    """Open a folder of pictures with classes, as RGB. Raises InputError where one has no such label."""
    pictures = open_pictures(data, size=size, channels=3, fit=fit)
    values = [record.labels.get(attribute) for record in pictures.records]
    classes = tuple(sorted({value for value in values if value is not None}))
    if None in values or len(classes) < 2:
        raise InputError(f"not every picture has a label {attribute!r}, of two values or more", where=data)
    return LabelledPictures(pictures, classes, np.array([classes.index(str(value)) for value in values]))


def count_all_modes(pipeline: Draws, labelled: LabelledPictures, *, drawn: int, seed: int, seen: int, say: Say) -> Bench:
    """Do what `measure_modes` says with what is open already."""
    takes = pipeline.manifest.takes
    if takes.words or takes.labels or pipeline.manifest.channels != 3:
        raise InputError("only an RGB model that takes no condition can be counted", where=pipeline.manifest.name,
                         do="train recipes/stacked-digits.toml")  # fmt: skip
    apart = labelled.part("test")
    say(f"a classifier learns from {len(labelled.part('train')):,} pictures")
    network, right = digit_reader(labelled, seed=seed, seen=seen)
    say(f"it names {right:.4f} of {len(apart):,} kept apart; the model draws {drawn:,} pictures")

    works = drawings(pipeline, [Condition()] * drawn, seed=seed)
    threes = stream(seed, "modes/real").integers(len(apart), (drawn, 3))
    real = labelled.pictures.images[apart][..., :1][threes][..., 0].transpose(0, 2, 3, 1)  # (N, H, W, 3)
    subjects = {"ours": works, "digits kept apart, stacked": real}
    rows = [count_modes(name, pictures, network) for name, pictures in subjects.items()]
    facts = {
        "model": pipeline.manifest.name, "classifier": f"{EXTRACTOR}; {right:.4f} of {len(apart):,} digits kept apart",
        "modes": f"{len(labelled.classes) ** 3:,}", "sure": f"every digit has probability {SURE} or more",
    }  # fmt: skip
    return Bench("modes", facts, rows)


def digit_reader(labelled: LabelledPictures, *, seed: int, seen: int = SEEN) -> tuple[Classifier, float]:
    """Return a classifier of one colour, learned from single digits, and the share it names rightly of those kept apart."""
    learned, apart = labelled.part("train"), labelled.part("test")
    images, labels, classes = labelled.pictures.images, labelled.labels, len(labelled.classes)
    network = train_classifier(images[learned][..., :1], labels[learned], classes=classes, seed=seed, seen=seen)
    return network, float((_read(network, images[apart][..., :1]).argmax(axis=1) == labels[apart]).mean())


def _read(network: Classifier, digits: np.ndarray) -> np.ndarray:
    """Return the probability of each class for digits, uint8 (N, H, W, 1): the mean over MOVES, float32 (N, classes)."""
    height, width = digits.shape[1:3]
    around = np.pad(digits, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    seen = [recognise(network, around[:, 1 + y : 1 + y + height, 1 + x : 1 + x + width]).chances for y, x in MOVES]
    return np.mean(seen, axis=0)


def count_modes(subject: str, pictures: np.ndarray, network: Classifier) -> dict[str, Cell]:
    """Return one row for pictures (N, H, W, 3): modes plainly, modes among sure pictures, and how even the modes are."""
    parts = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)).reshape(-1, *pictures.shape[1:3], 1)
    chances = _read(network, parts).reshape(len(pictures), 3, -1)  # each colour is classified by itself
    classes, sure = chances.argmax(axis=2), (chances.max(axis=2) >= SURE).all(axis=1)
    every, certain = (mode_counts(seen, classes=chances.shape[2]) for seen in (classes, classes[sure]))
    return {
        "pictures": subject, "n": len(classes), "modes": modes_seen(every), "modes, sure": modes_seen(certain),
        "KL to uniform": kl_to_uniform(every), "sure": float(sure.mean()),
    }  # fmt: skip


def drawings(pipeline: Draws, conditions: Sequence[Condition], *, seed: int) -> np.ndarray:
    """Draw one picture for each condition: uint8 RGB (N, H, W, 3), over white where they are transparent."""
    noise = stream(seed, "measure/noise").normal((len(conditions), pipeline.manifest.latent))
    parts = [
        lay_over(pipeline(conditions[start : start + CHUNK], noise[start : start + CHUNK]))
        for start in range(0, len(conditions), CHUNK)
    ]
    return np.concatenate(parts)


def measure_open_labels(
    pipeline: Draws, labelled: LabelledPictures, *, attribute: str, drawn: int, seed: int, seen: int, say: Say,
    beside: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
) -> Bench:  # fmt: skip
    """Do what `measure_labels` says with what is open already.

    beside: by name, what others drew, uint8 (N, H, W, 3), and the numbers of the classes that each was asked for (N,).
    """
    classes, labels, images = labelled.classes, labelled.labels, labelled.pictures.images
    unknown = set(classes) - set(pipeline.manifest.takes.labels.get(attribute, ()))
    if unknown:
        raise InputError(f"the model knows no {attribute} {min(unknown)!r}", where=pipeline.manifest.name)
    learned, apart = labelled.part("train"), labelled.part("test")
    say(f"a classifier learns from {len(learned):,} real pictures")
    network = train_classifier(images[learned], labels[learned], classes=len(classes), seed=seed, seen=seen)
    real = Drawn(recognise(network, images[apart]), labels[apart])
    say(f"it names {real.right.mean():.4f} of {len(apart):,} kept apart; the model draws {drawn:,} pictures")

    wanted = np.arange(drawn) % len(classes)
    works = drawings(pipeline, [Condition(labels={attribute: classes[one]}) for one in wanted], seed=seed)
    say("another classifier learns from the drawings alone")
    pupil = train_classifier(works, wanted, classes=len(classes), seed=seed, seen=seen)
    taught = Drawn(recognise(pupil, images[apart]), labels[apart])

    some = slice(min(COMPARED, drawn))
    others = learned[stream(seed, "measure/others").permutation(len(learned))[some]]
    ours, known = Drawn(recognise(network, works[some]), wanted[some]), Drawn(recognise(network, images[others]), labels[others])
    rows: list[dict[str, Cell]] = [
        {"pictures": "real", **_accuracy(LABEL, real, seed=seed), **_distances(known, real, seed=seed),
         **_accuracy(TAUGHT, real, seed=seed), "taught / real": 1.0},
        {"pictures": "ours", **_accuracy(LABEL, ours, seed=seed), **_distances(ours, real, seed=seed),
         **_accuracy(TAUGHT, taught, seed=seed), "taught / real": float(taught.right.mean() / real.right.mean())},
    ]  # fmt: skip
    for name, (theirs, shown) in (beside or {}).items():
        drew = Drawn(recognise(network, theirs[some]), shown[some])
        rows.append({"pictures": name, **_accuracy(LABEL, drew, seed=seed), **_distances(drew, real, seed=seed)})
    for place, name in enumerate(classes):
        rows.append({"pictures": f"ours, {name}", **_accuracy(LABEL, ours.only(place), seed=seed)})
    facts = {
        "model": pipeline.manifest.name, "classifier": f"{EXTRACTOR}: {len(learned):,} real pictures, {seen:,} seen",
        LABEL: f"drawings are what was asked for; real ones: {len(apart):,} kept apart",
        "KID, FD": f"{len(ours.labels):,} drawings, or {len(others):,} real ones learned from, beside {len(apart):,} kept apart",
        TAUGHT: f"a classifier that learned from {drawn:,} drawings names the pictures kept apart",
    }  # fmt: skip
    return Bench("labels", facts, rows)


@dataclass(frozen=True)
class Drawn:
    """Pictures as a classifier saw them, and the classes that they are to be (N,)."""

    recognised: Recognised
    labels: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Whether each is taken for what it is to be, bool (N,)."""
        return self.recognised.classes == self.labels

    def only(self, label: int) -> "Drawn":
        """Return those of one class."""
        rows = self.labels == label
        return Drawn(Recognised(self.recognised.chances[rows], self.recognised.features[rows]), self.labels[rows])


def _accuracy(measure: str, seen: Drawn, *, seed: int) -> dict[str, Cell]:
    n = len(seen.labels)
    estimate = share(seen.right, np.arange(n), seed=seed)  # classes are no sample of anything: pictures are
    return {measure: estimate.named(measure, extractor=EXTRACTOR, split="test", n=n)}


def _distances(seen: Drawn, real: Drawn, *, seed: int) -> dict[str, Cell]:
    """Return KID and, for enough pictures, FD to real ones."""
    n = len(seen.labels)
    near = kid(seen.recognised.features, real.recognised.features, seed=seed)
    found: dict[str, Cell] = {KID: near.named(KID, extractor=EXTRACTOR, split="test", n=kid_n(n, len(real.labels)))}
    if n >= FD_LEAST:
        far = fd(seen.recognised.features, real.recognised.features, seed=seed)
        found[FD] = far.named(FD, extractor=EXTRACTOR, split="test", n=n)
    return found
