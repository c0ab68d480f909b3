"""A work: what was made, and the provenance that makes it again."""

from dataclasses import dataclass

import numpy as np

from ganvas.vocabulary.provenance import Provenance

MAX_WORKS = 64
"""Works drawn at once: what makes them all again must fit into the text of one sheet."""


@dataclass(frozen=True)
class Work:
    """One drawn work: uint8 (H, W, 3), or 4 where its ground is clear, and what makes it again."""

    pixels: np.ndarray
    provenance: Provenance
