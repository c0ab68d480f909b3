"""A zip file of pictures, unpacked within bounds.

Names come from strangers: a file gets the name that the archive gives it only where that is relative and harmless, links are
never made, what is no picture and says nothing about pictures stays inside, and sizes are counted while they are written.
"""

import errno
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from ganvas.data.inventory import TABLES, TEXTS, is_hidden
from ganvas.data.records import SUFFIXES
from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, leads_inside, write_bytes
from ganvas.ground.images import MAX_BYTES

MOST_FILES, MOST_UNPACKED, MOST_RATIO = 20_000, 2_000_000_000, 200
"""Files of an archive, bytes that they may be when unpacked, and how many times as large as the archive that may be."""
MAX_LIST = 8_000_000
"""Bytes of the list of entries at most."""
_END, _END_BYTES, _END_64, _LOCATOR_BYTES = b"PK\x05\x06", 22, b"PK\x06\x07", 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ = (*SUFFIXES, *TEXTS, *TABLES)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, OverflowError)
_FORBIDDEN = frozenset('<>:"|?*\\\0')
"""Characters that some file system takes for something else."""


def unpack_pictures(archive: Path, folder: Path) -> int:
    """Unpack the pictures of a zip file, with what says something about them, into a new folder; return how many pictures.

    Raises InputError for what is no zip file, for more than the bounds allow, and where there is no picture in it.
    """
    where, size = archive.name[:80], archive.stat().st_size
    with archive.open("rb") as file:
        _check_end(file, size, where=where)
        try:
            with zipfile.ZipFile(file) as opened, build_folder(folder) as work:
                return _unpack(opened, work, where=where, most=min(MOST_UNPACKED, size * MOST_RATIO))
        except _UNREADABLE as error:
            if isinstance(error, InputError) or (isinstance(error, OSError) and error.errno in _FULL):
                raise
            raise InputError("is no whole zip file", where=where, do="pack the pictures again") from error


def _check_end(file: BinaryIO, size: int, *, where: str) -> None:
    """Look at an archive's last record before anything reads its list of entries into memory. Raises InputError."""
    file.seek(max(size - _END_BYTES - 65_535, 0))  # a comment of up to so many bytes may follow it
    before, found, end = file.read().rpartition(_END)
    if not found or len(end) < _END_BYTES - len(_END):
        raise InputError("is no whole zip file", where=where, do="pack the pictures again")
    count, listed = int.from_bytes(end[6:8], "little"), int.from_bytes(end[8:12], "little")
    if count > MOST_FILES or listed > MAX_LIST or _END_64 in before[-_LOCATOR_BYTES:]:
        raise InputError(f"holds more than {MOST_FILES:,} files", where=where, do="make a smaller archive")


def _unpack(opened: zipfile.ZipFile, folder: Path, *, where: str, most: int) -> int:
    members = [one for one in opened.infolist() if _is_wanted(one)]
    if len(members) > MOST_FILES:
        raise InputError(f"holds {len(members):,} files, more than {MOST_FILES:,}", where=where)
    left, pictures, seen = most, 0, set[str]()
    for member in members:
        if member.filename.casefold() in seen:
            continue
        seen.add(member.filename.casefold())
        with opened.open(member) as stream:
            content = stream.read(min(left, MAX_BYTES) + 1)
        left -= len(content)
        if left < 0 or len(content) > MAX_BYTES:
            raise InputError("would be far larger unpacked than pictures are", where=where, do="pack pictures, and nothing else")
        write_bytes(folder / member.filename, content)
        pictures += member.filename.lower().endswith(SUFFIXES)
    if not pictures:
        raise InputError("holds no pictures", where=where, do=f"pack {', '.join(SUFFIXES)} files")
    return pictures


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    """Say whether a member is a plain file of a kind that is read, under a name that leads nowhere else."""
    name, mode = member.filename, member.external_attr >> 16
    if member.is_dir() or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode)):
        return False
    if not leads_inside(name) or _FORBIDDEN & set(name) or not name.isprintable() or len(name) > 240:
        return False
    parts = name.split("/")
    return not any(is_hidden(part) or part.endswith((".", " ")) for part in parts) and name.lower().endswith(_READ)
