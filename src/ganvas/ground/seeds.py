"""Named random streams: all randomness is derived from `(seed, name, step, rank)`; no generator state is stored.

The bits come from Philox (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), a
counter-based generator: the same key gives the same numbers on every platform, so a resumed run
draws the same numbers. Uniforms and normals are computed from the bits here and not by numpy's
Generator, whose streams may change between versions. Torch receives these arrays and draws no
random numbers itself.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from ganvas.ground.errors import InputError

Shape = int | Sequence[int]


class Stream:
    """The random numbers of one purpose at one step. Successive draws continue the stream."""

    def __init__(self, key: bytes) -> None:
        assert len(key) == 16
        self._bits = np.random.Philox(key=np.frombuffer(key, dtype="<u8").astype(np.uint64))

    def uniform(self, shape: Shape = ()) -> np.ndarray:
        """Draw float64 uniforms in [0, 1): the top 53 bits of each 64-bit word."""
        size = (shape,) if isinstance(shape, int) else tuple(shape)
        words = np.atleast_1d(self._bits.random_raw(int(np.prod(size, dtype=np.int64))))
        return ((words >> np.uint64(11)) * 2.0**-53).reshape(size)

    def normal(self, shape: Shape = ()) -> np.ndarray:
        """Draw float32 standard normals (Box and Muller 1958): sqrt(-2 ln u) cos(2 pi v)."""
        radius, angle = self.uniform(shape), self.uniform(shape)
        return (np.sqrt(-2.0 * np.log1p(-radius)) * np.cos(2.0 * np.pi * angle)).astype(np.float32)

    def integers(self, below: int, shape: Shape = ()) -> np.ndarray:
        """Draw int64 in [0, below)."""
        return np.minimum((self.uniform(shape) * below).astype(np.int64), below - 1)

    def permutation(self, count: int) -> np.ndarray:
        """Draw an order of `range(count)`, int64 (count,)."""
        return np.argsort(self.uniform(count), kind="stable")


def draw_by_odds(odds: np.ndarray, numbers: Stream) -> int:
    """Draw one place with the probability of softmax(odds), log odds (N,), by one uniform number a place (Gumbel-max)."""
    uniform = numbers.uniform(len(odds)).clip(1e-9, 1 - 1e-9)
    return int((odds - np.log(-np.log(uniform))).argmax())


def stream(seed: int, name: str, *, step: int = 0, rank: int = 0) -> Stream:
    """Return the stream of one purpose (`name`) at one step of one process (`rank`) under one seed."""
    if not 0 <= seed < 2**63:
        raise InputError(f"the seed {seed} is not between 0 and 2^63 - 1", where="seed", do="choose a whole number from 0 up")
    words = f"{seed}/{name}/{step}/{rank}".encode()
    return Stream(hashlib.blake2b(words, digest_size=16).digest())
