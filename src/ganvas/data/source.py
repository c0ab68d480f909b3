"""Sources of pictures: a captioned folder with loose pictures or tar shards. Pictures are decoded on access."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PIL import Image

from ganvas.data.folder import LoosePictures, read_loose
from ganvas.data.inventory import take_inventory
from ganvas.data.records import Record
from ganvas.data.shards import find_shards, read_shards
from ganvas.ground.files import check_folder
from ganvas.ground.images import MAX_BYTES, decode_image


@runtime_checkable
class PictureSource(Protocol):
    """Pictures by number with their records. left: pictures that are left out already, with reasons. notes: what else to say."""

    @property
    def folder(self) -> Path: ...

    @property
    def records(self) -> list[Record]: ...

    @property
    def left(self) -> tuple[str, ...]: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

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
    found: LoosePictures

    @property
    def records(self) -> list[Record]:
        """What is known of each picture, sorted by name."""
        return self.found.records

    @property
    def left(self) -> tuple[str, ...]:
        """Pictures that are left out, with reasons."""
        return self.found.left

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is to be said of the folder."""
        return self.found.notes

    def files(self) -> Iterator[tuple[str, int, int]]:
        """Give name, size in bytes and time of change of each picture."""
        for one in self.records:
            known = self.found.files.stat(one.file_name)
            yield one.file_name, known.st_size, known.st_mtime_ns

    def where(self, number: int) -> Path:
        """Return a picture's path."""
        return self.found.files.path(self.records[number].file_name)

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        content = self.found.files.read(self.records[number].file_name, limit=MAX_BYTES)
        return decode_image(content, where=self.where(number))


def open_source(folder: Path) -> PictureSource:
    """Open a captioned folder with loose pictures or tar shards. Raises InputError where it holds none, or both."""
    check_folder(folder)
    inventory = take_inventory(folder)
    shards = find_shards(inventory)
    return read_shards(inventory.files, shards) if shards else LooseFolder(folder, read_loose(folder, inventory))
