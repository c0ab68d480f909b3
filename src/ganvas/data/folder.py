"""The captioned folder: pictures on disk and the words that go with them.

Four forms, the first that is found holds:

- `metadata.jsonl`, utf-8, one JSON object a line: `file_name` (inside the folder, forward slashes), `text` (the main caption),
  `texts` (other full captions), `tags` (partial words, which do not name the thing fully), `labels` ({attribute: value}),
  `concept`, `family`, `split`. Only `file_name` must be there.
- `picture.png` beside `picture.txt`, each line of which is a caption.
- pictures in two folders or more, each named by what it holds: a `class` label, and the concept.
- pictures without words.

Or a folder holds no loose pictures but tar shards, which `ganvas.data.shards` reads.
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
"""What a training may read: "train" to learn from, what is held out to say how it goes, "test" not at all."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one picture. A large set has so many of these that they are no pydantic models, which take 2 kB each.

    captions: full names of it, the main one first; none = a picture without words. tags: partial words.
    concept: what is drawn, whoever drew it. family: near variants of one concept, always held out together.
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
        """What names it and its near variants."""
        return self.family or self.concept or self.file_name


_RECORDS = TypeAdapter(Record)


def parse_record(content: Any, *, where: object) -> Record:
    """Check data against what a record holds. Raises InputError that names the first bad field."""
    return validate(_RECORDS.validate_python, content, where=where)


def record_json(record: Record, *, exclude_defaults: bool = False) -> bytes:
    """Return a record as one line of JSON, in utf-8."""
    return _RECORDS.dump_json(record, exclude_defaults=exclude_defaults)


class Deduplicator:
    """Keeps one of each phrase, list of phrases and set of labels: a large set says the same of many pictures."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._labels: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}

    def of(self, record: Record) -> Record:
        """Return an equal record that holds what is kept."""
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
    """One line of metadata.jsonl, as it stands in the file."""

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
        said = self.texts if self.text is None else (self.text, *self.texts)
        captions = tuple(dict.fromkeys(said))
        return Record(self.file_name, captions, self.tags, self.labels, self.concept, self.family, self.split)


def label_values(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """Return the labels of which pictures show two values or more, and those values; `style`, whose hand it is, first."""
    values: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.labels.items():
            values.setdefault(name, set()).add(value)
    several = sorted((name for name, found in values.items() if len(found) > 1), key=lambda name: (name != "style", name))
    return {name: tuple(sorted(values[name])) for name in several}


def read_folder(folder: Path) -> list[Record]:
    """Read a captioned folder of loose pictures, sorted by file name.

    Raises InputError for a missing or empty folder, and names file and line of what is wrong in it.
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
            raise InputError(f"{record.file_name} stands already on line {seen[record.file_name]}", where=where)
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
        raise InputError(f"{record.file_name} is no picture by its name", where=where, do=f"use {', '.join(SUFFIXES)}")
    if there is None:
        raise InputError(f"{record.file_name} is not in the folder", where=where, do="add the picture or take the line out")
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
    """Yield the names of the pictures below a folder, as they stand in records, in no order."""
    for parent, _, files in os.walk(folder):
        within = Path(parent).relative_to(folder)
        for name in files:
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and Path(parent, name).is_file():
                yield (within / name).as_posix()


def label_by_folder(folder: Path, records: list[Record]) -> list[Record]:
    """Say of pictures of which nothing is known what their folders are called, where all lie in one and there are several."""
    classes = [record.file_name.partition("/")[0] if "/" in record.file_name else "" for record in records]
    if "" in classes or len(set(classes)) < 2 or any(_known(record) for record in records):
        return records
    plain = all(is_label(name) for name in classes)  # others say what they hold and are no labels
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
    """Say whether a text can be the value of a label."""
    return is_plain_name(text) and len(text) <= 64


def _captions(path: Path) -> tuple[str, ...]:
    return parse_captions(read_text(path, limit=MAX_LINE), where=path) if path.exists() else ()


def parse_captions(text: str, *, where: object) -> tuple[str, ...]:
    """Return the captions of picture.txt, one a line. Raises InputError that names the line."""
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if line:
            parse(_Caption, {"caption": line}, where=f"{where}, line {number}")
    return tuple(dict.fromkeys(line for line in lines if line))


class _Caption(Frozen):
    """One line of picture.txt."""

    caption: Phrase
