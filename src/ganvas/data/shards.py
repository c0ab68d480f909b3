"""Tar shards: pictures read in place through an index of their positions. Nothing is unpacked or cached but the index.

The WebDataset convention: members whose names agree up to the first dot of the last part belong
together. `cats/0001.png` (or any of SUFFIXES) is a picture; `cats/0001.txt` its captions, one a
line, as are those of `cats/0001.caption`; `cats/0001.json` its record, of which the fields of
metadata.jsonl are used; `cats/0001.cls` its class. All other members are ignored.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from ganvas.data.classes import label_by_folder
from ganvas.data.inventory import UNREAD, UNREADABLE, Inventory, is_hidden
from ganvas.data.records import (
    MAX_LINE,
    MAX_METADATA_BYTES,
    MAX_PICTURES,
    METADATA,
    SUFFIXES,
    Deduplicator,
    Record,
    parse_record,
    record_json,
)
from ganvas.data.rows import MAX_LABEL, Row, read_row
from ganvas.data.tar import MAX_NAME, Member, members
from ganvas.data.texts import Notes, captions_of, decode
from ganvas.ground.characters import clean_line, cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError
from ganvas.ground.files import (
    build_folder,
    digest_of,
    parse_json,
    read_json,
    read_lines,
    read_or_build,
    user_cache,
    write_bytes,
    write_json,
)
from ganvas.ground.folder_files import FolderFiles
from ganvas.ground.images import MAX_BYTES, decode_image

INDEX_FORMAT = 2
"""Raise it when indexing changes, so that older indexes are not used."""
MAX_MEMBERS = 8 * MAX_PICTURES
_MAX_INDEX = 4 * MAX_METADATA_BYTES


@dataclass(frozen=True)
class Shards:
    """A folder's shards, indexed. records: sorted by name. spans: int64 (N, 3): number of the shard, offset, size.

    left: what was left out while indexing, with reasons. notes: what else is to be said.
    """

    opener: FolderFiles
    names: tuple[str, ...]
    records: list[Record]
    spans: np.ndarray
    left: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that holds the shards."""
        return self.opener.root

    def files(self) -> list[tuple[str, int, int]]:
        """Return name, size in bytes and time of change of each shard."""
        return _files(self.opener, self.names)

    def where(self, number: int) -> str:
        """Return the position of a picture for error messages."""
        return f"{self.opener.path(self.names[self.spans[number, 0]])}, {self.records[number].file_name}"

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        shard, offset, size = (int(part) for part in self.spans[number])
        return decode_image(_read(self.opener, self.names[shard], offset, size), where=self.where(number))


def find_shards(inventory: Inventory) -> tuple[str, ...]:
    """Return the names of a folder's shards, sorted. Raises InputError where there are loose pictures or metadata beside them."""
    names = tuple(sorted(name for name in inventory.others if name.lower().endswith(".tar") and "/" not in name))
    loose = next(iter([*inventory.pictures, *(name for name in inventory.tables if name == METADATA)]), None)
    if names and loose is not None:
        raise InputError(f"holds both shards ({names[0]}) and loose pictures ({loose})", where=inventory.files.root,
                         do="keep one kind in it")  # fmt: skip
    return names


def read_shards(files: FolderFiles, names: tuple[str, ...]) -> Shards:
    """Index shards, or read the index from the user cache, by their names, sizes and times of change.

    A shard or member that cannot be used is left out and listed in `left`. Raises InputError when
    no picture is left.
    """
    known = _files(files, names)
    place = user_cache("shards") / digest_of(f"{INDEX_FORMAT} {files.root.resolve()} {known}".encode())[:32]

    def build() -> None:
        with build_folder(place, existing="keep") as work:
            _write(_Index(files).of(names), work)

    def read() -> Shards:
        lines, shared = read_lines(place / "records.jsonl", limit=_MAX_INDEX), Deduplicator()
        records = [shared.of(parse_record(parse_json(line, where=place), where=place)) for line in lines]
        spans = np.load(place / "spans.npy", allow_pickle=False)
        left, notes = (tuple(read_json(place / name, limit=_MAX_INDEX)) for name in ("left.json", "notes.json"))
        return Shards(files, names, records, spans, left, notes)

    return read_or_build(place, read, build)


def _files(files: FolderFiles, names: tuple[str, ...]) -> list[tuple[str, int, int]]:
    known = [files.stat(name) for name in names]
    return [(name, one.st_size, one.st_mtime_ns) for name, one in zip(names, known, strict=True)]


def _read(files: FolderFiles, name: str, offset: int, size: int) -> bytes:
    try:
        with files.open(name) as file:
            file.seek(offset, io.SEEK_SET)
            return file.read(size)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=files.path(name)) from error


@dataclass
class _Found:
    """The result of indexing, not sorted yet."""

    records: list[Record]
    spans: list[tuple[int, int, int]]
    left: list[str]
    notes: Notes


def _write(found: _Found, work: Path) -> None:
    order = sorted(range(len(found.records)), key=lambda number: found.records[number].file_name)
    lines = [record_json(found.records[number], exclude_defaults=True) + b"\n" for number in order]
    write_bytes(work / "records.jsonl", b"".join(lines))
    np.save(work / "spans.npy", np.array([found.spans[number] for number in order], dtype=np.int64))
    write_json(work / "left.json", found.left)
    write_json(work / "notes.json", found.notes.lines())


