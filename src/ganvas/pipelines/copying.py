"""What a poet learned from, known again without being kept: a Bloom filter of whole lines and of runs of eight characters.

A filter (Bloom 1970) says of what is in it always that it is, and of other texts rarely: with BITS bits an entry, of 1 in 100.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator

import numpy as np

RUN = 8
"""Characters of the shortest run that is not to be copied."""
BITS, PLACES = 9.6, 6
"""Bits of an entry, and how many of them are set."""
SMALLEST = 1_000
"""Bytes of a filter of few poems."""


def parts_of(text: str, length: int) -> Iterator[str]:
    """Yield the lines of a poem, and its runs of RUN characters that hold no whole line, for these are known by the line."""
    yield from (text[start : start + length] for start in range(0, len(text), length))
    for start in range(len(text) - RUN + 1):
        line = -(-start // length) * length  # where the first whole line in the run begins
        if line + length > start + RUN:
            yield text[start : start + RUN]


class Copies:
    """A filter of the parts of many poems. bits: uint8 (M,), 8 bits each."""

    def __init__(self, bits: np.ndarray) -> None:
        self.bits = bits

    @classmethod
    def of(cls, poems: Iterable[tuple[str, int]]) -> "Copies":
        """Fill a filter with poems, each a text and the length of its lines."""
        parts = {part for text, length in poems for part in parts_of(text, length)}
        size = max(math.ceil(len(parts) * BITS / 8), SMALLEST)
        bits = np.zeros(size * 8, dtype=bool)
        for part in parts:
            bits[_places(part, size * 8)] = True
        return cls(np.packbits(bits))

    def __contains__(self, part: str) -> bool:
        places = _places(part, len(self.bits) * 8)
        return all(self.bits[place >> 3] >> (7 - (place & 7)) & 1 for place in places)

    def holds(self, text: str, length: int) -> bool:
        """Say whether a poem has a line or a run that was learned from; rarely also of one that was not."""
        return any(part in self for part in parts_of(text, length))


def _places(part: str, size: int) -> list[int]:
    """Return the bits of a text: of two hashes, the first plus multiples of the second (Kirsch and Mitzenmacher 2006)."""
    digest = hashlib.blake2b(part.encode("utf-8"), digest_size=16).digest()
    first, second = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little") | 1
    return [(first + number * second) % size for number in range(PLACES)]
