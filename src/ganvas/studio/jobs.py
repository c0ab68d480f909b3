"""The jobs of a studio: requests, kept in the database until they are done, so that none is lost."""

import json
import sqlite3
import time
from collections.abc import Sequence
from typing import Any, Literal

from ganvas.ground.config import Frozen
from ganvas.ground.errors import GanvasError, InputError
from ganvas.studio.database import Database, MissingError

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
Lane = Literal["draw", "train"]
"""Drawings wait for each other, and trainings for each other, so that a long training holds no drawing up."""
MOST_QUEUED, MOST_LISTED = 1000, 50
AGAIN: tuple[State, ...] = ("failed", "cancelled", "interrupted")
"""The states of a job that can be done again."""
ENDED: tuple[State, ...] = ("done", *AGAIN)


class BusyError(GanvasError):
    """Too much is waiting already."""


class Job(Frozen):
    """A request, and how far it is. request: the verb's record. works: what it is made of. results: works so far.

    total: how many there will be, or of one work its steps. made, started, ended: seconds since 1970.
    """

    id: int
    verb: str
    lane: Lane
    request: dict[str, Any]
    works: tuple[int, ...]
    state: State
    done: int
    total: int
    message: str
    attempt: int
    process: int | None
    made: float
    started: float | None
    ended: float | None
    results: tuple[int, ...] = ()


class Jobs:
    """The queue of a studio. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recover(self) -> list[Job]:
        """Mark what a process was doing when it was killed as interrupted; return those jobs."""
        with self._database.write() as connection:
            numbers = [row[0] for row in connection.execute("SELECT id FROM jobs WHERE state = 'running'")]
            connection.execute("UPDATE jobs SET state = 'interrupted', ended = ? WHERE state = 'running'", [time.time()])
        return [self.get(number) for number in numbers]

    def submit(self, verb: str, request: Frozen, *, works: Sequence[int] = (), total: int = 1, lane: Lane = "draw") -> Job:
        """Add a job at the end of its lane. Raises BusyError where too many wait."""
        with self._database.write() as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM jobs WHERE state = 'queued'").fetchone()
            if waiting >= MOST_QUEUED:
                raise BusyError(f"{waiting:,} jobs are waiting already", do="wait until some are done")
            values = [verb, lane, request.model_dump_json(), json.dumps(list(works)), "queued", total, time.time()]
            names = "verb, lane, request, works, state, total, made"
            number = connection.execute(f"INSERT INTO jobs ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", values).lastrowid
        assert number is not None
        return self.get(number)

    def claim(self, lane: Lane) -> Job | None:
        """Take the first waiting job of a lane, which is running from now on."""
        with self._database.write() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = 'running', started = ?, ended = NULL, done = 0, message = '', attempt = attempt + 1 "
                "WHERE id = (SELECT id FROM jobs WHERE lane = ? AND state = 'queued' ORDER BY id LIMIT 1) RETURNING id",
                [time.time(), lane],
            ).fetchone()
        return None if row is None else self.get(row[0])

    def add_result(self, number: int, work: int, *, done: int) -> None:
        """Note that a job has made a work, its `done`-th."""
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO results VALUES (?, ?)", [number, work])
            connection.execute("UPDATE jobs SET done = ? WHERE id = ?", [done, number])

    def note(self, number: int, *, done: int | None = None, message: str | None = None, process: int | None = None) -> None:
        """Note how far a running job is, what it says, or the process that does it."""
        given = {"done": done, "message": message, "process": process}
        changed = {name: value for name, value in given.items() if value is not None}
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE jobs SET {', '.join(f'{name} = ?' for name in changed)} WHERE id = ?", [*changed.values(), number]
            )

    def end(self, number: int, state: State, message: str = "") -> None:
        """Note that a job has ended, and how."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, ended = ?, process = NULL, message = coalesce(nullif(?, ''), message) WHERE id = ?",
                [state, time.time(), message, number],
            )

    def cancel_waiting(self, number: int) -> bool:
        """Cancel a job that waits; say whether it did."""
        with self._database.write() as connection:
            changed = "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued'"
            return bool(connection.execute(changed, [time.time(), number]).rowcount)

    def retry(self, number: int) -> Job:
        """Ask for a job again that did not end well. Raises InputError for another."""
        job = self.get(number)
        if job.state not in AGAIN:
            raise InputError(
                f"is {job.state}", where=f"job {number}", do="only what failed or was stopped can be asked for again"
            )
        with self._database.write() as connection:
            connection.execute("UPDATE jobs SET state = 'queued', ended = NULL WHERE id = ?", [number])
        return self.get(number)

    def get(self, number: int) -> Job:
        """Return a job. Raises InputError for a number that none has."""
        rows = self._database.read("SELECT * FROM jobs WHERE id = ?", [number])
        if not rows:
            raise MissingError("there is no such job", where=f"job {number}")
        return self._job(rows[0])

    def recent(self, *, count: int = MOST_LISTED) -> list[Job]:
        """Return the newest jobs, those first that wait or run."""
        order = "ORDER BY state NOT IN ('queued', 'running'), id DESC LIMIT ?"
        return [self._job(row) for row in self._database.read(f"SELECT * FROM jobs {order}", [count])]

    def done_of(self, verb: str) -> list[Job]:
        """Return the jobs of a verb that are done, the newest 100."""
        query = "SELECT * FROM jobs WHERE verb = ? AND state = 'done' ORDER BY id DESC LIMIT 100"
        return [self._job(row) for row in self._database.read(query, [verb])]

    def _job(self, row: sqlite3.Row) -> Job:
        results = self._database.read("SELECT work FROM results WHERE job = ? ORDER BY rowid", [row["id"]])
        fields = {name: row[name] for name in row.keys()}
        fields |= {"request": json.loads(row["request"]), "works": tuple(json.loads(row["works"]))}
        return Job(**fields, results=tuple(one[0] for one in results))
