"""The captioned folder: pictures on disk with captions and labels.

It has one of four forms; the first that is found is used:

- `metadata.jsonl`, utf-8, one JSON object a line: `file_name` (inside the folder, forward slashes), `text` (the main caption),
  `texts` (other full captions), `tags` (partial words, which do not name the thing fully), `labels` ({attribute: value}),
  `concept`, `family`, `split`. Only `file_name` is required.
- `picture.png` beside `picture.txt`, each line of which is a caption.
- pictures in two folders or more, whose names become the `class` label and the concept.
- pictures without captions.

A folder may hold tar shards instead of loose pictures; `ganvas.data.shards` reads them.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from ganvas.ground.config import Frozen, Name, Phrase, parse, validate
from ganvas.ground.errors import InputError
from ganvas.ground.files import PathsInside, check_folder, is_plain_name, parse_json, read_lines, read_text

METADATA = "metadata.jsonl"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
MAX_PICTURES = 1_000_000
MAX_METADATA_BYTES = 1_000_000_000
MAX_LINE = 20_000

FileName = Annotated[str, Field(min_length=1, max_length=255)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=64)]
Labels = Annotated[dict[Name, Name], Field(max_length=16)]
Split = Literal["train", "held out family", "held out pair", "test"]
"""How training uses a picture: "train" to learn from, held out ones to measure progress, "test" not at all."""


@dataclass(frozen=True, slots=True)
class Record:
    """The metadata of one picture. It is a dataclass, because a pydantic model takes 2 kB and large sets have many records.

    captions: full descriptions, the main one first. tags: partial words. concept: what is drawn, in
    any style. family: near variants of one concept, which are always held out together.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    file_name: FileName
    captions: Phrases = ()
    tags: Phrases = ()
    labels: Labels = field(default_factory=dict[str, str])
    concept: Phrase | None = None
    family: Phrase | None = None
    split: Split = "train"

    @property
    def kin(self) -> str:
        """The name that it shares with its near variants."""
        return self.family or self.concept or self.file_name


_RECORDS = TypeAdapter(Record)


def parse_record(content: Any, *, where: object) -> Record:
    """Parse a record. Raises InputError, which names the first invalid field."""
    return validate(_RECORDS.validate_python, content, where=where)


def record_json(record: Record, *, exclude_defaults: bool = False) -> bytes:
    """Return a record as one line of JSON, in utf-8."""
    return _RECORDS.dump_json(record, exclude_defaults=exclude_defaults)