@dataclass
class _Shard:
    """The members of one shard that are used. beside: metadata of pictures, by key and kind."""

    pictures: list[Member] = field(default_factory=list[Member])
    beside: dict[tuple[str, str], Member] = field(default_factory=dict[tuple[str, str], Member])


class _Index:
    """Indexes shards one after another."""

    def __init__(self, files: FolderFiles) -> None:
        self.files, self.folder = files, files.root
        self.found = _Found([], [], [], Notes())
        self.names = set[str]()
        self.members = 0

    def of(self, names: tuple[str, ...]) -> _Found:
        """Index all shards. Raises InputError when there is no picture in them, or more than is allowed."""
        for number, name in enumerate(names):
            shard = self._sort(name)
            if self.members > MAX_MEMBERS:
                raise InputError(f"its shards hold more than the {MAX_MEMBERS:,} members allowed here", where=self.folder)
            for member in shard.pictures:
                self._add(member, shard, name, number=number)
        if not self.found.records:
            why = f": {self.found.left[0]}" if self.found.left else ""
            raise InputError(f"no picture in its shards can be used{why}", where=self.folder)
        self.found.records = label_by_folder(self.found.records, self.found.notes)
        return self.found

    def _sort(self, name: str) -> _Shard:
        """Separate the pictures of a shard from their metadata, as far as it can be read."""
        shard, seen = _Shard(), set[str]()
        try:
            with self.files.open(name) as file:
                for member in islice(members(file, where=self.files.path(name)), MAX_MEMBERS + 1 - self.members):
                    self.members += 1
                    if member.wrong or not any(map(is_hidden, member.name.split("/"))):
                        self._sort_member(name, shard, member, "is in it twice" if member.name in seen else "")
                    seen.add(member.name)
        except InputError as error:  # the rest of this shard is lost; the others are still read
            self.found.left.append(f"{name}: {str(error).removeprefix(f'{self.files.path(name)}: ')}")
        return shard

    def _sort_member(self, name: str, shard: _Shard, member: Member, wrong: str) -> None:
        key, kind = _key(member.name)
        if member.wrong or wrong:
            self._leave_out(name, member, member.wrong or wrong)
        elif f".{kind}" in SUFFIXES:
            shard.pictures.append(member)
        elif kind in _BESIDE:
            shard.beside[key, kind] = member
        elif f".{kind}" in UNREAD:
            self._leave_out(name, member, f"{UNREADABLE}: .{kind}")
        elif member.name.lower().endswith(SUFFIXES) and kind:
            self._leave_out(name, member, f"is not read as a picture, but as the {kind} of {PurePosixPath(key).name}")

    def _leave_out(self, shard: str, member: Member, reason: str) -> None:
        self.found.left.append(f"{shard}, {member.name}: {reason}")

    def _add(self, member: Member, shard: _Shard, own: str, *, number: int) -> None:
        """Add a picture with its record. A name that an earlier shard has too gets the shard's name as a prefix."""
        name = f"{own}/{member.name}" if member.name in self.names else member.name
        try:
            if name in self.names or len(name) > MAX_NAME:
                raise InputError("has a name that is taken")
            if member.size > MAX_BYTES:
                raise InputError(f"has {member.size:,} bytes, more than the {MAX_BYTES:,} allowed here")
            key, _ = _key(member.name)
            texts = {kind: self._text(own, shard.beside[key, kind]) for kind in _BESIDE if (key, kind) in shard.beside}
            names = {kind: shard.beside[key, kind].name for kind in texts}
            record = _record(name, texts, names, self.found.notes)
        except InputError as error:
            self._leave_out(own, member, str(error))
            return
        if len(self.found.records) == MAX_PICTURES:
            raise InputError(f"its shards hold more than the {MAX_PICTURES:,} pictures allowed here", where=self.folder)
        self.names.add(name)
        self.found.records.append(record)
        self.found.spans.append((number, member.offset, member.size))

    def _text(self, shard: str, member: Member) -> str:
        if member.size > MAX_LINE:
            raise InputError(f"has {member.size:,} bytes, more than the {MAX_LINE:,} allowed here", where=member.name)
        try:
            return decode(_read(self.files, shard, member.offset, member.size))
        except InputError as error:
            raise InputError(str(error), where=member.name) from error


def _key(name: str) -> tuple[str, str]:
    """Split a name at the first dot of its last part into key and kind; hidden files have no kind."""
    parent, _, last = name.rpartition("/")
    stem, _, kind = last.partition(".")
    return (f"{parent}/{stem}", kind.lower()) if stem else (name, "")


_BESIDE = ("txt", "caption", "json", "cls")


def _record(name: str, texts: Mapping[str, str], names: Mapping[str, str], notes: Notes) -> Record:
    """Read what stands beside a picture. Raises InputError, which names the member that cannot be used."""
    row = Row()
    if "json" in texts:
        try:
            row = read_row(parse_json(texts["json"], where=""), notes=Notes(), where=names["json"])
        except InputError as error:
            raise InputError(str(error), where=names["json"]) from error
    for kind in ("txt", "caption"):
        lines = texts.get(kind, "").splitlines()
        row = row.joined(Row(captions=captions_of(lines, notes=notes, name=names.get(kind, ""))))
    if (value := clean_line(texts.get("cls", ""))) != "":
        label = cut_at_word(value, MAX_LABEL)
        concept = row.concept or (None if row.captions else cut_at_word(value, PHRASE))  # as for class folders
        row = replace(row, labels={"class": label, **row.labels}, concept=concept)
    return row.record(name)
