"""A model's own vocabulary: phrases it was trained on, with their vectors."""

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
    """Phrases and their unit vectors (N, D), float32."""

    phrases: tuple[str, ...]
    vectors: np.ndarray

    def nearest(self, vectors: np.ndarray, *, count: int) -> list[list[tuple[str, float]]]:
        """Return for each vector (M, D) its `count` nearest phrases with their cosines, best first."""
        cosines = vectors @ self.vectors.T
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        return [[(self.phrases[n], float(cosines[row, n])) for n in places] for row, places in enumerate(order)]

    def save(self, path: Path) -> None:
        """Write words.safetensors: the vectors as float16, the phrases in its metadata."""
        metadata = {"phrases": json.dumps(list(self.phrases), ensure_ascii=False)}
        write_bytes(path, save({"vectors": self.vectors.astype(np.float16)}, metadata=metadata))

    @classmethod
    def load(cls, content: bytes, *, where: object) -> "Lexicon":
        """Read words.safetensors from bytes. Raises InputError for anything odd."""
        try:
            vectors = load(content)["vectors"]
            length = int.from_bytes(content[:8], "little")
            phrases: Sequence[object] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["phrases"])
        except (SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
            raise InputError("is no vocabulary", where=where) from error
        good = len(phrases) <= MAX_PHRASES and all(isinstance(phrase, str) and len(phrase) <= 200 for phrase in phrases)
        if not good or vectors.ndim != 2 or len(vectors) != len(phrases) or vectors.dtype != np.float16:
            raise InputError("is no vocabulary", where=where)
        return cls(tuple(str(phrase) for phrase in phrases), vectors.astype(np.float32))
