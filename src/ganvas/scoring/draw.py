"""How the evaluator asks for pictures: by their captions and labels, single draws, nothing chosen, and no drawing is kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.data.records import Record
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline
from ganvas.scoring.evaluator import SEED, Evaluator, in_chinese
from ganvas.scoring.features import Looks, look
from ganvas.vocabulary.condition import Condition, Weighted

NOISE_SEEDS = (101, 102, 103)
CHUNK = 128
BLENDS = 200

Say = Callable[[str], None]


@dataclass(frozen=True)
class Seen:
    """Pictures that answer questions: their parts, and the known picture each was asked to be (N,)."""

    looks: Looks
    asked: np.ndarray

    def at(self, rows: np.ndarray) -> "Seen":
        """Return some of them."""
        return Seen({name: part[rows] for name, part in self.looks.items()}, self.asked[rows])


class Drawer:
    """A model that is asked to draw the known pictures of an evaluator."""

    def __init__(self, pipeline: ImagePipeline, evaluator: Evaluator, say: Say) -> None:
        self.pipeline, self.evaluator, self.say = pipeline, evaluator, say
        self.takes = pipeline.manifest.takes
        self.hears = self.takes.words > 0 or self.takes.hashes > 0

    def told(self, label: str) -> np.ndarray:
        """Say of each known picture whether the model is told this label of it, or a caption that may say as much: bool (K,)."""
        known = self.takes.labels.get(label, ())
        records = self.evaluator.records
        return np.array([label in one.labels and (self.hears or one.labels[label] in known) for one in records])

    def drawn(self, numbers: np.ndarray, seed: int, what: str, *, chinese: bool = False) -> Seen:
        """Draw known pictures by their captions and labels and look at the drawings."""
        self.say(f"drawing {len(numbers):,} pictures: {what}")
        records = [self.evaluator.records[number] for number in numbers]
        conditions = [self.condition(record, chinese=chinese) for record in records]
        return Seen(self.look_at(conditions, seed, numbers), numbers)

    def look_at(self, conditions: Sequence[Condition], seed: int, numbers: np.ndarray) -> Looks:
        """Draw conditions, each with the noise of its number, and look at them."""
        return stacked([look(pixels) for pixels in self.pixels(conditions, seed, numbers)])

    def pixels(self, conditions: Sequence[Condition], seed: int, numbers: np.ndarray) -> Iterator[np.ndarray]:
        """Draw conditions, each with the noise of its number, CHUNK at a time: uint8 (n, H, W, C)."""
        for start in range(0, len(conditions), CHUNK):
            some = numbers[start : start + CHUNK]
            noise = np.concatenate([self.pipeline.noise(seed, number=int(number)) for number in some])
            yield self.pipeline(conditions[start : start + CHUNK], noise)

    def condition(self, record: Record, *, chinese: bool = False) -> Condition:
        """Return what `imagine` tells the model of one element with a style: caption and labels that the model takes."""
        known = self.takes.labels
        labels = {name: value for name, value in record.labels.items() if value in known.get(name, ())}
        if not (self.hears and record.captions):
            return Condition(labels=labels)
        return Condition(words=(Weighted(phrase=in_chinese(record) if chinese else record.captions[0]),), labels=labels)

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


def stacked(parts: Sequence[Looks]) -> Looks:
    """Join looks picture by picture."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def joined(seen: Sequence[Seen]) -> Seen:
    """Join answers."""
    return Seen(stacked([one.looks for one in seen]), np.concatenate([one.asked for one in seen]))
