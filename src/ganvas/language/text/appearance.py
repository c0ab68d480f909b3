"""What words are drawn from: the appearances of known pictures, chosen by what the pictures are called.

Words seldom say where things are and which colour they have; an appearance does. Of all known pictures one is chosen whose
caption is like the words, and the generator draws from its appearance, in the style and colour that are named. A choice keeps
what the mean of many neighbours loses: draws of one prompt differ in shape, and each is of one thing. Sources: unCLIP (Ramesh
et al. 2022, section 2) for a prior beside a decoder; IC-GAN (Casanova et al. 2021) for a GAN that draws from the features of
known pictures.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.ground.config import Name, Phrase
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import Stream

FILE = "appearances.safetensors"
MAX_PICTURES, MAX_WIDTH = 100_000, 4096

REACH = (0.1, 0.3)
"""How fast likeness of meanings falls with 1 - cosine: a short reach tells captions apart, a longer one carries to new ones."""

CHOICES, SHARPNESS = 8, 12.0
"""So many of the best concepts are drawn from, each by its likeness to this power: a near tie varies, what is named is drawn."""

OWN_STYLE = 0.5
"""How often a picture of the requested style is drawn from, for models that do not say (see Appearances.own_style)."""

CHANGED = ("style", "colour")
"""Labels that the generator changes: with words, pictures of other values are drawn from too."""

SURE, FAR = 0.9, 0.2
"""A tag that equals the words counts as a caption at this cosine to it, less the second where the captions have nothing to do
with it: what is called so goes before what is only tagged so, and of all that are tagged "car" the automobile before the tramway.
"""

MIXED = (0.35, 0.65)
"""The share of the second words where one thing is to be two in one."""

STRAYS = 0.5
"""Without words, the share that a second picture has at most."""

PAIRS, LOOKED_AT = 6, 32
"""Two pictures are mixed that are alike: one of so many nearest pairs, of so many pictures of each. Where outlines are far apart
a mixture is neither thing, with half-clear remains of both around it.
"""

TABLES = ("mean", "whitening", "keys", "called", "codes", "scale", "concept", "family", "tags", "tagged")
"""What the file holds, beside the labels."""

_NAMES = TypeAdapter(Annotated[tuple[Phrase, ...], Field(max_length=MAX_PICTURES)])
_NAME = TypeAdapter(Name)
_SHARE = TypeAdapter(Annotated[float, Field(ge=0, le=1)])


class Draw(NamedTuple):
    """An appearance to draw from, float32 (A,), and where it comes from.

    rows: the pictures chosen, one or two. shares: what each gives, in all 1. likeness: of the words and what the first picture is
    called, 0 to 1; 1 without words.
    """

    vector: np.ndarray
    rows: tuple[int, ...]
    shares: tuple[float, ...]
    likeness: float


def _none() -> dict[str, np.ndarray]:
    return {}


@dataclass(frozen=True)
class Appearances:
    """The appearances of known pictures, with what they are called.

    mean (D,), whitening (D, M): from sentence vectors to meanings. keys (P, 2, M): unit meanings of each picture's two main
    captions; zeros where there is no second. Of a model without words D and M are 0. codes (P, A) int8 and scale (A,): the
    appearances, as `in_steps` makes them. concept, family (P,) int: pictures of one concept, and of one family of concepts, share
    a number. labels: name -> (P,) int, the number of each picture's value, -1 = none. names: what each concept is called, by its
    number; may be empty. tags (T, M): unit meanings of partial words, each once; tagged (N, 2) int: a tag and a concept that it
    is said of. A concept that only a tag names is found by it, less surely than by a caption.
    own_style: how often a picture of the requested style is drawn from where there is one, 0 to 1; else one of another style, for
    other shapes.
    """

    mean: np.ndarray
    whitening: np.ndarray
    keys: np.ndarray
    codes: np.ndarray
    scale: np.ndarray
    concept: np.ndarray
    family: np.ndarray
    labels: Mapping[str, np.ndarray] = field(default_factory=_none)
    names: tuple[str, ...] = ()
    tags: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    tagged: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int32))
    own_style: float = OWN_STYLE

    @property
    def width(self) -> int:
        """Numbers of an appearance."""
        return self.codes.shape[1]

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the appearances of some pictures, float32 (N, A)."""
        return self.codes[rows].astype(np.float32) * self.scale

    def name_of(self, row: int) -> str:
        """Return what a picture's concept is called, or nothing."""
        return self.names[int(self.concept[row])] if self.names else ""

    def meant(self, words: np.ndarray) -> np.ndarray:
        """Return the unit meaning (M,) of a sentence vector (D,)."""
        white = (words - self.mean) @ self.whitening
        return (white / max(float(np.linalg.norm(white)), 1e-4)).astype(np.float32)

    def cosines(self, words: np.ndarray) -> np.ndarray:
        """Compare a sentence vector (D,) with what each picture is called, by the caption that is more like it: float32 (P,)."""
        keys = self.keys.reshape(-1, self.keys.shape[2])
        return (keys @ self.meant(words)).reshape(-1, 2).max(axis=1)

    def sample(
        self,
        words: np.ndarray | None,
        labels: Mapping[str, int],
        stream: Stream,
        *,
        without: int | None = None,
        mixed: np.ndarray | None = None,
    ) -> Draw:
        """Choose what to draw from. All chance comes from `stream`, so that the same stream chooses the same.

        words: a sentence vector (D,), or None. labels: name -> number of the asked value. without: a family that is left out, as
        if it were not known. mixed: second words (D,), for a thing that is two in one.
        """
        allowed = np.ones(len(self.codes), dtype=bool) if without is None else self.family != without
        allowed = allowed if allowed.any() else np.ones_like(allowed)
        if words is None or not words.any():
            allowed = self._labelled(allowed, labels)
            first, second = self._pair(np.array([_one(allowed, stream)]), _some(allowed, stream), stream)
            return self._draw(first, second, STRAYS * float(stream.uniform()), 1.0)
        allowed = self._labelled(allowed, {name: value for name, value in labels.items() if name not in CHANGED})
        pictures, likeness = self._called(words, allowed, stream)
        if mixed is None or not mixed.any():
            first = self._of_concept(pictures, labels.get("style"), stream)
            return self._draw(first, first, 0.0, likeness)
        others, _ = self._called(mixed, allowed, stream)
        first, second = self._pair(_some(pictures, stream), _some(others, stream), stream)
        return self._draw(first, second, MIXED[0] + (MIXED[1] - MIXED[0]) * float(stream.uniform()), likeness)

    def _labelled(self, allowed: np.ndarray, labels: Mapping[str, int]) -> np.ndarray:
        """Keep the pictures that have the named labels; a label that none of them has excludes none."""
        for name, value in labels.items():
            having = allowed & (self.labels[name] == value) if name in self.labels else allowed
            allowed = having if having.any() else allowed
        return allowed

    def _called(self, words: np.ndarray, allowed: np.ndarray, stream: Stream) -> tuple[np.ndarray, float]:
        """Choose a concept by the likeness of its captions. Returns its pictures, bool (P,), and the likeness."""
        numbers, concepts = self._concepts[2], self._likeness(words, allowed)
        best = np.argsort(-concepts, kind="stable")[:CHOICES]
        chance = np.maximum(concepts[best] / max(concepts[best[0]], 1e-30), 1e-9) ** SHARPNESS
        place = min(int(np.searchsorted(np.cumsum(chance), stream.uniform() * chance.sum(), side="right")), len(best) - 1)
        return allowed & (self.concept == numbers[best[place]]), float(concepts[best[place]])

    def _likeness(self, words: np.ndarray, allowed: np.ndarray) -> np.ndarray:
        """Return how like each concept is to a sentence vector, by captions and tags: float64, in the order of `_concepts`."""
        order, starts, numbers = self._concepts
        cosines = np.where(allowed, self.cosines(words), -np.inf)
        called = np.maximum.reduceat(cosines[order], starts)
        tagged = self._tagged(words)[numbers] * (SURE - FAR * (1 - called.clip(0, 1)))
        return likeness_of(np.where(called > -np.inf, np.maximum(called, tagged), -np.inf))

    def styles_of(self, words: np.ndarray) -> frozenset[int]:
        """Return the numbers of the styles in which the concept most like a sentence vector (D,) is known."""
        if "style" not in self.labels or not words.any():
            return frozenset()
        likeness = self._likeness(words, np.ones(len(self.codes), dtype=bool))
        named = self.concept == self._concepts[2][int(likeness.argmax())]
        return frozenset(self.labels["style"][named].tolist()) - {-1}

    def _of_concept(self, pictures: np.ndarray, style: int | None, stream: Stream) -> int:
        """Choose one of a concept's pictures."""
        if style is not None and "style" in self.labels:
            own = pictures & (self.labels["style"] == style)
            part = own if stream.uniform() < self.own_style else pictures & ~own
            pictures = part if part.any() else pictures
        return _one(pictures, stream)

    def _pair(self, first: np.ndarray, second: np.ndarray, stream: Stream) -> tuple[int, int]:
        """Choose a picture of each that are alike. first, second: numbers of pictures (F,), (S,)."""
        one, other = self.vectors(first), self.vectors(second)
        apart = np.square(one).sum(axis=1)[:, None] + np.square(other).sum(axis=1) - 2 * one @ other.T
        nearest = np.argsort(apart, axis=None, kind="stable")[:PAIRS]
        row, column = divmod(int(nearest[int(stream.integers(len(nearest), 1)[0])]), len(second))
        return int(first[row]), int(second[column])

    def _tagged(self, words: np.ndarray) -> np.ndarray:
        """Compare a sentence vector with the tags of each concept number: float32, -1 where it has none."""
        found = np.full(int(self.concept.max()) + 1, -1, dtype=np.float32)
        if len(self.tagged):
            tags, starts, numbers = self._tag_order
            found[numbers] = np.maximum.reduceat((self.tags @ self.meant(words))[tags], starts)
        return found

    def _draw(self, first: int, second: int, share: float, likeness: float) -> Draw:
        if first == second or share == 0:
            return Draw(self.vectors(np.array([first]))[0], (first,), (1.0,), likeness)
        one, other = self.vectors(np.array([first, second]))
        return Draw((one * (1 - share) + other * share).astype(np.float32), (first, second), (1 - share, share), likeness)

    @cached_property
    def _concepts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The pictures in the order of their concepts, where in it each concept begins, and the concepts' numbers."""
        order = np.argsort(self.concept, kind="stable")
        numbers, starts = np.unique(self.concept[order], return_index=True)
        return order, starts, numbers

    @cached_property
    def _tag_order(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The tags in the order of the concepts that have them, where in it each concept begins, and its number."""
        rows = self.tagged[np.argsort(self.tagged[:, 1], kind="stable")]
        numbers, starts = np.unique(rows[:, 1], return_index=True)
        return rows[:, 0], starts, numbers

    def save(self) -> bytes:
        """Return the bytes of appearances.safetensors, the same for the same appearances.

        Keys are written in steps of a 127th, each once, with its number for every picture that is called so.
        """
        rows = np.rint(self.keys * 127).astype(np.int8).reshape(2 * len(self.keys), -1)
        keys, called = np.unique(rows, axis=0, return_inverse=True)
        tensors = {
            "mean": self.mean.astype(np.float32), "whitening": self.whitening.astype(np.float32), "keys": keys,
            "called": called.reshape(-1, 2).astype(np.int32), "codes": self.codes, "scale": self.scale.astype(np.float32),
            "concept": self.concept.astype(np.int32), "family": self.family.astype(np.int32),
            "tags": np.rint(self.tags.reshape(len(self.tags), keys.shape[1]) * 127).astype(np.int8),
            "tagged": self.tagged.astype(np.int32),
        }  # fmt: skip
        tensors |= {f"label_{name}": values.astype(np.int32) for name, values in self.labels.items()}
        plain = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
        metadata = {"names": json.dumps(self.names, ensure_ascii=False)}
        if self.own_style != OWN_STYLE:
            metadata["own_style"] = repr(self.own_style)
        return save(plain, metadata=metadata)

    @classmethod
    def load(cls, content: bytes, *, where: object) -> "Appearances":
        """Read appearances.safetensors from bytes. Raises InputError for anything odd."""
        try:
            tensors = load(content)
            length = int.from_bytes(content[:8], "little")
            texts = json.loads(content[8 : 8 + length])["__metadata__"]
            names = _NAMES.validate_python(json.loads(texts["names"]), strict=False)
            own_style = _SHARE.validate_python(texts.get("own_style", OWN_STYLE))
            labels = {_NAME.validate_python(name[6:]): tensors[name] for name in sorted(tensors) if name.startswith("label_")}
            found = {name: tensors[name] for name in TABLES}
        except (SafetensorError, ValidationError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InputError("holds no appearances", where=where) from error
        _check(found, labels, names, where=where)
        keys = found.pop("keys").astype(np.float32)
        keys /= np.maximum(np.linalg.norm(keys, axis=1, keepdims=True), 1e-9)
        tags = found.pop("tags").astype(np.float32)
        tags /= np.maximum(np.linalg.norm(tags, axis=1, keepdims=True), 1e-9)
        return cls(keys=keys[found.pop("called")], tags=tags, labels=labels, names=names, own_style=own_style, **found)


def likeness_of(cosines: np.ndarray) -> np.ndarray:
    """Return how like two meanings are, 0 to 1, by their cosines: float64 of any shape."""
    apart = np.minimum(np.asarray(cosines, dtype=np.float64) - 1, 0)
    return sum((np.exp(apart / reach) for reach in REACH), np.zeros(apart.shape)) / len(REACH)


def in_steps(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write appearances (P, A) in steps of a 127th of each column's largest number: int8 (P, A), float32 (A,)."""
    scale = (np.maximum(np.abs(vectors).max(axis=0), 1e-9) / 127).astype(np.float32)
    return np.rint(vectors / scale).astype(np.int8), scale


def _one(allowed: np.ndarray, stream: Stream) -> int:
    """Choose one of the allowed places."""
    places = np.flatnonzero(allowed)
    return int(places[int(stream.integers(len(places), 1)[0])])


def _some(allowed: np.ndarray, stream: Stream) -> np.ndarray:
    """Choose LOOKED_AT of the allowed places at most."""
    places = np.flatnonzero(allowed)
    return places if len(places) <= LOOKED_AT else places[np.sort(stream.permutation(len(places))[:LOOKED_AT])]


def _check(found: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray], names: tuple[str, ...], *, where: object) -> None:
    """Refuse tables that do not fit together, are too large, or hold what is no number."""
    pictures, width = found["codes"].shape if found["codes"].ndim == 2 else (0, 0)
    wide, means = found["whitening"].shape if found["whitening"].ndim == 2 else (0, 0)
    if not (1 <= pictures <= MAX_PICTURES and 1 <= width <= MAX_WIDTH and wide <= MAX_WIDTH and means <= MAX_WIDTH):
        raise InputError("holds no appearances, or too many", where=where)
    wanted: dict[str, tuple[str, tuple[int, ...]]] = {
        "mean": ("float32", (wide,)), "whitening": ("float32", (wide, means)), "keys": ("int8", (len(found["keys"]), means)),
        "called": ("int32", (pictures, 2)), "codes": ("int8", (pictures, width)), "scale": ("float32", (width,)),
        "concept": ("int32", (pictures,)), "family": ("int32", (pictures,)),
        "tags": ("int8", (len(found["tags"]), means)), "tagged": ("int32", (len(found["tagged"]), 2)),
    }  # fmt: skip
    whole = all((found[name].dtype.name, found[name].shape) == kind for name, kind in wanted.items())
    whole = whole and all((values.dtype.name, values.shape) == ("int32", (pictures,)) for values in labels.values())
    if not whole or not all(np.isfinite(found[name]).all() for name in ("mean", "whitening", "scale")):
        raise InputError("its tables of appearances do not fit together", where=where)
    called, concept = found["called"], found["concept"]
    if called.min() < 0 or called.max() >= len(found["keys"]):
        raise InputError("a picture is called by what is not there", where=where)
    tagged = found["tagged"]
    most = np.array([len(found["tags"]), concept.max() + 1])
    if len(tagged) > MAX_PICTURES or (tagged < 0).any() or (tagged >= most).any():
        raise InputError("a tag or its concept is not there", where=where)
    if concept.min() < 0 or concept.max() >= (len(names) or MAX_PICTURES):
        raise InputError("numbers a concept that has no name", where=where)
