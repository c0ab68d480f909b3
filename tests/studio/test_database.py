import sqlite3
from pathlib import Path

import pytest

from ganvas.ground.errors import InputError
from ganvas.studio.database import VERSION, Database


def test_an_error_undoes_all_of_a_transaction(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    insert = "INSERT INTO jobs (verb, lane, request, works, state, total, made) VALUES ('a', 'draw', '{}', '[]', 'queued', 1, 0)"
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(insert)
        raise ZeroDivisionError
    assert database.read("SELECT count(*) FROM jobs")[0][0] == 0
    with database.write() as connection:
        connection.execute(insert)
    assert database.read("SELECT count(*) FROM jobs")[0][0] == 1 and database.is_whole()
    database.close()


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match="no database of a studio"):
        Database(tmp_path / "a.sqlite")


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(InputError, match="later version"):
        Database(tmp_path / "a.sqlite")


def test_a_full_disk_is_said_in_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.sqlite")
    (pages,) = database.read("PRAGMA page_count")[0]
    database.read(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InputError, match="disk is full"), database.write() as connection:
        connection.execute("CREATE TABLE more (text TEXT)")
        connection.execute("INSERT INTO more VALUES (?)", ["x" * 1_000_000])
    assert database.is_whole()
    database.read("PRAGMA max_page_count = 1000000")
    with database.write() as connection:
        connection.execute("CREATE TABLE more (text TEXT)")
    database.close()
