"""A model in one file: a zip archive of its folder, the same bytes for the same model. It is read in place and never unpacked.

Such a file comes from strangers. Only the names that model.json gives are looked up, so that no name leads anywhere; each is read
up to a limit that is kept while reading, so that nothing swells; and an archive with more entries than a model has files is not
opened.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes, write_bytes

SUFFIX = ".zip"
MOST_FILES, MAX_DIRECTORY = 64, 20_000
"""Entries of an archive, and bytes of its list of them."""
_END, _END_64, _END_BYTES, _LOCATOR_BYTES = b"PK\x05\x06", b"PK\x06\x07", 22, 20
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: an archive says nothing of when it was made."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
"""What the library raises for broken, encrypted and strangely compressed entries."""


def is_packed(path: Path) -> bool:
    """Say whether a path is a file that is called as packed models are."""
    return path.suffix == SUFFIX and path.is_file()


def pack(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write files as one archive, uncompressed and in order of their names. Raises InputError over what is there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # whatever system it is made on
            archive.writestr(entry, contents[name])
    try:
        write_bytes(path, stream.getvalue(), replace=False)
    except FileExistsError as error:
        raise InputError("there is something already", where=path, do="give another name with -o") from error


class Packed:
    """A packed model that is open. limit: bytes that the archive may have."""

    def __init__(self, path: Path, *, limit: int) -> None:
        """Read an archive into memory. Raises InputError for what is no archive, or one with too many entries."""
        self._path, content = path, read_bytes(path, limit=limit)
        _check_end(content, path)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _UNREADABLE as error:
            raise InputError("is no packed model", where=path, do="make one with: ganvas pack MODEL") from error

    def read(self, name: str, *, limit: int) -> bytes:
        """Read one file of at most `limit` bytes. Raises InputError where it is missing, broken or larger."""
        where = f"{self._path}, {name[:80]}"
        try:
            with self._archive.open(name) as file:
                content = file.read(limit + 1)
        except KeyError:
            raise InputError("there is no such file in it", where=where) from None
        except _UNREADABLE as error:
            raise InputError("is broken, encrypted or strangely compressed", where=where, do="get the model again") from error
        if len(content) > limit:
            raise InputError(f"has more than the {limit:,} bytes allowed here", where=where)
        return content


def _check_end(content: bytes, path: Path) -> None:
    """Look at an archive's last record before anything reads its list of entries. Raises InputError."""
    end, before = content[-_END_BYTES:], content[-_END_BYTES - _LOCATOR_BYTES : -_END_BYTES]
    if len(end) < _END_BYTES or not end.startswith(_END) or end[20:] != b"\0\0" or before.startswith(_END_64):
        raise InputError("is no packed model", where=path, do="make one with: ganvas pack MODEL")
    count, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if count > MOST_FILES or size > MAX_DIRECTORY:
        raise InputError(f"holds {count:,} files, more than a model has", where=path)
