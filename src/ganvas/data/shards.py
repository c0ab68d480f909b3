"""Tar shards: pictures read in place through an index of their positions. Nothing is unpacked or cached but the index.

The WebDataset convention: members whose names agree up to the first dot of the last part belong
together. `cats/0001.png` (or any of SUFFIXES) is a picture; `cats/0001.txt` its captions, one a
line; `cats/0001.json` its record, of which the fields of metadata.jsonl are used; `cats/0001.cls`
its class. All other members are ignored.
"""

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from ganvas.data.folder import (
    MAX_LINE,
    MAX_METADATA_BYTES,
    MAX_PICTURES,
    METADATA,
    SUFFIXES,
    Deduplicator,
    MetadataLine,
    Record,
    is_label,
    label_by_folder,
    parse_captions,
    parse_record,
    record_json,
)
from ganvas.data.tar import MAX_NAME, Member, members
from ganvas.ground.config import Frozen, Phrase, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import (
    build_folder,
    digest_of,
    parse_json,
    path_inside,
    read_json,
    read_lines,
    read_or_build,
    user_cache,
    write_bytes,
    write_json,
)
from ganvas.ground.images import MAX_BYTES, decode_image

INDEX_FORMAT = 1
"""Raise it when indexing changes, so that older indexes are not used."""
MAX_MEMBERS = 8 * MAX_PICTURES
_FIELDS = set(MetadataLine.model_fields) - {"file_name"}
_MAX_INDEX = 4 * MAX_METADATA_BYTES


@dataclass(frozen=True)
class Shards:
    """A folder's shards, indexed. records: sorted by name. spans: int64 (N, 3): number of the shard, offset, size.

    left: what was left out while indexing, with reasons.
    """

    folder: Path
    paths: tuple[Path, ...]
    records: list[Record]
    spans: np.ndarray
    left: tuple[str, ...]

    def files(self) -> list[tuple[str, int, int]]:
        """Return name, size in bytes and time of change of each shard."""
        return _files(self.paths)

    def where(self, number: int) -> str:
        """Return the position of a picture for error messages."""
        return f"{self.paths[self.spans[number, 0]]}, {self.records[number].file_name}"

    def picture(self, number: int) -> Image.Image:
        """Read and decode a picture. Raises InputError."""
        shard, offset, size = (int(part) for part in self.spans[number])
        return decode_image(_read(self.paths[shard], offset, size), where=self.where(number))


def find_shards(folder: Path) -> tuple[Path, ...]:
    """Return the paths of a folder's shards, sorted. Raises InputError where there are loose pictures beside them."""
    names = sorted(one.name for one in os.scandir(folder) if one.name.lower().endswith(".tar") and one.name[0] != ".")
    paths = tuple(path for name in names if (path := path_inside(folder, name)).is_file())
    loose = next(_loose(folder), None) if paths else None
    if loose is not None:
        raise InputError(f"holds both shards ({paths[0].name}) and loose pictures ({loose})", where=folder,
                         do="keep one kind in it")  # fmt: skip
    return paths


def _loose(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path == folder / METADATA or (path.suffix.lower() in SUFFIXES and not path.name.startswith(".")):
            yield path.relative_to(folder).as_posix()


def read_shards(folder: Path, paths: tuple[Path, ...]) -> Shards:
    """Index shards, or read the index from the user cache, by their names, sizes and times of change.

    A shard or member that cannot be used is left out and listed in `left`. Raises InputError when
    no picture is left.
    """
    files = _files(paths)
    place = user_cache("shards") / digest_of(f"{INDEX_FORMAT} {folder.resolve()} {files}".encode())[:32]

    def build() -> None:
        with build_folder(place, existing="keep") as work:
            _write(_Index(folder).of(paths), work)

    def read() -> Shards:
        lines, shared = read_lines(place / "records.jsonl", limit=_MAX_INDEX), Deduplicator()
        records = [shared.of(parse_record(parse_json(line, where=place), where=place)) for line in lines]
        spans = np.load(place / "spans.npy", allow_pickle=False)
        return Shards(folder, paths, records, spans, tuple(read_json(place / "left.json", limit=_MAX_INDEX)))

    return read_or_build(place, read, build)


def _files(paths: tuple[Path, ...]) -> list[tuple[str, int, int]]:
    known = [path.stat() for path in paths]
    return [(path.name, one.st_size, one.st_mtime_ns) for path, one in zip(paths, known, strict=True)]


def _read(path: Path, offset: int, size: int) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset, io.SEEK_SET)
            return file.read(size)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=path) from error


@dataclass
class _Found:
    """The result of indexing, not sorted yet."""

    records: list[Record]
    spans: list[tuple[int, int, int]]
    left: list[str]


def _write(found: _Found, work: Path) -> None:
    order = sorted(range(len(found.records)), key=lambda number: found.records[number].file_name)
    lines = [record_json(found.records[number], exclude_defaults=True) + b"\n" for number in order]
    write_bytes(work / "records.jsonl", b"".join(lines))
    np.save(work / "spans.npy", np.array([found.spans[number] for number in order], dtype=np.int64))
    write_json(work / "left.json", found.left)


