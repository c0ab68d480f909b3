"""The one database of a studio: works, tags, parents, search and jobs, so that what belongs together is written together."""

import contextlib
import sqlite3
from collections.abc import Generator, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

from ganvas.ground.errors import InputError

VERSION = 1
SCHEMA = """
CREATE TABLE works (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, media TEXT NOT NULL, kind TEXT NOT NULL,
    idea TEXT NOT NULL, provenance TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, made REAL NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0, deleted REAL);
CREATE INDEX shown ON works (id) WHERE deleted IS NULL;
CREATE INDEX favourites ON works (id) WHERE favourite = 1 AND deleted IS NULL;
CREATE INDEX bin ON works (deleted) WHERE deleted IS NOT NULL;
CREATE TABLE files (name TEXT PRIMARY KEY, work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE, suffix TEXT NOT NULL);
CREATE INDEX files_of ON files (work);
CREATE TABLE parents (
    work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE, parent INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
    place INTEGER NOT NULL, PRIMARY KEY (work, place));
CREATE INDEX children ON parents (parent);
CREATE TABLE tags (
    work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY (work, tag)) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2", detail = full);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, verb TEXT NOT NULL, lane TEXT NOT NULL, request TEXT NOT NULL, works TEXT NOT NULL,
    state TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL, message TEXT NOT NULL DEFAULT '',
    attempt INTEGER NOT NULL DEFAULT 0, process INTEGER, made REAL NOT NULL, started REAL, ended REAL);
CREATE INDEX waiting ON jobs (lane, id) WHERE state = 'queued';
CREATE TABLE results (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE, work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
    PRIMARY KEY (job, work));
"""


class MissingError(InputError):
    """There is nothing of that number or name."""


class Database:
    """A SQLite database that threads share: one connection, one statement or transaction at a time.

    Another process may write to it at the same time (the command line does): transactions wait for each other.
    """

    def __init__(self, path: Path) -> None:
        """Open the database, and make it where there is none. Raises InputError for a damaged or later one."""
        self._path, self._lock = path, RLock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise InputError("is no database of a studio, or a damaged one", where=path, do="name another folder") from error

    def _prepare(self) -> None:
        with self.write() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > VERSION:
                raise InputError("was made by a later version of Ganvas", where=self._path, do="update Ganvas")
            if not found:
                for statement in SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def write(self) -> Generator[sqlite3.Connection]:
        """Hold a transaction; an error undoes all of it. Raises InputError where the disk is full."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    with contextlib.suppress(sqlite3.OperationalError):  # a full disk has ended it already
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                if "full" in str(error):
                    raise InputError(
                        "the disk is full", where=self._path.parent, do="make room; what was saved is whole"
                    ) from error
                raise

    def read(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def is_whole(self) -> bool:
        """Say whether SQLite finds no damage."""
        return self.read("PRAGMA integrity_check")[0][0] == "ok"

    def close(self) -> None:
        """Close it; what was written is in one file again."""
        with self._lock:
            self._connection.close()
