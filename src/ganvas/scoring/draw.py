"""Draw what the evaluator measures: single draws by captions and labels, none chosen among several, none kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.data.records import Record
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline
from ganvas.scoring.evaluator import SEED, Evaluator, in_chinese
from ganvas.scoring.features import FeatureTables, extract_features
from ganvas.vocabulary.condition import Condition, Weighted

NOISE_SEEDS = (101, 102, 103)
CHUNK = 128
BLENDS = 200

Say = Callable[[str], None]


@dataclass(frozen=True)
class Drawn:
    """Features of drawings, and for each drawing the known picture whose caption and labels it was drawn by: targets (N,)."""

    tables: FeatureTables
    targets: np.ndarray

    def at(self, rows: np.ndarray) -> "Drawn":
        """Return some of them."""
        return Drawn({name: part[rows] for name, part in self.tables.items()}, self.targets[rows])


class Drawer:
    """Draws the known pictures of an evaluator with a model."""

    def __init__(self, pipeline: ImagePipeline, evaluator: Evaluator, say: Say) -> None:
        self.pipeline, self.evaluator, self.say = pipeline, evaluator, say
        self.takes = pipeline.manifest.takes
        self.takes_words = self.takes.words > 0 or self.takes.hashes > 0

    def conditioned_on(self, label: str) -> np.ndarray:
        """Return for each known picture whether its condition has this label, or a caption that may imply it: bool (K,)."""
        known = self.takes.labels.get(label, ())
        records = self.evaluator.records
        return np.array([label in one.labels and (self.takes_words or one.labels[label] in known) for one in records])

    def drawn(self, numbers: np.ndarray, seed: int, what: str, *, chinese: bool = False) -> Drawn:
        """Draw known pictures by their captions and labels, and extract features."""
        self.say(f"drawing {len(numbers):,} pictures: {what}")
        records = [self.evaluator.records[number] for number in numbers]
        conditions = [self.condition(record, chinese=chinese) for record in records]
        return Drawn(self.extract(conditions, seed, numbers), numbers)

    def extract(self, conditions: Sequence[Condition], seed: int, numbers: np.ndarray) -> FeatureTables:
        """Draw conditions, each with the noise of its number, and extract features."""
        return stacked([extract_features(pixels) for pixels in self.pixels(conditions, seed, numbers)])

    def pixels(self, conditions: Sequence[Condition], seed: int, numbers: np.ndarray) -> Iterator[np.ndarray]:
        """Draw conditions, each with the noise of its number, CHUNK at a time: uint8 (n, H, W, C)."""
        for start in range(0, len(conditions), CHUNK):
            some = numbers[start : start + CHUNK]
            noise = np.concatenate([self.pipeline.noise(seed, number=int(number)) for number in some])
            yield self.pipeline(conditions[start : start + CHUNK], noise)

    def condition(self, record: Record, *, chinese: bool = False) -> Condition:
        """Return the condition that `imagine` makes of one element with a style: caption and labels that the model takes."""
        known = self.takes.labels
        labels = {name: value for name, value in record.labels.items() if value in known.get(name, ())}
        if not (self.takes_words and record.captions):
            return Condition(labels=labels)
        return Condition(words=(Weighted(phrase=in_chinese(record) if chinese else record.captions[0]),), labels=labels)

    def blends(self, trained: np.ndarray) -> list[Condition]:
        """Return conditions between two concepts: half have both in one caption, half are midway between the two captions."""
        known = self.evaluator.captioned[np.isin(self.evaluator.captioned, trained)]
        chance = stream(SEED, "blends")
        found: list[Condition] = []
        for number in range(BLENDS):
            one, other = (self.evaluator.records[known[place]] for place in chance.permutation(len(known))[:2])
            labels = self.condition(one).labels
            both = f"{one.captions[0]} and {other.captions[0]}"[:120]
            words = [both] if number % 2 else [one.captions[0], other.captions[0]]
            found.append(Condition(words=tuple(Weighted(phrase=phrase) for phrase in words), labels=labels))
        return found


def stacked(parts: Sequence[FeatureTables]) -> FeatureTables:
    """Join tables picture by picture."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def joined(drawn: Sequence[Drawn]) -> Drawn:
    """Join drawings."""
    return Drawn(stacked([one.tables for one in drawn]), np.concatenate([one.targets for one in drawn]))
