"""A model's own vocabulary: what it was trained to draw, and the ways people say it, with their vectors."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.ground.config import Phrase
from ganvas.ground.errors import InputError
from ganvas.ground.files import write_bytes

MAX_PHRASES = 50_000
_PHRASES = TypeAdapter(tuple[Phrase, ...])
_WORDS = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return a text's words without case, signs, article and the English plural's s: two ways of writing one name meet."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).lower())
    words = words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words)


@dataclass(frozen=True)
class Lexicon:
    """Phrases, the unit vector of each (N, D) float32, and the name of the thing that each means."""

    phrases: tuple[str, ...]
    names: tuple[str, ...]
    vectors: np.ndarray

    @cached_property
    def said(self) -> dict[str, str]:
        """The name of the thing that each folded phrase means."""
        meant: dict[str, str] = {}
        for phrase, name in zip(self.phrases, self.names, strict=True):
            if fold := folded(phrase):
                meant.setdefault(fold, name)
        return meant

    def nearest(self, vectors: np.ndarray, *, count: int) -> list[list[tuple[str, float]]]:
        """Return for each vector (M, D) the names of the `count` nearest things with their cosines, best first."""
        cosines = vectors @ self.vectors.T
        order = np.argsort(-cosines, axis=1, kind="stable")
        found: list[list[tuple[str, float]]] = []
        for row, places in enumerate(order):
            near: dict[str, float] = {}
            for place in places[: count * 12]:
                near.setdefault(self.names[place], float(cosines[row, place]))
            found.append(list(near.items())[:count])
        return found

    def save(self, path: Path) -> None:
        """Write words.safetensors: the vectors as float16, the phrases in its metadata."""
        metadata = {"phrases": json.dumps([self.phrases, self.names], ensure_ascii=False)}
        write_bytes(path, save({"vectors": self.vectors.astype(np.float16)}, metadata=metadata))

    @classmethod
    def load(cls, content: bytes, *, where: object) -> "Lexicon":
        """Read words.safetensors from bytes. Raises InputError for anything odd: its names become captions."""
        try:
            vectors = load(content)["vectors"]
            length = int.from_bytes(content[:8], "little")
            texts: Sequence[object] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["phrases"])
            said, meant = texts
            phrases, names = (_PHRASES.validate_python(part, strict=False) for part in (said, meant))
        except (SafetensorError, ValidationError, KeyError, ValueError, TypeError, RecursionError) as error:
            raise InputError("is no vocabulary", where=where) from error
        if not 1 <= len(phrases) <= MAX_PHRASES or len(names) != len(phrases):
            raise InputError("is no vocabulary: it has not one name for each phrase", where=where)
        if vectors.ndim != 2 or len(vectors) != len(phrases) or vectors.dtype != np.float16 or not np.isfinite(vectors).all():
            raise InputError("is no vocabulary: it has not one vector for each phrase", where=where)
        return cls(phrases, names, vectors.astype(np.float32))
