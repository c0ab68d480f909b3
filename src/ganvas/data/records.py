"""Records: what is known of each picture of a set, shared between records where it is equal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from ganvas.ground.config import Frozen, Label, Name, Phrase, validate

METADATA = "metadata.jsonl"
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif")
MAX_PICTURES = 1_000_000
MAX_METADATA_BYTES = 1_000_000_000
MAX_LINE = 20_000
MAX_CAPTIONS = 64
"""Captions, and tags, of one picture."""

FileName = Annotated[str, Field(min_length=1, max_length=255)]
Phrases = Annotated[tuple[Phrase, ...], Field(max_length=MAX_CAPTIONS)]
Labels = Annotated[dict[Name, Label], Field(max_length=16)]
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
