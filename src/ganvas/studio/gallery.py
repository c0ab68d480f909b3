"""The gallery of a studio: every work with its files, what makes it again, what it was made of, and how it is found."""

import json
import sqlite3
import time
from collections.abc import Sequence
from threading import Lock
from typing import Any

from ganvas.ground.config import Frozen
from ganvas.ground.errors import InputError
from ganvas.studio.database import Database, MissingError
from ganvas.studio.files import Files
from ganvas.studio.forms import Kept
from ganvas.studio.words import index_of, query_of
from ganvas.vocabulary.provenance import Provenance, read_provenance

PAGE, MOST_TAGS, MOST_FOUND = 200, 32, 10_000
"""Works of one page of the gallery, tags of a work, and works that a search counts, at most."""
KEPT_DAYS = 30
"""How long a deleted work can be had back."""
SHA256 = 64
"""Characters of a file's name before its suffix."""
_ENTRY = """
SELECT works.*, (SELECT group_concat(tag, char(31)) FROM tags WHERE work = works.id) AS tagged,
    (SELECT group_concat(suffix || char(31) || name, char(30)) FROM files WHERE work = works.id) AS filed,
    (SELECT group_concat(parent) FROM (SELECT parent FROM parents WHERE work = works.id ORDER BY place)) AS parented
FROM works """


class Entry(Frozen):
    """A work in the gallery. files: names by suffix; the first says how it was made. parents: works that it was made of."""

    id: int
    kind: str
    media: str
    idea: str
    made: float
    favourite: bool
    deleted: bool
    width: int
    height: int
    files: dict[str, str]
    tags: tuple[str, ...]
    parents: tuple[int, ...]


class Page(Frozen):
    """Some works, and how many there are in all; of a search at most MOST_FOUND."""

    works: tuple[Entry, ...]
    total: int


class Lineage(Frozen):
    """What a work was made of, and what was made of it."""

    parents: tuple[Entry, ...]
    children: tuple[Entry, ...]


