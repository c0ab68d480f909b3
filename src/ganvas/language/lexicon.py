"""A model's own vocabulary: what it was trained to draw, and the ways people say it, with their vectors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.ground.errors import InputError
from ganvas.ground.files import write_bytes

MAX_PHRASES = 50_000


@dataclass(frozen=True)
class Lexicon:
    """Phrases, the unit vector of each (N, D) float32, and the name of the thing that each means."""

    phrases: tuple[str, ...]
    names: tuple[str, ...]
    vectors: np.ndarray

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
        """Read words.safetensors from bytes. Raises InputError for anything odd."""
        try:
            vectors = load(content)["vectors"]
            length = int.from_bytes(content[:8], "little")
            phrases, names = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["phrases"])
            texts: Sequence[object] = [*phrases, *names]
        except (SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
            raise InputError("is no vocabulary", where=where) from error
        count = len(phrases)
        good = (
            1 <= count <= MAX_PHRASES
            and len(names) == count
            and all(isinstance(text, str) and len(text) <= 200 for text in texts)
        )
        if not good or vectors.ndim != 2 or len(vectors) != count or vectors.dtype != np.float16:
            raise InputError("is no vocabulary", where=where)
        return cls(tuple(phrases), tuple(names), vectors.astype(np.float32))
