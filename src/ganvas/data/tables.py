"""Tables of metadata: JSON lines, CSV and its kin, in the folder of the pictures or in one that holds theirs.

`metadata.*` says of all pictures of its folder which are used; another table adds to what is known of those that it names.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO

from ganvas.data.inventory import Inventory
from ganvas.data.names import PictureNames
from ganvas.data.records import MAX_LINE, MAX_METADATA_BYTES, MAX_PICTURES, Split
from ganvas.data.rows import FILE_NAMES, SPLITS, Row, column, is_known, name_in_row, read_row
from ganvas.data.texts import Notes, decode_lines
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json

DELIMITERS = ",;\t|"
MAX_ROW_BYTES = 200_000
"""Bytes of one line; of a longer one only so many are read."""
MAX_LINES = 8 * MAX_PICTURES
MAX_TEXTS = 20
"""Texts beside no picture that are opened, because they may be tables."""
UNUSABLE = "lines of metadata that cannot be used"


class Tables:
    """What the tables of a folder say. rows: by the picture's name. wrong: pictures whose only row cannot be used, with reasons.

    unlisted: pictures that the `metadata.*` of their folder does not name, with reasons. texts: tables that are called .txt.
    """

    def __init__(self, inventory: Inventory, notes: Notes) -> None:
        self._files, self._notes, self._pictures = inventory.files, notes, inventory.pictures
        self._names = PictureNames([*inventory.pictures, *inventory.left])
        self.rows: dict[str, Row] = {}
        self.wrong: dict[str, str] = {}
        self.unlisted: dict[str, str] = {}
        for folder, tables in _by_folder(inventory.tables):
            self._read_folder(folder, tables)
        self.texts = {name for name in _lone_texts(inventory) if self._read(name, name.rpartition("/")[0])}

    def _read_folder(self, folder: str, tables: list[str]) -> None:
        strict = [name for name in tables if PurePosixPath(name).stem.lower() == "metadata"]
        for name in (one for one in tables if strict and one != strict[0]):
            self._notes.add("tables that are not read, because there is a metadata file", name)
        for name in strict[:1] or tables:
            named = self._read(name, folder)
            if not named:
                self._notes.add("tables that are not read, because no line of them names a picture", name)
            elif strict:
                self._leave_unlisted(folder, named, name)

    def _leave_unlisted(self, folder: str, named: set[str], table: str) -> None:
        within = f"{folder}/" if folder else ""
        for picture in self._pictures:
            if picture.startswith(within) and picture not in named and picture not in self.rows and picture not in self.wrong:
                self.unlisted[picture] = f"is on no line of {table}"

    def _read(self, table: str, folder: str) -> set[str]:
        """Read one table; return the pictures that it names."""
        named, unusable = set[str](), list[str]()
        split = SPLITS.get(PurePosixPath(table).stem.lower())
        try:
            with self._files.open(table) as file:
                for number, content in _contents(file, table, lambda name: self._names.find(folder, name) is not None):
                    where = f"{table}, line {number}"
                    try:
                        named.update(self._take(content, folder, where, split))
                    except InputError as error:
                        unusable.append(f"{where}: {error}")
                    if number > MAX_LINES:
                        raise InputError(f"has more than the {MAX_LINES:,} lines allowed here", where=self._files.path(table))
        except InputError as error:
            unusable.append(str(error).removeprefix(f"{self._files.path(table).parent}/"))
        for line in unusable if named else unusable[:1]:
            self._notes.add(UNUSABLE, line)
        return named

    def _take(self, content: object, folder: str, where: str, split: Split | None) -> Iterable[str]:
        """Take one line; return the picture that it names. Raises InputError where the line cannot be used and names none."""
        if isinstance(content, InputError):
            raise content
        try:
            row = read_row(content, notes=self._notes, where=where)
        except InputError as error:
            picture = self._find(folder, name_in_row(content), where)
            if picture is None:
                raise
            self.wrong.setdefault(picture, f"{where}: {error}")
            return [picture]
        if not row.written:
            raise InputError("file_name: is missing")
        picture = self._find(folder, row.written, where)
        if picture is None:
            return []
        row = replace(row, split=split) if split is not None and row.split is None else row
        self.rows[picture] = self.rows[picture].joined(row) if picture in self.rows else row
        return [picture]

    def _find(self, folder: str, written: str, where: str) -> str | None:
        picture = self._names.find(folder, written) if written else None
        if written and picture is None:
            self._notes.add("lines of metadata whose picture is not in the folder", f"{where}: {written[-60:]}")
        return picture


def _lone_texts(inventory: Inventory) -> list[str]:
    """Return the texts that lie beside no picture, the first few: one of them may be a table, such as captions.txt."""
    known = {form.lower() for name in inventory.pictures for form in (name, name.rpartition(".")[0])}
    texts = (name for name in inventory.beside.values() if name.lower().endswith(".txt"))
    return list(islice((name for name in texts if name.lower().removesuffix(".txt") not in known), MAX_TEXTS))


def _by_folder(tables: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return folders with their tables, the deepest first, so that what lies nearest to a picture counts."""
    found: dict[str, list[str]] = {}
    for name in sorted(tables, key=lambda name: (not name.endswith("l"), name)):  # JSON lines before CSV
        found.setdefault(name.rpartition("/")[0], []).append(name)
    return sorted(found.items(), key=lambda one: (-one[0].count("/") - bool(one[0]), one[0]))


