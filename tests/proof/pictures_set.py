"""What the measurements of pictures share: a set with its evaluator, drawing, and numbers as plain data."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.data.cache import open_pictures
from ganvas.data.sets.colours import CHINESE
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.scores import Estimate
from ganvas.vocabulary.condition import Condition, Weighted

COLOURS = tuple(CHINESE)
CHUNK = 128

Result = dict[str, Any]
Say = Callable[[str], None]


class Set:
    """A set with the evaluator that knows it."""

    def __init__(self, folder: Path, *, say: Say) -> None:
        self.folder, self.pictures = folder, open_pictures(folder, size=64, channels=4)
        say(f"{folder}: {len(self.pictures.records):,} pictures")
        self.evaluator = Evaluator.fit(self.pictures)

    def condition(self, number: int, pipeline: ImagePipeline, **labels: str) -> Condition:
        """Return what a model is told of a known picture, with other labels if they are given."""
        record, known = self.evaluator.records[number], pipeline.manifest.takes.labels
        told = {name: value for name, value in {**record.labels, **labels}.items() if value in known.get(name, ())}
        return Condition(words=(Weighted(phrase=record.captions[0]),), labels=told)

    def simple(self) -> np.ndarray:
        """Return a training picture of each concept whose name is one or two plain words and no colour, in an order by chance."""
        records, known = self.evaluator.records, self.evaluator.captioned
        fitting = [int(n) for n in known if records[n].split == "train" and _is_simple(records[n].captions[0])]
        order = stream(SEED, "simple").permutation(len(fitting))
        return np.array(fitting)[order]


def _is_simple(caption: str) -> bool:
    words = caption.lower().split()
    return len(words) <= 2 and caption.replace(" ", "").isalpha() and not set(words) & set(COLOURS)


def drawn(pipeline: ImagePipeline, conditions: Sequence[Condition], seed: int, numbers: Sequence[int]) -> np.ndarray:
    """Draw conditions, each with the noise of its number: uint8 (N, H, W, C)."""
    noise = np.concatenate([pipeline.noise(seed, number=int(number)) for number in numbers])
    return np.concatenate([pipeline(conditions[at : at + CHUNK], noise[at : at + CHUNK]) for at in range(0, len(noise), CHUNK)])


def plain(estimate: Estimate, n: int) -> Result:
    """Return an estimate as plain data."""
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4), "n": n}


def spread(numbers: np.ndarray, count: int) -> np.ndarray:
    """Return so many of some numbers, evenly taken."""
    return numbers[np.linspace(0, len(numbers) - 1, min(count, len(numbers))).astype(int)]
