"""Pixels of many pictures with the indexing of an array: in memory, decoded on access, or joined from several sets."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.data.source import PictureSource
from ganvas.ground.images import Fit, add_alpha, fit_image, lay_over
from ganvas.ground.sizes import Size

Index = int | np.integer | slice | np.ndarray
"""An index: one picture, a slice, or an array of numbers or a mask."""


@runtime_checkable
class Pixels(Protocol):
    """Pictures uint8 (N, H, W, C), indexed by the first axis, as an array is."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, chosen: Index, /) -> np.ndarray: ...

    def __iter__(self) -> Iterator[np.ndarray]: ...


class _OnDemand(ABC):
    """Pixels that are produced on access, with numpy's indexing; none are cached."""

    def __init__(self, count: int, *, grid: tuple[int, int], channels: int) -> None:
        self.shape = (count, *grid, channels)
        self._numbers = np.arange(count)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, chosen: Index, /) -> np.ndarray:
        numbers = np.asarray(self._numbers[chosen])
        found = np.empty((numbers.size, *self.shape[1:]), dtype=np.uint8)
        self._fill(found, numbers.reshape(-1))
        return found.reshape(*numbers.shape, *self.shape[1:])

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[number] for number in range(len(self)))

    @abstractmethod
    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        """Write the pictures with the given numbers (n,) into an array (n, H, W, C)."""


class DecodedPixels(_OnDemand):
    """Pictures of a source, read, decoded and resized on each access.

    places: their numbers in the source, int64 (N,). Raises InputError where a picture was changed
    and cannot be decoded.
    """

    def __init__(self, source: PictureSource, places: np.ndarray, *, size: Size, channels: int, fit: Fit) -> None:
        super().__init__(len(places), grid=size.grid, channels=channels)
        self._source, self._places, self._size = source, places, size
        self._fit: Fit = fit

    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        for row, number in enumerate(self._places[numbers]):
            pixels = fit_image(self._source.picture(int(number)), self._size, self._fit)
            found[row] = lay_over(pixels) if self.shape[3] == 3 else add_alpha(pixels)


class JoinedPixels(_OnDemand):
    """The pictures of several sets of one size, one after another; with transparent ones among them all get alpha."""

    def __init__(self, parts: Sequence[Pixels]) -> None:
        _, height, width, _ = parts[0].shape
        super().__init__(sum(map(len, parts)), grid=(height, width), channels=max(part.shape[3] for part in parts))
        self._parts, self._starts = parts, np.cumsum([0, *map(len, parts)])

    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        for part, start, end in zip(self._parts, self._starts, self._starts[1:], strict=False):
            here = (numbers >= start) & (numbers < end)
            pixels = part[numbers[here] - start]
            found[here] = add_alpha(pixels) if self.shape[3] == 4 else pixels
