"""The evaluator: fitted on real pictures and their captions, it tells of any picture what it shows, in which style, and how real.

It is fitted on the training split alone, in closed form, with a seed of its own, and shares nothing with what trains or judges.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from ganvas.data.cache import Pictures
from ganvas.data.records import Record, label_values
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, user_cache, write_bytes
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import open_encoder
from ganvas.scoring.disturb import disturb
from ganvas.scoring.features import DIGEST, FeatureTables, extract_features
from ganvas.scoring.regression import Joined, Likeness, Regression
from ganvas.scoring.robust import RobustRegression
from ganvas.scoring.scores import unit

VERSION = 2
"""Raised whenever its results may change: scores of two versions are not compared. 2: classifiers see disturbed pictures too."""
SEED = 7_919
"""The evaluator's own: no recipe has it."""
MAX_KNOWN = 12_000
MAX_FITTED = 5_000
TRIED = 1_000
WORD_AXES = 128
DISTURBED = 2
"""How often each fitted picture is shown disturbed, beside once as it is, to the classifiers of labels."""

WHAT = ("grid10", "grid14", "grid19", "features")
HOW = ("mean0", "deviation0", "mean3", "deviation3", "mean6", "deviation6", "mean10", "deviation10", "palette")
WHAT_WEIGHTS = (1.0,) * len(WHAT)
HOW_WEIGHTS = (1.0,) * 8 + (2.0,)


