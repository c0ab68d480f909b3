"""What makes a model's small pictures larger. Torch-free."""

from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.vocabulary.manifest import Manifest


@runtime_checkable
class Enlarger(Protocol):
    """Makes uint8 RGBA (N, 64, 64, 4) into uint8 RGBA (N, 256, 256, 4)."""

    name: str
    digest: str

    def __call__(self, pixels: np.ndarray) -> np.ndarray: ...


def find_enlarger(manifest: Manifest) -> Enlarger | None:
    """Return the enlarger that fits a model, or None when there is none."""
    return None
