"""Pixels of many pictures, indexed as an array is: they lie in one, are decoded when asked for, or come from several sets."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.data.source import PictureSource
from ganvas.ground.images import Fit, add_alpha, fit_image, lay_over
from ganvas.ground.sizes import Size

Chosen = int | np.integer | slice | np.ndarray
"""What pictures are asked for: one, a run of them, or numbers (or a mask) in an array of any shape."""


@runtime_checkable
class Pixels(Protocol):
    """uint8 (N, H, W, C) by the first axis. An array is one."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, chosen: Chosen, /) -> np.ndarray: ...

    def __iter__(self) -> Iterator[np.ndarray]: ...


class _Asked(ABC):
    """Pixels that are made when they are asked for, by numpy's own rules of indexing; none are kept."""

    def __init__(self, count: int, *, grid: tuple[int, int], channels: int) -> None:
        self.shape = (count, *grid, channels)
        self._numbers = np.arange(count)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, chosen: Chosen, /) -> np.ndarray:
        numbers = np.asarray(self._numbers[chosen])
        found = np.empty((numbers.size, *self.shape[1:]), dtype=np.uint8)
        self._fill(found, numbers.reshape(-1))
        return found.reshape(*numbers.shape, *self.shape[1:])

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[number] for number in range(len(self)))

    @abstractmethod
    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        """Write the pictures of some numbers (n,) into an array (n, H, W, C)."""


class DecodedPixels(_Asked):
    """Pictures of a source, read, decoded and brought to their size whenever they are asked for.

    places: their numbers in the source, int64 (N,). Raises InputError where a picture has changed and is none any more.
    """

    def __init__(self, source: PictureSource, places: np.ndarray, *, size: Size, channels: int, fit: Fit) -> None:
        super().__init__(len(places), grid=size.grid, channels=channels)
        self._source, self._places, self._size = source, places, size
        self._fit: Fit = fit

    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        for row, number in enumerate(self._places[numbers]):
            pixels = fit_image(self._source.picture(int(number)), self._size, self._fit)
            found[row] = lay_over(pixels) if self.shape[3] == 3 else add_alpha(pixels)


class JoinedPixels(_Asked):
    """The pictures of several sets of one size, one after another; opaque ones beside clear ones stay opaque."""

    def __init__(self, parts: Sequence[Pixels]) -> None:
        _, height, width, _ = parts[0].shape
        super().__init__(sum(map(len, parts)), grid=(height, width), channels=max(part.shape[3] for part in parts))
        self._parts, self._starts = parts, np.cumsum([0, *map(len, parts)])

    def _fill(self, found: np.ndarray, numbers: np.ndarray) -> None:
        for part, start, end in zip(self._parts, self._starts, self._starts[1:], strict=False):
            here = (numbers >= start) & (numbers < end)
            pixels = part[numbers[here] - start]
            found[here] = add_alpha(pixels) if self.shape[3] == 4 else pixels
