"""Conditions as arrays: the inputs of a model's mapping graph."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.language.text.hashed_words import hash_words
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.manifest import Takes


@runtime_checkable
class TextEncoder(Protocol):
    """Turns phrases into unit vectors, float32 (N, D). Encoders of one name give the same vectors."""

    name: str

    def encode(self, phrases: Sequence[str]) -> np.ndarray: ...


def embed(conditions: Sequence[Condition], *, takes: Takes, encoder: TextEncoder | None) -> dict[str, np.ndarray]:
    """Return the model's condition inputs by name, float32 (N, width); a dropped part is a row of zeros.

    "words" is the weighted mean of the phrases' unit vectors, of unit norm; "hashes" the same of
    their hashed words; each label is one-hot. Raises InputError for a label value the model does
    not know.
    """
    parts: dict[str, np.ndarray] = {}
    phrases = sorted({words.phrase for condition in conditions for words in condition.words})
    row = {phrase: number for number, phrase in enumerate(phrases)}
    weights = np.zeros((len(conditions), max(len(phrases), 1)), dtype=np.float32)
    for number, condition in enumerate(conditions):
        for words in condition.words:
            weights[number, row[words.phrase]] += words.weight
    if takes.words:
        assert encoder is not None
        vectors = encoder.encode(phrases) if phrases else np.zeros((1, takes.words), dtype=np.float32)
        parts["words"] = _unit(weights @ vectors)
    if takes.hashes:
        parts["hashes"] = _unit(weights @ hash_words(phrases or [""], width=takes.hashes))
    for name, values in takes.labels.items():
        parts[f"label_{name}"] = np.stack([_one_hot(condition.labels.get(name), values, name) for condition in conditions])
    return parts


def _unit(rows: np.ndarray) -> np.ndarray:
    """Give each row unit norm; a row of zeros stays zeros."""
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def _one_hot(value: str | None, values: Sequence[str], name: str) -> np.ndarray:
    if value is not None and value not in values:
        raise InputError(f"the model knows no {name} {value!r}", do=f"choose one of {', '.join(values[:20])}")
    return np.array([value == known for known in values], dtype=np.float32)