class Deduplicator:
    """Shares equal phrases, lists of phrases and labels between records, because large sets repeat them often."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._labels: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}

    def of(self, record: Record) -> Record:
        """Return an equal record that uses the shared objects."""
        return Record(
            file_name=record.file_name, captions=self._list(record.captions), tags=self._list(record.tags),
            labels=self._labels.setdefault(tuple(record.labels.items()), record.labels),
            concept=self._text(record.concept), family=self._text(record.family), split=record.split,
        )  # fmt: skip

    def _list(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        known = self._lists.get(phrases)
        return (
            self._lists.setdefault(phrases, tuple(self._texts.setdefault(one, one) for one in phrases))
            if known is None
            else known
        )

    def _text(self, phrase: str | None) -> str | None:
        return None if phrase is None else self._texts.setdefault(phrase, phrase)


class MetadataLine(Frozen):
    """One line of metadata.jsonl."""

    file_name: FileName
    text: Phrase | None = None
    texts: Annotated[tuple[Phrase, ...], Field(max_length=63)] = ()
    tags: Phrases = ()
    labels: Labels = Field(default_factory=dict)
    concept: Phrase | None = None
    family: Phrase | None = None
    split: Split = "train"

    def record(self) -> Record:
        """Return the record, each caption once."""
        texts = self.texts if self.text is None else (self.text, *self.texts)
        captions = tuple(dict.fromkeys(texts))
        return Record(self.file_name, captions, self.tags, self.labels, self.concept, self.family, self.split)


def label_values(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """Return the labels that have two values or more, with their values; `style` first."""
    values: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.labels.items():
            values.setdefault(name, set()).add(value)
    several = sorted((name for name, found in values.items() if len(found) > 1), key=lambda name: (name != "style", name))
    return {name: tuple(sorted(values[name])) for name in several}


def read_folder(folder: Path) -> list[Record]:
    """Read a captioned folder of loose pictures, sorted by file name.

    Raises InputError for a missing or empty folder, which names file and line of an error.
    """
    check_folder(folder)
    metadata = folder / METADATA
    records = _from_metadata(folder, metadata) if metadata.exists() else _from_pictures(folder)
    if not records:
        raise InputError(
            "the folder holds no pictures", where=folder, do=f"put {', '.join(SUFFIXES)} files or plain .tar shards in it"
        )
    return sorted(records, key=lambda record: record.file_name)


def _from_metadata(folder: Path, metadata: Path) -> list[Record]:
    count = sum(1 for _ in read_lines(metadata, limit=MAX_METADATA_BYTES))
    if count > MAX_PICTURES:
        raise InputError(f"has {count:,} lines, more than the {MAX_PICTURES:,} allowed here", where=metadata)
    seen: dict[str, int] = {}
    records: list[Record] = []
    place, shared = PathsInside(folder), Deduplicator()
    for number, line in enumerate(read_lines(metadata, limit=MAX_METADATA_BYTES), start=1):
        if not line.strip():
            continue
        where = f"{metadata}, line {number}"
        record = shared.of(_from_line(place, line, where=where))
        if record.file_name in seen:
            raise InputError(f"{record.file_name} is on line {seen[record.file_name]} already", where=where)
        seen[record.file_name] = number
        records.append(record)
    return records


def _from_line(place: PathsInside, line: str, *, where: str) -> Record:
    if len(line) > MAX_LINE:
        raise InputError(f"the line has {len(line):,} characters, more than the {MAX_LINE:,} allowed here", where=where)
    record = parse(MetadataLine, parse_json(line, where=where), where=where).record()
    try:
        path, there = place(record.file_name)
    except (InputError, OSError) as error:
        raise InputError(f"file_name: {error}", where=where) from error
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{record.file_name} has no suffix of a picture", where=where, do=f"use {', '.join(SUFFIXES)}")
    if there is None:
        raise InputError(f"{record.file_name} is not in the folder", where=where, do="add the picture or remove the line")
    return record


def _from_pictures(folder: Path) -> list[Record]:
    records: list[Record] = []
    place, shared = PathsInside(folder), Deduplicator()
    for name in sorted(_names(folder)):
        path, _ = place(name)
        records.append(shared.of(parse_record({"file_name": name, "captions": _captions(path.with_suffix(".txt"))}, where=path)))
        if len(records) > MAX_PICTURES:
            raise InputError(f"holds more than the {MAX_PICTURES:,} pictures allowed here", where=folder)
    return label_by_folder(folder, records)


def _names(folder: Path) -> Iterator[str]:
    """Yield the file names of the pictures below a folder, as in records, in no order."""
    for parent, _, files in os.walk(folder):
        within = Path(parent).relative_to(folder)
        for name in files:
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and Path(parent, name).is_file():
                yield (within / name).as_posix()


def label_by_folder(folder: Path, records: list[Record]) -> list[Record]:
    """Use folder names as classes, if no record has metadata and every picture is in one of several folders."""
    classes = [record.file_name.partition("/")[0] if "/" in record.file_name else "" for record in records]
    if "" in classes or len(set(classes)) < 2 or any(_known(record) for record in records):
        return records
    plain = all(is_label(name) for name in classes)  # other names become concepts but not labels
    known = {
        name: parse_record({"file_name": name, "concept": name, "labels": {"class": name} if plain else {}}, where=folder / name)
        for name in dict.fromkeys(classes)
    }
    return [
        replace(record, concept=known[name].concept, labels=known[name].labels)
        for record, name in zip(records, classes, strict=True)
    ]


def _known(record: Record) -> bool:
    return bool(record.captions or record.labels or record.concept)


def is_label(text: str) -> bool:
    """Return whether a text can be the value of a label."""
    return is_plain_name(text) and len(text) <= 64


def _captions(path: Path) -> tuple[str, ...]:
    return parse_captions(read_text(path, limit=MAX_LINE), where=path) if path.exists() else ()


def parse_captions(text: str, *, where: object) -> tuple[str, ...]:
    """Return the captions of picture.txt, one a line. Raises InputError, which names the line."""
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if line:
            parse(_Caption, {"caption": line}, where=f"{where}, line {number}")
    return tuple(dict.fromkeys(line for line in lines if line))


class _Caption(Frozen):
    """One line of picture.txt."""

    caption: Phrase
