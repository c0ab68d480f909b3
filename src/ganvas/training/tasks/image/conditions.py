"""The conditions of a batch: of each picture one of its captions, or tags, or nothing; its labels, or not."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ganvas.data.cache import cache_array
from ganvas.data.records import Record
from ganvas.ground.seeds import Stream
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.hashed_words import hash_words
from ganvas.training.recipes.sections import Dropout
from ganvas.vocabulary.manifest import Takes

MAIN = 10_000
"""Main captions that whitening is fitted on, at most: evenly from the sorted ones where there are more."""


@dataclass(frozen=True)
class ConditionBatch:
    """The conditions of a batch as arrays: parts by input name (N, width); named: the condition names one picture (N,)."""

    parts: dict[str, np.ndarray]
    named: np.ndarray
    spoken: np.ndarray

    def part(self, taken: slice) -> "ConditionBatch":
        """Return the conditions of a part of the batch."""
        return ConditionBatch({name: part[taken] for name, part in self.parts.items()}, self.named[taken], self.spoken[taken])


class Conditions:
    """All sentences of a set, encoded once, from which the conditions of batches are drawn.

    main: the vectors of the training pictures' main captions (M, width), of MAIN at most, on which whitening is fitted: further
    captions, as a Chinese name or "a drawing of", would spend components on the wording.
    """

    def __init__(self, records: Sequence[Record], *, takes: Takes, encoder: TextEncoder | None) -> None:
        self.takes = takes
        self.captions = [record.captions for record in records]
        self.tags = [record.tags for record in records]
        self._sentences = sorted({phrase for groups in (self.captions, self.tags) for group in groups for phrase in group})
        self.number = {phrase: place for place, phrase in enumerate(self._sentences)}
        self._encoder = encoder
        main = sorted({self.number[one.captions[0]] for one in records if one.captions and one.split == "train"})
        self._main = main[:: -(-len(main) // MAIN) or 1]
        self.labels = {
            name: np.array([_column(record, name, values) for record in records]) for name, values in takes.labels.items()
        }

    @cached_property
    def vectors(self) -> np.ndarray:
        """The unit vectors of all sentences (S, width), encoded when they are first needed."""
        assert self._encoder is not None
        return encode_once(self._sentences, encoder=self._encoder)

    @cached_property
    def main(self) -> np.ndarray:
        """The vectors of the training pictures' main captions (M, width)."""
        return np.asarray(self.vectors[self._main])

    def with_vectors(self, vectors: np.ndarray) -> "Conditions":
        """Return the same conditions with vectors that were encoded before: an encoder's last bits depend on its threads.

        Raises ValueError where they are of other sentences.
        """
        if len(vectors) != len(self._sentences):
            raise ValueError("the vectors are of other sentences")
        known = copy.copy(self)
        known.__dict__.pop("main", None)
        known.__dict__["vectors"] = vectors
        return known

    def draw(self, chosen: np.ndarray, numbers: Stream, rule: Dropout) -> ConditionBatch:
        """Draw the conditions of the pictures `chosen` (N,)."""
        count = len(chosen)
        fate, pick = numbers.uniform(count), numbers.uniform(count)
        parts: dict[str, np.ndarray] = {}
        full = np.zeros(count, dtype=bool)
        spoken = np.zeros(count, dtype=bool)
        sentence = np.zeros(count, dtype=np.int64)
        for place, picture in enumerate(chosen):
            partial = rule.words <= fate[place] < rule.words + rule.tags and self.tags[picture]
            choices = self.tags[picture] if partial else _main_first(self.captions[picture])
            if fate[place] < rule.words or not choices:
                continue
            sentence[place] = self.number[choices[int(pick[place] * len(choices))]]
            spoken[place], full[place] = True, not partial
        if self.takes.words:
            noise = numbers.normal((count, self.takes.words)) * (rule.noise / np.sqrt(self.takes.words))
            parts["words"] = ((self.vectors[sentence] + noise) * spoken[:, None]).astype(np.float32)
        if self.takes.hashes:
            hashed = spoken & (numbers.uniform(count) >= rule.hashes)
            parts["hashes"] = (self._hashes(sentence) * hashed[:, None]).astype(np.float32)
        given = np.ones(count, dtype=bool)
        for name, columns in self.labels.items():
            kept = numbers.uniform(count) >= rule.labels
            values = len(self.takes.labels[name])
            parts[f"label_{name}"] = _one_hot(np.where(kept, columns[chosen], -1), values)
            given &= kept
        present = spoken if self.takes.words else given & bool(self.labels)  # beside words, labels distinguish styles
        return ConditionBatch(parts, (full & given).astype(np.float32), present)

    def _hashes(self, sentence: np.ndarray) -> np.ndarray:
        """Hash the words of sentences by number (N,): (N, width). A table of all would be the largest thing in memory."""
        return hash_words([self._sentences[number] for number in sentence], width=self.takes.hashes)

    def main_of(self, chosen: np.ndarray) -> np.ndarray:
        """Return the sentences of the pictures' two main captions, (2, N): twice the same where there is one, -1 where none."""
        found = np.full((2, len(chosen)), -1)
        for place, picture in enumerate(chosen):
            if main := main_captions(self.captions[picture]):
                found[:, place] = self.number[main[0]], self.number[main[-1]]
        return found

    def exactly(self, chosen: np.ndarray, *, labels: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the pictures' main captions as conditions, with given label columns (N,): for sheets."""
        parts: dict[str, np.ndarray] = {}
        first = [self.captions[picture][0] if self.captions[picture] else None for picture in chosen]
        sentence = np.array([0 if phrase is None else self.number[phrase] for phrase in first])
        spoken = np.array([phrase is not None for phrase in first])[:, None]
        if self.takes.words:
            parts["words"] = (self.vectors[sentence] * spoken).astype(np.float32)
        if self.takes.hashes:
            parts["hashes"] = (self._hashes(sentence) * spoken).astype(np.float32)
        for name, values in self.takes.labels.items():
            parts[f"label_{name}"] = _one_hot(labels[name], len(values))
        return parts


def main_captions(captions: Sequence[str]) -> Sequence[str]:
    """Return the first caption, and the first that is written in another script, as a name in another language is."""
    script = [caption.isascii() for caption in captions]
    return [caption for place, caption in enumerate(captions) if script[place] not in script[:place]]


def _main_first(captions: Sequence[str]) -> Sequence[str]:
    """Repeat main captions so that they are half of all choices: people ask for a thing by these names first."""
    main = main_captions(captions)
    times = max(len(captions) // len(main) - 1, 0) if main else 0
    return (*tuple(main) * times, *captions)


def encode_once(sentences: Sequence[str], *, encoder: TextEncoder) -> np.ndarray:
    """Encode sentences (S, width), or find them encoded in the user cache: 25,000 take minutes."""
    return cache_array("sentences", "\n".join((encoder.name, *sentences)), lambda: encoder.encode(sentences))


def _column(record: Record, name: str, values: Sequence[str]) -> int:
    value = record.labels.get(name)
    return values.index(value) if value in values else -1


def _one_hot(columns: np.ndarray, values: int) -> np.ndarray:
    """Return (N, values); -1 gives a row of zeros."""
    return (columns[:, None] == np.arange(values)).astype(np.float32)
