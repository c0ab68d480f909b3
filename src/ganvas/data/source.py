"""A source of pictures: a captioned folder, its pictures loose or in tar shards. Nothing is decoded before it is asked for."""

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
    """Pictures by number, in the order of `records`, and what is known of each. left: what is left out already, and why."""

    @property
    def folder(self) -> Path: ...

    @property
    def records(self) -> list[Record]: ...

    @property
    def left(self) -> tuple[str, ...]: ...

    def files(self) -> Iterable[tuple[str, int, int]]:
        """Give what its pictures depend on: each file's name, size in bytes and time of change."""
        ...

    def where(self, number: int) -> object:
        """Say where a picture lies, as errors of `picture` do."""
        ...

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        ...


@dataclass(frozen=True)
class LooseFolder:
    """A folder whose pictures are files."""

    folder: Path
    records: list[Record]
    left: tuple[str, ...] = ()

    def files(self) -> Iterator[tuple[str, int, int]]:
        """Give name, size in bytes and time of change of each picture."""
        place = PathsInside(self.folder)
        for one in self.records:
            path, known = place(one.file_name)
            known = known or path.stat()  # which says what is wrong with it
            yield one.file_name, known.st_size, known.st_mtime_ns

    def where(self, number: int) -> Path:
        """Return a picture's path."""
        return path_inside(self.folder, self.records[number].file_name)

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        return open_image(self.where(number))


def open_source(folder: Path) -> PictureSource:
    """Open a captioned folder, whichever way its pictures lie in it. Raises InputError where it holds none, or both kinds."""
    check_folder(folder)
    shards = find_shards(folder)
    return read_shards(folder, shards) if shards else LooseFolder(folder, read_folder(folder))