@dataclass
class _Shard:
    """The members of one shard that are used. beside: metadata of pictures, by key and kind."""

    pictures: list[Member] = field(default_factory=list[Member])
    beside: dict[tuple[str, str], Member] = field(default_factory=dict[tuple[str, str], Member])


class _Index:
    """Indexes shards one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found = _Found([], [], [])
        self.names = set[str]()
        self.members = 0

    def of(self, paths: tuple[Path, ...]) -> _Found:
        """Index all shards. Raises InputError when there is no picture in them, or more than is allowed."""
        for number, path in enumerate(paths):
            shard = self._sort(path)
            if self.members > MAX_MEMBERS:
                raise InputError(f"its shards hold more than the {MAX_MEMBERS:,} members allowed here", where=self.folder)
            for member in shard.pictures:
                self._add(member, shard, path, number=number)
        if not self.found.records:
            why = f": {self.found.left[0]}" if self.found.left else ""
            raise InputError(f"no picture in its shards can be used{why}", where=self.folder)
        self.found.records = label_by_folder(self.folder, self.found.records)
        return self.found

    def _sort(self, path: Path) -> _Shard:
        """Separate the pictures of a shard from their metadata, as far as it can be read."""
        shard, seen = _Shard(), set[str]()
        try:
            for member in islice(members(path), MAX_MEMBERS + 1 - self.members):
                self.members += 1
                key, kind = _key(member.name)
                wrong = member.wrong or ("is in it twice" if member.name in seen else "")
                seen.add(member.name)
                if wrong:
                    self._leave_out(path, member, wrong)
                elif f".{kind}" in SUFFIXES:
                    shard.pictures.append(member)
                elif kind in _BESIDE:
                    shard.beside[key, kind] = member
                elif member.name.lower().endswith(SUFFIXES) and kind:
                    self._leave_out(path, member, f"is not read as a picture, but as the {kind} of {PurePosixPath(key).name}")
        except InputError as error:  # the rest of this shard is lost; the others are still read
            self.found.left.append(f"{path.name}: {str(error).removeprefix(f'{path}: ')}")
        return shard

    def _leave_out(self, path: Path, member: Member, reason: str) -> None:
        self.found.left.append(f"{path.name}, {member.name}: {reason}")

    def _add(self, member: Member, shard: _Shard, path: Path, *, number: int) -> None:
        """Add a picture with its record. A name that an earlier shard has too gets the shard's name as a prefix."""
        name = f"{path.name}/{member.name}" if member.name in self.names else member.name
        try:
            if name in self.names or len(name) > MAX_NAME:
                raise InputError("has a name that is taken")
            if member.size > MAX_BYTES:
                raise InputError(f"has {member.size:,} bytes, more than the {MAX_BYTES:,} allowed here")
            key, _ = _key(member.name)
            record = _record(name, path, {kind: shard.beside[key, kind] for kind in _BESIDE if (key, kind) in shard.beside})
        except InputError as error:
            self._leave_out(path, member, str(error))
            return
        if len(self.found.records) == MAX_PICTURES:
            raise InputError(f"its shards hold more than the {MAX_PICTURES:,} pictures allowed here", where=self.folder)
        self.names.add(name)
        self.found.records.append(record)
        self.found.spans.append((number, member.offset, member.size))


def _key(name: str) -> tuple[str, str]:
    """Split a name at the first dot of its last part into key and kind; hidden files have no kind."""
    parent, _, last = name.rpartition("/")
    stem, _, kind = last.partition(".")
    return (f"{parent}/{stem}", kind.lower()) if stem else (name, "")


_BESIDE = ("txt", "json", "cls")


def _record(name: str, path: Path, beside: Mapping[str, Member]) -> Record:
    """Parse the metadata members of a picture. Raises InputError, which names the invalid one."""
    texts, names = {kind: _text(path, one) for kind, one in beside.items()}, {kind: one.name for kind, one in beside.items()}
    record = _record_from_json(name, texts["json"], where=names["json"]) if "json" in texts else Record(file_name=name)
    lines = parse_captions(texts["txt"], where=names["txt"]) if "txt" in texts else ()
    known: dict[str, Any] = {"captions": tuple(dict.fromkeys((*record.captions, *lines)))}
    if "cls" in texts:
        value = parse(_Class, {"value": texts["cls"]}, where=names["cls"]).value
        if is_label(value):
            known["labels"] = {"class": value, **record.labels}
        if not (known["captions"] and is_label(value)):  # as for class folders
            known["concept"] = record.concept or value
    return parse_record({**asdict(record), **known}, where=name)


def _text(path: Path, member: Member) -> str:
    if member.size > MAX_LINE:
        raise InputError(f"has {member.size:,} bytes, more than the {MAX_LINE:,} allowed here", where=member.name)
    try:
        return _read(path, member.offset, member.size).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8 text", where=member.name) from error


def _record_from_json(name: str, text: str, *, where: str) -> Record:
    content = parse_json(text, where=where)
    if isinstance(content, dict):  # records of other tools: use the fields that have our names
        content = {known: content[known] for known in _FIELDS if known in content} | {"file_name": name}
    return parse(MetadataLine, content, where=where).record()


class _Class(Frozen):
    """The text of picture.cls."""

    value: Phrase