def _contents(file: BinaryIO, table: str, is_picture: Callable[[str], bool]) -> Iterator[tuple[int, object]]:
    """Yield the number of each line that is not empty, and what it holds, or an InputError for one that cannot be read."""
    lines = decode_lines(_limited(file, table))
    if not table.lower().endswith((".jsonl", ".ndjson")):
        yield from _csv_contents(lines, is_picture)
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, _json_content(line)
            except InputError as error:
                yield number, error


def _json_content(line: str) -> object:
    if len(line) > MAX_LINE:
        raise InputError(f"the line has {len(line):,} characters or more, and {MAX_LINE:,} are allowed here")
    return parse_json(line, where="")


def _limited(file: BinaryIO, table: str) -> Iterator[bytes]:
    """Yield lines, as much as is allowed of each and of all. The size is counted while reading."""
    left = MAX_METADATA_BYTES
    while line := file.readline(MAX_ROW_BYTES):
        left -= len(line)
        if left < 0:
            raise InputError(f"has more than the {MAX_METADATA_BYTES:,} bytes allowed here", where=table)
        yield line
        while len(line) == MAX_ROW_BYTES and not line.endswith(b"\n"):
            line = file.readline(MAX_ROW_BYTES)


def _csv_contents(lines: Iterator[str], is_picture: Callable[[str], bool]) -> Iterator[tuple[int, object]]:
    """Yield the lines of a table as fields by column. Where no first line names them, a line is a picture's name and a text."""
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=lambda one: _readable(_cells(first, one), is_picture))
    header = _cells(first, delimiter)
    if not any(column(name) in FILE_NAMES for name in header):
        if not _readable(header, is_picture)[0]:
            return
        yield 1, _fields(["file_name", "text"], header, delimiter)
        header = ["file_name", "text"]
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield reader.line_num + 1, InputError(f"is no line of a table: {error}")
            continue
        if cells is None:
            return
        if any(cells):
            large = sum(map(len, cells)) > MAX_LINE
            yield reader.line_num + 1, InputError("is too long") if large else _fields(header, cells, delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _readable(cells: list[str], is_picture: Callable[[str], bool]) -> tuple[int, int]:
    """Return how much of a first line is understood: columns by their names, else whether its first cell is a picture."""
    known = sum(map(is_known, cells))
    try:
        picture = bool(cells) and len(cells) > 1 and is_picture(cells[0])
    except InputError:
        picture = False
    return known + picture, len(cells)


def _fields(header: list[str], cells: list[str], delimiter: str) -> dict[str, object]:
    """Put cells under their columns. What a text was not quoted for is put together again: the delimiter is part of it."""
    extra = len(cells) - len(header)
    if extra > 0:
        cells = [*cells[: len(header) - 1], delimiter.join(cells[len(header) - 1 :])]
    fields: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        fields.setdefault(name, cell.strip())
    return fields