class Gallery:
    """The works of a studio. Threads may share it."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database, self._files, self._adding = database, files, Lock()

    def recover(self) -> None:
        """Finish what a killed process left half done, and remove works that were deleted long ago."""
        with self._database.write() as connection:
            found = "SELECT 1 FROM files WHERE name = ?"
            self._files.recover(lambda name: connection.execute(found, [name]).fetchone() is not None)
        self.purge(before=time.time() - KEPT_DAYS * 86_400)

    def add(self, kept: Kept, *, parents: Sequence[int] = ()) -> int:
        """Keep a work, and return its number. The same work again is the one that is here, and back if it was deleted.

        Raises InputError where the disk is full; nothing of it is left then.
        """
        staged: list[str] = []
        with self._adding:  # so that no file is discarded that another work has just been given
            try:
                with self._database.write() as connection:
                    for suffix, content in kept.files.items():
                        staged.append(self._files.stage(content, suffix))
                    number = _known(connection, staged[0]) or _insert(connection, kept, staged, parents)
            except BaseException:
                for name in staged:
                    self._files.discard(name)
                raise
            for name in staged:
                self._files.keep(name)
        return number

    def get(self, number: int) -> Entry:
        """Return a work, a deleted one too. Raises InputError for a number that none has."""
        rows = self._database.read(_ENTRY + "WHERE id = ?", [number])
        if not rows:
            raise MissingError("there is no such work", where=f"work {number}")
        return _entry(rows[0])

    def records(self, number: int) -> tuple[Provenance, ...]:
        """Return what makes a work again. Raises InputError as `get` does."""
        rows = self._database.read("SELECT provenance FROM works WHERE id = ?", [number])
        if not rows:
            raise MissingError("there is no such work", where=f"work {number}")
        return tuple(read_provenance(one, where=f"work {number}") for one in json.loads(rows[0][0]))

    def find(self, words: str = "", *, favourites: bool = False, deleted: bool = False, start: int = 0, count: int = 60) -> Page:
        """Return works, the newest first: those that all words name; with no words, all. start: how many to pass over."""
        count, query = min(count, PAGE), query_of(words)
        if words.strip() and query is None:
            return Page(works=(), total=0)
        numbers, values = _numbers(query, words.strip(), favourites=favourites, deleted=deleted)
        total = self._database.read(f"SELECT count(*) FROM ({numbers} LIMIT ?)", [*values, MOST_FOUND if query else -1])[0][0]
        # the numbers are found first, by an index alone, so that far pages read no rows that are not shown
        rows = self._database.read(
            f"{_ENTRY} WHERE id IN ({numbers} ORDER BY 1 DESC LIMIT ? OFFSET ?) ORDER BY id DESC", [*values, count, start]
        )
        return Page(works=tuple(map(_entry, rows)), total=total)

    def lineage(self, number: int) -> Lineage:
        """Return what a work was made of and what was made of it, the newest 100."""
        parents = "JOIN parents ON parents.parent = works.id WHERE parents.work = ? ORDER BY parents.place"
        children = "WHERE id IN (SELECT work FROM parents WHERE parent = ?) AND deleted IS NULL ORDER BY id DESC LIMIT 100"
        found = [self._database.read(_ENTRY + rows, [number]) for rows in (parents, children)]
        return Lineage(parents=tuple(map(_entry, found[0])), children=tuple(map(_entry, found[1])))

    def favour(self, number: int, *, favourite: bool) -> None:
        """Mark a work as a favourite, or as none. Raises InputError as `get` does."""
        self._update(number, "favourite = ?", [int(favourite)])

    def tag(self, number: int, tags: Sequence[str]) -> None:
        """Give a work these tags and no others; it is found by them. Raises InputError as `get` does, and for too many."""
        if len(tags) > MOST_TAGS:
            raise InputError(f"{len(tags)} tags are more than {MOST_TAGS}")
        self.get(number)
        with self._database.write() as connection:
            connection.execute("DELETE FROM tags WHERE work = ?", [number])
            connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(number, tag) for tag in tags])
            _index(connection, number)

    def delete(self, number: int) -> None:
        """Put a work into the bin: it is found no more, and `restore` has it back. Raises InputError as `get` does."""
        self._update(number, "deleted = ?", [time.time()])
        with self._database.write() as connection:
            connection.execute("DELETE FROM search WHERE rowid = ?", [number])

    def restore(self, number: int) -> None:
        """Have a deleted work back. Raises InputError as `get` does."""
        self.get(number)
        with self._database.write() as connection:
            _restore(connection, number)

    def purge(self, *, before: float) -> int:
        """Remove works for good that were deleted before a time (seconds since 1970); return how many."""
        numbers = [row[0] for row in self._database.read("SELECT id FROM works WHERE deleted < ?", [before])]
        for number in numbers:
            names = [row[0] for row in self._database.read("SELECT name FROM files WHERE work = ?", [number])]
            for name in names:
                self._files.take_out(name)
            with self._database.write() as connection:
                connection.execute("DELETE FROM works WHERE id = ?", [number])
            for name in names:
                self._files.discard(name)
        return len(numbers)

    def _update(self, number: int, change: str, values: list[Any]) -> None:
        with self._database.write() as connection:
            if not connection.execute(f"UPDATE works SET {change} WHERE id = ?", [*values, number]).rowcount:
                raise MissingError("there is no such work", where=f"work {number}")


def _known(connection: sqlite3.Connection, name: str) -> int | None:
    """Return the number of the work that a file is of, and take it out of the bin."""
    row = connection.execute("SELECT id, deleted FROM works WHERE name = ?", [name]).fetchone()
    if row is None:
        return None
    if row["deleted"] is not None:
        _restore(connection, row["id"])
    return row["id"]


def _restore(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("UPDATE works SET deleted = NULL WHERE id = ?", [number])
    _index(connection, number)


def _insert(connection: sqlite3.Connection, kept: Kept, names: Sequence[str], parents: Sequence[int]) -> int:
    columns = "name, media, kind, idea, provenance, width, height, made"
    values = [names[0], kept.media, kept.kind, kept.idea, kept.provenance, kept.width, kept.height, time.time()]
    number = connection.execute(f"INSERT INTO works ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values).lastrowid
    assert number is not None
    rows = [(name, number, suffix) for name, suffix in zip(names, kept.files, strict=True)]
    connection.executemany("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", rows)
    connection.executemany("INSERT INTO parents VALUES (?, ?, ?)", [(number, one, place) for place, one in enumerate(parents)])
    connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", [number, index_of(kept.text)])
    return number


def _index(connection: sqlite3.Connection, number: int) -> None:
    """Write anew what a work is found by: its words, which its record holds, and its tags."""
    row = connection.execute("SELECT idea, kind, provenance FROM works WHERE id = ?", [number]).fetchone()
    records = tuple(read_provenance(one, where=f"work {number}") for one in json.loads(row["provenance"]))
    tags = [one[0] for one in connection.execute("SELECT tag FROM tags WHERE work = ?", [number])]
    text = Kept({}, "", row["kind"], row["idea"], records).text
    connection.execute("DELETE FROM search WHERE rowid = ?", [number])
    connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", [number, index_of(" ".join([*tags, text]))])


def _numbers(query: str | None, words: str, *, favourites: bool, deleted: bool) -> tuple[str, list[Any]]:
    """Return which works are wanted, as SQL that gives their numbers, and its values.

    What is deleted is not in `search`; it is found by its idea alone.
    """
    if query is not None and not favourites and not deleted:
        return "SELECT rowid FROM search WHERE search MATCH ?", [query]
    where = ["deleted IS NOT NULL" if deleted else "deleted IS NULL", *(["favourite = 1"] if favourites else [])]
    if query is not None and not deleted:
        where.append("id IN (SELECT rowid FROM search WHERE search MATCH ?)")
    if query is not None and deleted:
        where.append("instr(lower(idea), lower(?))")
    return f"SELECT id FROM works WHERE {' AND '.join(where)}", [] if query is None else [words if deleted else query]


def _entry(row: sqlite3.Row) -> Entry:
    filed = str(row["filed"] or "").split("\x1e")
    files = {one.partition("\x1f")[0]: one.partition("\x1f")[2] for one in filed if one}
    files = {row["name"][SHA256:]: row["name"], **files}
    return Entry(
        id=row["id"], kind=row["kind"], media=row["media"], idea=row["idea"], made=row["made"], files=files,
        favourite=bool(row["favourite"]), deleted=row["deleted"] is not None, width=row["width"], height=row["height"],
        tags=tuple(sorted((row["tagged"] or "").split("\x1f"))) if row["tagged"] else (),
        parents=tuple(map(int, row["parented"].split(","))) if row["parented"] else (),
    )  # fmt: skip
