"""Plain tar archives, read in place and untrusted: the position of each member.

The header tells which of three dialects it is: ustar, pax (both POSIX.1-2001, `pax`, "ustar
Interchange Format") or GNU's long names. Only headers are read, never members, and nothing is
written.
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ganvas.ground.characters import is_printable
from ganvas.ground.errors import InputError
from ganvas.ground.files import leads_inside

BLOCK = 512
MAX_EXTENSION = 65_536
"""Bytes of an extension header: a long name, or a few pax records."""
MAX_NAME = 255
_OCTAL = re.compile(rb" *([0-7]*)(?:[ \0].*)?\Z", re.DOTALL)
_PAX_LENGTH = re.compile(rb"[1-9]\d{0,9} ")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")
_FILES, _LINKS, _FOLDER, _DEVICES, _SPARSE = b"\0007", b"12", b"5", b"346", b"S"


@dataclass(frozen=True)
class Member:
    """A member that is no folder: `size` bytes at `offset` of the archive. wrong: why it cannot be used, or empty."""

    name: str
    offset: int
    size: int
    wrong: str = ""


def members(file: BinaryIO, *, where: Path) -> Iterator[Member]:
    """Yield the members of an open archive in order, in time and memory bounded by its headers.

    Raises InputError where the rest cannot be read; the members before that are valid.
    """
    try:
        end = file.seek(0, io.SEEK_END)
        start = _at(file, 0, BLOCK)
        if not start:
            raise InputError("is empty", where=where)
        if start.startswith(_COMPRESSED):
            raise InputError("is compressed, and shards are read in place", where=where, do="unpack it to a plain .tar")
        yield from _walk(file, end, where=where)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from error


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset, os.SEEK_SET)
    return file.read(size)


def _walk(file: BinaryIO, end: int, *, where: Path) -> Iterator[Member]:
    place, known = 0, dict[bytes, bytes]()
    while any(header := _at(file, place, BLOCK)):
        size = _size(header, known)
        if len(header) < BLOCK or size is None:
            raise InputError("is no tar archive" if place == 0 else f"is broken at byte {place:,}", where=where)
        kind, start = header[156:157], place + BLOCK
        if kind == _SPARSE:
            start = _after_maps(file, header, start)
        if kind in _LINKS + _FOLDER + _DEVICES:
            size = 0  # no bytes follow these headers, whatever size they state
        if start + size > end:
            raise InputError(f"is cut off at byte {place:,}", where=where)
        place = start + -(-size // BLOCK) * BLOCK
        if kind in b"xgLK":
            if size > MAX_EXTENSION:
                raise InputError(f"is broken at byte {start:,}: a name is too long", where=where)
            known |= _extension(kind, _at(file, start, size), where=where, place=start)
            continue
        name = _name(header, known)
        if kind != _FOLDER and not name.endswith("/"):
            yield _member(name, start, size, _wrong(kind, known))
        known = {}
    if place >= end:
        raise InputError("has no end mark: it may be cut off", where=where)


def _size(header: bytes, known: dict[bytes, bytes]) -> int | None:
    """Return how many bytes follow a header; None where its checksum or its numbers are invalid."""
    checksum = _number(header[148:156])
    if checksum != sum(header[:148]) + sum(header[156:]) + 8 * ord(" "):
        return None
    if header[156:157] not in b"xgLK" and b"size" in known:
        return int(known[b"size"]) if re.fullmatch(rb"\d{1,18}", known[b"size"]) else None
    return _number(header[124:136])


def _number(field: bytes) -> int | None:
    """Read an octal number or, after a byte 0x80, a binary one; None for anything else, negative ones too."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    found = _OCTAL.match(field)
    return int(found[1] or b"0", 8) if found else None


def _after_maps(file: BinaryIO, header: bytes, start: int) -> int:
    """Return where the data of a GNU sparse file begin: after the blocks of its map, each of which says if another follows."""
    more = header[482:483]
    while more == b"\1":
        more = _at(file, start, BLOCK)[504:505]
        start += BLOCK
    return start


def _extension(kind: bytes, content: bytes, *, where: Path, place: int) -> dict[bytes, bytes]:
    """Return what an extension header says of the next member; global pax headers are ignored.

    Only `path`, `size` and whether it is sparse are kept.
    """
    if kind == b"L":
        return {b"path": content.rstrip(b"\0")}
    found: dict[bytes, bytes] = {}
    rest = content if kind == b"x" else b""
    while rest:
        length = _PAX_LENGTH.match(rest)
        line = rest[length.end() : int(length[0])] if length else b""
        if length is None or not line.endswith(b"\n") or int(length[0]) > len(rest):
            raise InputError(f"is broken at byte {place:,}: no pax record", where=where)
        key, _, value = line[:-1].partition(b"=")
        if key in (b"path", b"size"):
            found[key] = value
        elif key.startswith(b"GNU.sparse"):
            found[_SPARSE] = b""
        rest = rest[int(length[0]) :]
    return found


def _name(header: bytes, known: dict[bytes, bytes]) -> str:
    name = known.get(b"path")
    if name is None:
        name, prefix = (part.partition(b"\0")[0] for part in (header[:100], header[345:500]))
        name = prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name
    return name.decode("utf-8", errors="backslashreplace")  # names with a backslash are refused later


def _wrong(kind: bytes, known: dict[bytes, bytes]) -> str:
    if kind == _SPARSE or _SPARSE in known:
        return "is a sparse file"
    if kind in _LINKS:
        return "is a link"
    return "" if kind in b"0" + _FILES else "is no plain file"


def _member(name: str, offset: int, size: int, wrong: str) -> Member:
    if not is_printable(name) or not leads_inside(name):
        return Member(ascii(name[:80]), offset, size, "has a name that is not allowed")
    name = PurePosixPath(name).as_posix()  # "./a.png" is "a.png"
    if len(name) > MAX_NAME:
        return Member(f"{name[:80]}...", offset, size, f"has a name of more than {MAX_NAME} characters")
    return Member(name, offset, size, wrong)
