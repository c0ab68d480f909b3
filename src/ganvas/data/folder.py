"""The captioned folder: pictures on disk with captions and labels.

What is said of its pictures is taken from the first of these that says anything:

- `metadata.jsonl` or `metadata.csv`, in the folder or in one below it: a line for each picture that is used. JSON lines, utf-8,
  hold `file_name` (inside the folder, forward slashes), `text` (the main caption), `texts` (other full captions), `tags`
  (partial words, which do not name the thing fully), `labels` ({attribute: value}), `concept`, `family`, `split`. Only
  `file_name` is required, and the names that common sets give to these fields are known too (`ganvas.data.rows`).
- other tables (.csv, .tsv, .jsonl) whose lines name pictures.
- `picture.png` beside `picture.txt`, `picture.caption` or `picture.png.txt`, each line of which is a caption, or
  `picture.json`.
- pictures in two folders or more, whose names become the `class` label and the concept; `train`, `val` and `test` are splits.
- pictures without captions.

What cannot be used costs at most its own picture and is named. A folder may hold tar shards instead of loose pictures;
`ganvas.data.shards` reads them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ganvas.data.classes import label_by_folder
from ganvas.data.inventory import Inventory, is_about, take_inventory
from ganvas.data.records import MAX_LINE, Deduplicator, Record
from ganvas.data.rows import Row, read_row
from ganvas.data.tables import UNUSABLE, Tables
from ganvas.data.texts import Notes, captions_of, decode
from ganvas.ground.errors import InputError
from ganvas.ground.files import check_folder, parse_json
from ganvas.ground.folder_files import FolderFiles


@dataclass(frozen=True)
class LoosePictures:
    """The loose pictures of a folder, sorted by name. left: pictures that are left out, notes: what else is to be said."""

    files: FolderFiles
    records: list[Record]
    left: tuple[str, ...]
    notes: tuple[str, ...]


def read_folder(folder: Path) -> list[Record]:
    """Return the records of a captioned folder of loose pictures, sorted by file name. Raises InputError as `read_loose`."""
    return read_loose(folder).records


def read_loose(folder: Path, inventory: Inventory | None = None) -> LoosePictures:
    """Read a captioned folder of loose pictures. inventory: its files, where they are known.

    Raises InputError for a missing folder, and where no picture can be used.
    """
    check_folder(folder)
    inventory = inventory or take_inventory(folder)
    notes = Notes()
    tables = Tables(inventory, notes)
    beside = _Beside(inventory, notes)
    left, shared = dict(inventory.left), Deduplicator()
    records: list[Record] = []
    for name in inventory.pictures:
        row = tables.rows.get(name)
        reason = tables.unlisted.get(name) or (tables.wrong.get(name) if row is None else None)
        if reason is None and (row is None or row.says_nothing):
            try:
                row = beside.row(name)
            except InputError as error:
                reason = str(error)
        if reason is not None:
            left[name] = reason
        elif row is not None:
            records.append(shared.of(row.record(name)))
    for name in tables.wrong.keys() & tables.rows.keys():
        notes.add(UNUSABLE, tables.wrong[name])
    inventory.note_links(notes, but=beside.seen)
    beside.note_unread(but=tables.texts)
    if not records:
        inventory.left = left
        raise inventory.empty()
    return LoosePictures(
        inventory.files, label_by_folder(records, notes), tuple(f"{name}: {left[name]}" for name in sorted(left)), notes.lines()
    )


class _Beside:
    """Reads what lies beside pictures: `a.txt`, `a.caption`, `a.png.txt`, `a.json`."""

    def __init__(self, inventory: Inventory, notes: Notes) -> None:
        self._files, self._names, self._others, self._wrong = inventory.files, inventory.beside, inventory.others, inventory.wrong
        self._wrong_folded = {name.lower(): name for name in inventory.wrong}
        self._notes = notes
        self.seen = set[str]()

    def row(self, picture: str) -> Row:
        """Return what is said beside a picture. Raises InputError where that cannot be read: it says what."""
        captions: list[str] = []
        row = Row()
        for name in self._of(picture):
            if name in self._wrong:
                raise InputError(f"{_own(name)} {self._wrong[name]}")
            content = self._text(name)
            if name.lower().endswith(".json"):
                row = self._json(name, content)
            else:
                captions += captions_of(content.splitlines(), notes=self._notes, name=name)
        return Row(captions=tuple(captions)).joined(row) if captions else row

    def _of(self, picture: str) -> Iterator[str]:
        stem = picture.rpartition(".")[0]
        for suffix in (".txt", ".caption", ".json"):
            for form in (stem, picture):
                folded = f"{form}{suffix}".lower()
                if (name := self._names.get(folded) or self._wrong_folded.get(folded)) is not None:
                    self.seen.add(name)
                    yield name

    def _text(self, name: str) -> str:
        try:
            return decode(self._files.read(name, limit=MAX_LINE))
        except InputError as error:
            raise InputError(f"{_own(name)} {str(error).removeprefix(f'{self._files.path(name)}: ')}") from error

    def _json(self, name: str, text: str) -> Row:
        """Read a JSON file beside a picture as a row; one that other programs keep there says nothing."""
        unread = Notes()
        try:
            return read_row(parse_json(text, where=""), notes=unread, where=name)
        except InputError:
            self._notes.add("files beside pictures that are not read", name)
            return Row()

    def note_unread(self, *, but: Collection[str]) -> None:
        """Note texts that belong to no picture, and files that nobody reads. but: texts that were read in another way."""
        for name in self._names.values():
            if name not in self.seen and name not in but and not is_about(name):
                self._notes.add("texts that lie beside no picture and are not read", name)
        for name in self._others:
            self._notes.add("other files that are not read", name)


def _own(name: str) -> str:
    return name.rpartition("/")[2]
