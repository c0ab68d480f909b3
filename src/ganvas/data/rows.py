"""One row of metadata: a JSON object or a line of a table, with the names that common sets give to what it says.

What a row holds beside the fields that are known is passed over and noted, so that no typing error goes unseen.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ganvas.data.records import MAX_CAPTIONS, Record, Split
from ganvas.data.texts import Notes, captions_of
from ganvas.ground.characters import clean_line, cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError
from ganvas.ground.validation import NAME_PATTERN

MAX_LABEL = 64
"""Characters of the value of a label."""
MAX_LABELS = 16
SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval", "held out family"), "held out family"),
    "held out pair": "held out pair",
    **dict.fromkeys(("test", "testing"), "test"),
}
"""How a picture is used, by what sets call the part that it is in."""
FILE_NAMES = (
    "file_name", "filename", "file", "image_path", "image_file", "image_name", "image", "img", "img_path", "img_name", "filepath",
    "file_path", "path", "name", "image_id", "id",
)  # fmt: skip
"""Columns that may name the picture, the surest first."""
_COLUMNS = {
    **dict.fromkeys(("text", "caption", "prompt", "description", "sentence", "comment", "alt_text"), "captions"),
    **dict.fromkeys(("texts", "captions", "prompts", "sentences"), "captions"),
    **dict.fromkeys(("tags", "keywords"), "tags"),
    **dict.fromkeys(("class", "label", "category", "class_name", "label_name"), "class"),
    "labels": "labels", "concept": "concept", "family": "family", "split": "split", "style": "style",
}  # fmt: skip
"""What a column says, by its name in small letters."""


@dataclass
class Row:
    """What a row says of a picture. written: the picture's name as it stands there; split: None where it says nothing."""

    written: str = ""
    captions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict[str, str])
    concept: str | None = None
    family: str | None = None
    split: Split | None = None

    def record(self, name: str) -> Record:
        """Return the record of a picture of this name."""
        return Record(name, self.captions, self.tags, self.labels, self.concept, self.family, self.split or "train")

    def joined(self, other: "Row") -> "Row":
        """Return what both say of one picture; where they differ the first counts."""
        return Row(
            self.written, _several([*self.captions, *other.captions]), _several([*self.tags, *other.tags]),
            {**other.labels, **self.labels}, self.concept or other.concept, self.family or other.family,
            self.split or other.split,
        )  # fmt: skip

    @property
    def says_nothing(self) -> bool:
        """Whether it says nothing of the picture but its name."""
        return not (self.captions or self.tags or self.labels or self.concept or self.family or self.split)


def column(name: str) -> str:
    """Return a column's name as it is compared: in small letters, with underscores."""
    return re.sub(r"[\s-]+", "_", clean_line(name).lower())


def is_known(name: str) -> bool:
    """Return whether a column says something of a picture, or names it."""
    return column(name) in _COLUMNS or column(name) in FILE_NAMES


def read_row(content: object, *, notes: Notes, where: str) -> Row:
    """Read a row. Raises InputError for one that is no table of fields or has a field that cannot be what it is called."""
    if not isinstance(content, dict):
        raise InputError("is no JSON object")
    fields = {column(str(name)): value for name, value in cast("dict[object, Any]", content).items()}
    named = _naming(fields)
    row = Row(_name_in(fields[named]) if named else "")
    for name, value in fields.items():
        if name != named and value not in (None, "", [], {}):
            _take(row, name, value, notes, where)
    return row


def name_in_row(content: object) -> str:
    """Return the name of the picture in a row that cannot be read further, or nothing."""
    fields = {column(str(name)): value for name, value in cast("dict[object, Any]", content).items()} \
        if isinstance(content, dict) else {}  # fmt: skip
    named = _naming(fields)
    return _name_in(fields[named]) if named else ""


def _naming(fields: Mapping[str, Any]) -> str | None:
    """Return the column that names the picture."""
    return next((name for name in FILE_NAMES if _name_in(fields.get(name))), None)


def _take(row: Row, name: str, value: Any, notes: Notes, where: str) -> None:
    """Put what a column says into a row."""
    match _COLUMNS.get(name):
        case "captions":
            row.captions = _several([*row.captions, *captions_of(_texts(value, name), notes=notes, name=where)])
        case "tags":
            parts = re.split(r"[,;]", value) if isinstance(value, str) else _texts(value, name)
            row.tags = _several([*row.tags, *captions_of(parts, notes=notes, name=where)])
        case "class":
            if not isinstance(value, float):  # a measure, and no class
                _label(row, "class", value)
        case "style":
            _label(row, "style", value)
        case "labels":
            _labels(row, value, notes, where)
        case "concept":
            row.concept = cut_at_word(_text(value, name), PHRASE) or None
        case "family":
            row.family = cut_at_word(_text(value, name), PHRASE) or None
        case "split":
            row.split = _split(_text(value, name))
        case _:
            notes.add_once("columns of metadata that are not read", name[:40])


def _name_in(value: object) -> str:
    """Return the name of a picture: a text or a number, or the `path` in what Hugging Face keeps as an image."""
    if isinstance(value, Mapping):
        value = cast("Mapping[str, object]", value).get("path")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _text(value: object, name: str) -> str:
    """Return a text or a number as a clean line."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(f"{name}: must be a text")
    if "\ufffd" in str(value):
        raise InputError(f"{name}: is not utf-8 text", do="save it as utf-8")
    return clean_line(str(value))


def _texts(value: object, name: str) -> Iterator[str]:
    """Yield the texts of a field that holds one or several, also such as {"raw": ...}."""
    for one in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            inner = cast("Mapping[str, object]", one)
            one = next((inner[key] for key in ("raw", "caption", "text") if isinstance(inner.get(key), str)), None)
        yield _text(one, name)


def _several(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:MAX_CAPTIONS]


def _label(row: Row, name: str, value: object) -> None:
    label = cut_at_word(_text(value, name), MAX_LABEL)
    if label and len(row.labels) < MAX_LABELS:
        row.labels.setdefault(name, label)


def _labels(row: Row, value: object, notes: Notes, where: str) -> None:
    """Take labels: ours are a table of names and values, those of other sets a class or a list of words."""
    if isinstance(value, Mapping):
        for name, label in cast("Mapping[str, object]", value).items():
            if not re.fullmatch(NAME_PATTERN, name) or len(name) > MAX_LABEL:
                raise InputError(f"labels: {name[:40]!r} is no plain name of a label")
            _label(row, name, label)
    elif (isinstance(value, str) and not re.search(r"[,;]", value)) or isinstance(value, int):
        _label(row, "class", value)
    else:
        _take(row, "tags", value, notes, where)


def _split(text: str) -> Split:
    split = SPLITS.get(text.lower())
    if split is None:
        raise InputError(f"split: must be {', '.join(dict.fromkeys(SPLITS.values()))}, not {text[:40]!r}")
    return split
