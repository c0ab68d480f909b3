"""A model's vocabulary: the things it was trained to draw, their names and tags, with sentence vectors."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.ground.config import Phrase
from ganvas.ground.errors import InputError
from ganvas.ground.files import write_bytes

MAX_PHRASES = 50_000
NAME_WEIGHT = 0.5
"""Weight of a thing's names relative to its sense, when a description is looked up."""

KIND_PENALTY, AGREEMENT_BONUS, KIND_BONUS = 0.07, 0.25, 0.1
"""Changes of a score in that look-up: the penalty for an unwanted kind, the bonus for each further
word of the description that is a tag of the thing, and the bonus for the wanted kind.
"""

_PHRASES = TypeAdapter(tuple[Phrase, ...])
_TAGS = TypeAdapter(dict[Phrase, tuple[Annotated[int, Field(ge=0, lt=MAX_PHRASES)], ...]])
_WORDS = re.compile(r"[^\W_]+")


def fold_text(text: str) -> str:
    """Normalise a text for comparison: lower case, no punctuation, no article, no English plural s."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).lower())
    words = words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words)


def _empty() -> np.ndarray:
    return np.zeros((0, 0), dtype=np.float32)


@dataclass(frozen=True)
class Lexicon:
    """Holds phrases, the unit vector of each (N, D) float32, and the name of the thing that each means.

    senses: for each thing, in the order of `things`, the unit vector of its names with its tags (T,
    D); may be empty. tags: partial words -> numbers of the things they belong to ("cut": scissors).
    """

    phrases: tuple[str, ...]
    names: tuple[str, ...]
    vectors: np.ndarray
    senses: np.ndarray = field(default_factory=_empty)
    tags: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

    @cached_property
    def things(self) -> tuple[str, ...]:
        """The names, each once, in order of first use."""
        return tuple(dict.fromkeys(self.names))

    @cached_property
    def _thing_of(self) -> np.ndarray:
        """The number of the thing of each phrase, int64 (N,)."""
        number = {name: place for place, name in enumerate(self.things)}
        return np.array([number[name] for name in self.names])

    @cached_property
    def _things_by_tag(self) -> dict[str, tuple[int, ...]]:
        """The numbers of the things of each folded tag."""
        found: dict[str, tuple[int, ...]] = {}
        for tag, numbers in self.tags.items():
            if fold := fold_text(tag):
                found[fold] = tuple(dict.fromkeys((*found.get(fold, ()), *numbers)))
        return found

    def things_tagged(self, word: str) -> list[str]:
        """Return the things that have a tag."""
        return [self.things[number] for number in self._things_by_tag.get(fold_text(word), ())]

    def of_kind(self, word: str) -> list[str]:
        """Return the things that have a tag equal to a word or ending in it: "bird", and "animal bird"."""
        fold = fold_text(word)
        found = [
            number for tag, numbers in self._things_by_tag.items() if fold and tag.split(" ")[-1] == fold for number in numbers
        ]
        return [self.things[number] for number in dict.fromkeys(found)]

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The phrases in lower case, as they are."""
        return frozenset(phrase.lower() for phrase in self.phrases)

    @cached_property
    def _groups(self) -> dict[str, frozenset[str]]:
        """The things of each tag, and of each first word of tags of several words: "animal mammal" is of the group "animal"."""
        found: dict[str, set[str]] = {}
        for tag, numbers in self.tags.items():
            for name in {tag, tag.split(" ", 1)[0]}:
                found.setdefault(name, set()).update(self.things[number] for number in numbers)
        return {name: frozenset(things) for name, things in found.items()}

    def of_group(self, name: str) -> frozenset[str]:
        """Return the things that have a tag, or one that begins with a word: "animal" holds all of "animal bird"."""
        return self._groups.get(name, frozenset())

    def rank_things(
        self,
        vector: np.ndarray,
        *,
        count: int,
        words: Sequence[str] = (),
        kind: Sequence[str] = (),
        shun: Sequence[str] = (),
        among: Sequence[str] = (),
        named: float = NAME_WEIGHT,
    ) -> list[tuple[str, float]]:
        """Rank the things that a description (D,) may mean: names with scores, best first.

        A score is the cosine with the thing's sense plus `named` times that with the nearest of its
        names. words: those of the description; each word after the first that is a tag of the thing
        raises its score. kind: things of the wanted kind. shun: first words of tags of unwanted
        kinds. among: only these things, if given.
        """
        scores = np.full(len(self.things), -1.0, dtype=np.float32)
        np.maximum.at(scores, self._thing_of, self.vectors @ vector)
        scores *= named
        if len(self.senses):
            scores += self.senses @ vector
        number = {name: place for place, name in enumerate(self.things)}
        agreed = np.zeros(len(self.things), dtype=np.float32)
        for word in words:
            agreed[list(self._things_by_tag.get(fold_text(word), ()))] += 1
        scores += AGREEMENT_BONUS * np.maximum(agreed - 1, 0)
        scores[[number[name] for name in kind]] += KIND_BONUS
        shunned = {place for tag, numbers in self.tags.items() if tag.split(" ", 1)[0] in shun for place in numbers}
        scores[list(shunned)] -= KIND_PENALTY
        if among:
            scores[[place for name, place in number.items() if name not in among]] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(count, len(among) or count)]
        return [(self.things[place], float(scores[place])) for place in order]

    @cached_property
    def name_by_phrase(self) -> dict[str, str]:
        """The name of the thing of each folded phrase."""
        names: dict[str, str] = {}
        for phrase, name in zip(self.phrases, self.names, strict=True):
            if fold := fold_text(phrase):
                names.setdefault(fold, name)
        return names

    def nearest(self, vectors: np.ndarray, *, count: int) -> list[list[tuple[str, float]]]:
        """Return for each vector (M, D) the names of the `count` nearest things with their cosines, best first."""
        cosines = vectors @ self.vectors.T
        most = min(count * 12, cosines.shape[1])
        found: list[list[tuple[str, float]]] = []
        for row in cosines:
            first = np.sort(np.argpartition(-row, most - 1)[:most])  # equal cosines keep their order
            near: dict[str, float] = {}
            for place in first[np.argsort(-row[first], kind="stable")]:
                near.setdefault(self.names[place], float(row[place]))
            found.append(list(near.items())[:count])
        return found

    def save(self, path: Path) -> None:
        """Write words.safetensors: vectors quantised to int8, phrases and tags in its metadata."""
        metadata = {"phrases": json.dumps([self.phrases, self.names], ensure_ascii=False)}
        tensors = {"vectors": _quantise(self.vectors)}
        if len(self.senses):
            metadata["tags"] = json.dumps(dict(self.tags), ensure_ascii=False)
            tensors["senses"] = _quantise(self.senses)
        write_bytes(path, _with_sorted_header(save(tensors, metadata=metadata)))

    @classmethod
    def load(cls, content: bytes, *, where: object) -> "Lexicon":
        """Read words.safetensors from bytes. Raises InputError for anything unusual, because its names become captions."""
        try:
            tensors = load(content)
            length = int.from_bytes(content[:8], "little")
            texts = json.loads(content[8 : 8 + length])["__metadata__"]
            phrases, names = (_PHRASES.validate_python(part, strict=False) for part in json.loads(texts["phrases"]))
            tags = _TAGS.validate_json(texts.get("tags", "{}"))
            vectors, senses = tensors["vectors"], tensors.get("senses", _empty().astype(np.float16))
        except (SafetensorError, ValidationError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InputError("is no vocabulary", where=where) from error
        if not 1 <= len(phrases) <= MAX_PHRASES or len(names) != len(phrases) or len(tags) > MAX_PHRASES:
            raise InputError("is no vocabulary: the numbers of names and phrases differ", where=where)
        things = len(set(names))
        if not _is_table(vectors, len(phrases)) or not (
            senses.shape[:1] == (0,) or _is_table(senses, things, width=vectors.shape[1])
        ):
            raise InputError("is no vocabulary: the numbers of vectors, phrases and things differ", where=where)
        if any(number >= things for numbers in tags.values() for number in numbers):
            raise InputError("is no vocabulary: a tag belongs to a thing that is not in it", where=where)
        return cls(phrases, names, _unit(vectors), _unit(senses), tags)


def _with_sorted_header(content: bytes) -> bytes:
    """Sort the keys of a safetensors header: several keys of metadata are written in another order each time."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:end]), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)  # the tensors begin at a multiple of eight bytes
    return len(header).to_bytes(8, "little") + header + content[end:]


def _quantise(vectors: np.ndarray) -> np.ndarray:
    """Quantise unit rows to int8, each scaled by its largest number; loading normalises them again."""
    return np.rint(vectors * (127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9))).astype(np.int8)


def _unit(rows: np.ndarray) -> np.ndarray:
    wide = rows.astype(np.float32)
    return wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-9) if len(wide) else wide


def _is_table(vectors: np.ndarray, rows: int, *, width: int | None = None) -> bool:
    """Return whether a table holds `rows` finite vectors as int8, or as float16, which the first version wrote."""
    known = vectors.ndim == 2 and vectors.dtype.name in ("int8", "float16")
    whole = known and len(vectors) == rows and width in (None, vectors.shape[1])
    return whole and bool(np.isfinite(vectors.astype(np.float32)).all())


def build_lexicon(
    captions: Sequence[Sequence[str]], tags: Sequence[Sequence[str]], *, encode: Callable[[Sequence[str]], np.ndarray]
) -> Lexicon:
    """Build a vocabulary from the captions, main one first, and the tags of each picture.

    A caption that only contains a shorter caption of its picture adds nothing and is left out. The
    sense of a thing is the mean vector of two sentences, one in each kind of script: its name
    followed by its tags.
    """
    names: dict[str, str] = {}
    tags_of: dict[str, dict[str, None]] = {}
    for own, partial in zip(captions, tags, strict=True):
        for caption in own:
            if not any(other != caption and other.lower() in caption.lower() for other in own):
                names.setdefault(caption, own[0])
        if own:
            tags_of.setdefault(own[0], {}).update(dict.fromkeys(partial))
    things = list(dict.fromkeys(names.values()))
    numbers: dict[str, list[int]] = {}
    for number, thing in enumerate(things):
        for tag in tags_of[thing]:
            numbers.setdefault(tag, []).append(number)
    vectors = np.asarray(encode(tuple(names)), dtype=np.float32)
    if not numbers:
        return Lexicon(tuple(names), tuple(names.values()), vectors)
    called: dict[str, list[str]] = {}
    for phrase, name in names.items():
        called.setdefault(name, []).append(phrase)
    senses = [_sentences(thing, called[thing], list(tags_of[thing])) for thing in things]
    encoded = np.asarray(encode([sentence for pair in senses for sentence in pair]), dtype=np.float32)
    mean = encoded.reshape(len(things), 2, -1).mean(axis=1)
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    return Lexicon(tuple(names), tuple(names.values()), vectors, mean, {tag: tuple(found) for tag, found in numbers.items()})


def _sentences(thing: str, called: Sequence[str], tags: Sequence[str]) -> tuple[str, str]:
    """Return a thing's name with its tags, once in ASCII and once in other scripts; if there is only one, that twice."""
    latin, other = ([tag for tag in tags if tag.isascii() is ascii] for ascii in (True, False))
    own = next((phrase for phrase in called if not phrase.isascii()), thing)
    first, second = f"{thing}: {', '.join(latin)}", f"{own}：{'，'.join(other)}"
    if not latin or not other:
        return (first, first) if latin or not other else (second, second)
    return first, second
