"""An animation: frames that are drawn as they are asked for, and what makes them again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ganvas.vocabulary.provenance import Provenance


@dataclass(frozen=True)
class Animation:
    """A walk as moving pictures. frames: draws every n-th of them, one by one, uint8 (H, W, 3 or 4) each: no more than one needs
    memory.

    count: how many there are. milliseconds: how long each is shown. looped: after the last comes the first again.
    """

    frames: Callable[[int], Iterator[np.ndarray]]
    count: int
    milliseconds: int
    looped: bool
    provenance: Provenance
