"""Sources of pictures: a captioned folder with loose pictures or tar shards. Pictures are decoded on access."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PIL import Image

from ganvas.data.folder import Record, read_folder
from ganvas.data.shards import find_shards, read_shards
from ganvas.ground.files import PathsInside, check_folder, path_inside
from ganvas.ground.images import open_image


@runtime_checkable
class PictureSource(Protocol):
    """Pictures by number with their records. left: what was left out already, with reasons."""

    @property
    def folder(self) -> Path: ...

    @property
    def records(self) -> list[Record]: ...

    @property
    def left(self) -> tuple[str, ...]: ...

    def files(self) -> Iterable[tuple[str, int, int]]:
        """Return name, size in bytes and time of change of each file, which determine the pictures."""
        ...

    def where(self, number: int) -> object:
        """Return the position of a picture for error messages."""
        ...

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        ...


@dataclass(frozen=True)
class LooseFolder:
    """A folder with loose pictures."""

    folder: Path
    records: list[Record]
    left: tuple[str, ...] = ()

    def files(self) -> Iterator[tuple[str, int, int]]:
        """Give name, size in bytes and time of change of each picture."""
        place = PathsInside(self.folder)
        for one in self.records:
            path, known = place(one.file_name)
            known = known or path.stat()  # raises the error of a missing file
            yield one.file_name, known.st_size, known.st_mtime_ns

    def where(self, number: int) -> Path:
        """Return a picture's path."""
        return path_inside(self.folder, self.records[number].file_name)

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        return open_image(self.where(number))


def open_source(folder: Path) -> PictureSource:
    """Open a captioned folder with loose pictures or tar shards. Raises InputError where it holds none, or both."""
    check_folder(folder)
    shards = find_shards(folder)
    return read_shards(folder, shards) if shards else LooseFolder(folder, read_folder(folder))