class Evaluator:
    """Measures pictures by what is known of a set of real ones.

    numbers: the pictures of the set that are known, (K,): all, or MAX_KNOWN of them. tables: their parts in that order. pictures:
    the set.
    """

    def __init__(self, records: list[Record], tables: FeatureTables, *, numbers: np.ndarray, pictures: Pictures) -> None:
        self.records, self.tables, self.numbers, self.pictures = records, tables, numbers, pictures
        self.concepts = np.array([concept_of(record) for record in records])
        self.things = np.array([thing_of(record) for record in records])
        self.families = np.array([record.family or concept_of(record) for record in records])
        self.splits = np.array([record.split for record in records])
        trained = np.flatnonzero(self.splits == "train")
        self.fitted = np.sort(trained[stream(SEED, "fitted").permutation(len(trained))[:MAX_FITTED]])
        self._row = np.full(len(records), -1)
        self._row[self.fitted] = np.arange(len(self.fitted))

    @classmethod
    def fit(cls, pictures: Pictures) -> "Evaluator":
        """Extract features of a set's pictures, or find them in the user cache; the rest is fitted when first used.

        Raises InputError where no two training pictures differ: nothing can be known by them.
        """
        numbers = np.sort(stream(SEED, "known").permutation(len(pictures.records))[:MAX_KNOWN])
        tables = _cached(f"{pictures.digest} {DIGEST} {VERSION}", lambda: extract_features(pictures.images[numbers]))
        known = cls([pictures.records[number] for number in numbers], tables, numbers=numbers, pictures=pictures)
        if not len(known.fitted) or not np.ptp(tables["features"][known.fitted], axis=0).any():
            raise InputError("two training pictures that differ are needed to know others by",
                             do="name the folder that the model learned from")  # fmt: skip
        return known

    @cached_property
    def labels(self) -> dict[str, np.ndarray]:
        """The labels of which training pictures show two values or more, and those values; `style` first."""
        values = label_values(self.records[place] for place in self.fitted)
        return {name: np.array(found) for name, found in values.items()}

    def label(self, name: str) -> np.ndarray:
        """Return the value of a label of each known picture, (K,); "" where it has none."""
        return np.array([record.labels.get(name, "") for record in self.records])

    def features(self, pixels: np.ndarray) -> np.ndarray:
        """Return what distances of distributions are taken over, float32 (N, 1280), of uint8 (N, H, W, 3 or 4)."""
        return extract_features(pixels)["features"]

    def nearest_concepts(self, pixels: np.ndarray, *, count: int = 5) -> list[list[str]]:
        """Return the concepts of the `count` real pictures nearest to each picture, by features alone, the nearest first."""
        near = self.likeness(extract_features(pixels)) @ self.bank.T
        return [[str(self.concepts[place]) for place in np.argsort(-row, kind="stable")[:count]] for row in near]

    def likeness(self, tables: FeatureTables) -> np.ndarray:
        """Return the pictures' places in the space of concepts, rows of unit norm."""
        joined, space = self._space
        return space(joined([tables[name] for name in WHAT]))

    @cached_property
    def _space(self) -> tuple[Joined, Likeness]:
        parts = [self.tables[name][self.fitted] for name in WHAT]
        joined = Joined.fit(parts, WHAT_WEIGHTS)
        return joined, Likeness.fit(joined(parts), self.concepts[self.fitted])

    @cached_property
    def bank(self) -> np.ndarray:
        """The known pictures' own places in the space of concepts."""
        return self.likeness(self.tables)

    def values_of(self, tables: FeatureTables, own: np.ndarray) -> dict[str, np.ndarray]:
        """Return, for each label, the value that each picture shows, (N,), as if the known picture own (N,) had not been seen.

        The classifier is fitted on real training pictures alone; own -1: none such.
        """
        scores = self.scores_of(tables, own)
        return {name: self.labels[name][scores[name].argmax(axis=1)] for name in self.labels}

    def scores_of(self, tables: FeatureTables, own: np.ndarray) -> dict[str, np.ndarray]:
        """Return, for each label, how much each picture shows each of its values, (N, values), as `values_of` compares them."""
        shown = [classifier(tables, self._rows(own)) for classifier in self._classifiers]
        return {name: shown[self._view[name]][name] for name in self.labels}

    @cached_property
    def _classifiers(self) -> list["Classifier"]:
        """One by what pictures show and one by how they are drawn: a class is recognised by the first, a style by the second."""
        tables = [{name: part[self.fitted] for name, part in self.tables.items()}, *self._disturbed]
        wanted = {name: self.label(name)[self.fitted] for name in self.labels}
        return [Classifier.fit(tables, wanted, names, weights) for names, weights in ((WHAT, WHAT_WEIGHTS), (HOW, HOW_WEIGHTS))]

    @cached_property
    def _disturbed(self) -> list[FeatureTables]:
        """The tables of the fitted pictures with noise, blurred and resampled, DISTURBED times."""
        images, known = self.pictures.images, f"{self.pictures.digest} {DIGEST} {VERSION}"

        def shown(step: int) -> FeatureTables:
            chance = stream(SEED, "disturbed", step=step)
            chunks = np.array_split(self.numbers[self.fitted], max(1, len(self.fitted) // 256))
            parts = [extract_features(disturb(images[chunk], chance)) for chunk in chunks]
            return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

        return [_cached(f"{known} disturbed {step}", lambda step=step: shown(step)) for step in range(DISTURBED)]

    @cached_property
    def _view(self) -> dict[str, int]:
        """For each label the classifier that knows more training pictures, each left out, of about TRIED of them."""
        rows = np.arange(0, len(self.fitted), max(1, len(self.fitted) // TRIED))
        tried = self.fitted[rows]
        tables = {name: part[tried] for name, part in self.tables.items()}
        shown = [classifier(tables, rows) for classifier in self._classifiers]
        right = {name: [(self.labels[name][one[name].argmax(axis=1)] == self.label(name)[tried]).sum() for one in shown]
                 for name in self.labels}  # fmt: skip
        return {name: int(np.argmax(counts)) for name, counts in right.items()}

    def meanings_of(self, tables: FeatureTables, own: np.ndarray) -> np.ndarray:
        """Return what each picture means in the space of words, unit rows, as if the known picture own (N,) had not been seen."""
        return unit(self._meaning(self.likeness(tables), self._rows(own)))

    @cached_property
    def _meaning(self) -> Regression:
        row = self.word_of[self.fitted]
        return Regression(self.bank[self.fitted], self.words[row] * (row >= 0)[:, None])  # what nothing names means nothing

    def _rows(self, own: np.ndarray) -> np.ndarray:
        return np.where(own >= 0, self._row[own], -1)

    @cached_property
    def captioned(self) -> np.ndarray:
        """The known pictures that words go with, one a concept: the captions among which a picture's own is to be found."""
        first = np.unique(self.concepts, return_index=True)[1]
        return np.array([place for place in first if self.records[place].captions], dtype=np.int64)

    @cached_property
    def word_of(self) -> np.ndarray:
        """For each known picture the row of `words` that names it, (K,); -1 where nothing does."""
        row = {self.concepts[place]: number for number, place in enumerate(self.captioned)}
        return np.array([row.get(concept, -1) for concept in self.concepts])

    @cached_property
    def words(self) -> np.ndarray:
        """The meanings of the concepts' captions, English and Chinese taken together, whitened: unit rows (M, WORD_AXES)."""
        encoder = open_encoder("use-multilingual-3")
        records = [self.records[place] for place in self.captioned]
        both = encoder.encode([record.captions[0] for record in records]) + encoder.encode(
            [in_chinese(record) for record in records]
        )
        rows = unit(both)
        used = np.unique(self.word_of[self.fitted])
        trained = rows[used[used >= 0]]
        values, axes = np.linalg.eigh(np.cov(trained, rowvar=False))
        kept = values[::-1][:WORD_AXES] > 1e-6
        axes, values = axes[:, ::-1][:, :WORD_AXES][:, kept], values[::-1][:WORD_AXES][kept]
        return unit((rows - trained.mean(axis=0)) @ axes / np.sqrt(values))


@dataclass(frozen=True)
class Classifier:
    """Recognises which value of each label pictures show: one regression on real training pictures for all labels.

    They are shown as they are and disturbed, so that noise, blur and resampling are taken for no value.

    names: the parts of tables that are used. values: those of each label, in the order of the regression's columns.
    """

    names: Sequence[str]
    joined: Joined
    values: dict[str, np.ndarray]
    regression: RobustRegression

    @classmethod
    def fit(
        cls, tables: Sequence[FeatureTables], wanted: Mapping[str, np.ndarray], names: Sequence[str], weights: Sequence[float]
    ) -> "Classifier":
        """Fit to training pictures, shown once or more; wanted: for each label its value of each picture, (n,), "" for none."""
        joined = Joined.fit([np.concatenate([one[name] for one in tables]) for name in names], weights)
        shown = np.stack([joined([one[name] for name in names]) for one in tables])
        values = {label: np.unique(own[own != ""]) for label, own in wanted.items()}
        columns = [
            ((own[:, None] == values[label]) - 1 / len(values[label])) * (own != "")[:, None] for label, own in wanted.items()
        ]  # fmt: skip
        return cls(names, joined, values, RobustRegression(shown, np.concatenate(columns, axis=1), seed=SEED))

    def __call__(self, tables: FeatureTables, own: np.ndarray) -> dict[str, np.ndarray]:
        """Return how much each picture shows each value of each label, (N, values), without the training picture own (N,);
        -1: none.
        """
        scores = self.regression(self.joined([tables[name] for name in self.names]), own)
        ends = np.cumsum([len(values) for values in self.values.values()])[:-1]
        return dict(zip(self.values, np.split(scores, ends, axis=1), strict=True))


def _cached(known_by: str, make: Callable[[], FeatureTables]) -> FeatureTables:
    """Extract features, or find them in the user cache: the same numbers, of half precision, either way."""
    path = user_cache("evaluator") / f"{digest_of(known_by.encode())[:32]}.safetensors"
    try:
        halved = load_file(path)
    except (SafetensorError, OSError):
        halved = {name: part.astype(np.float16) for name, part in make().items()}
        write_bytes(path, save(halved))
    return {name: part.astype(np.float32) for name, part in halved.items()}


def concept_of(record: Record) -> str:
    """Return what a picture shows: its concept, else its main caption, else its own name."""
    return record.concept or (record.captions[0] if record.captions else record.file_name)


def thing_of(record: Record) -> str:
    """Return what stands or falls together when a score's interval is taken: a concept, or a picture of no more than a class.

    Concepts are a sample of what there is to draw, and so are resampled; the classes of a set are all of them.
    """
    return record.file_name if record.concept in record.labels.values() else concept_of(record)


def in_chinese(record: Record) -> str:
    """Return the first caption written in Chinese characters, else the main one."""
    return next((phrase for phrase in record.captions if is_chinese(phrase)), record.captions[0])


def is_chinese(phrase: str) -> bool:
    """Say whether a phrase holds Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in phrase)
