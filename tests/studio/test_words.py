import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.studio.words import MAX_QUERY, index_of, query_of


def found(text: str, query: str) -> bool:
    """Say whether SQLite finds a text by a query."""
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2")')
    connection.execute("INSERT INTO search VALUES (?)", [index_of(text)])
    asked = query_of(query)
    rows = connection.execute("SELECT 1 FROM search WHERE search MATCH ?", [asked]).fetchall() if asked else []
    connection.close()
    return bool(rows)


@pytest.mark.parametrize(
    ("text", "query", "there"),
    [
        ("a lonely robot in spring", "robot", True),
        ("a lonely robot in spring", "ROB spr", True),
        ("a lonely robot in spring", "bot", False),  # words are found from their beginning
        ("a lonely robot in spring", "robot cat", False),
        ("café au lait", "cafe", True),
        ("春天里孤独的机器人", "机器人", True),
        ("春天里孤独的机器人", "机器", True),
        ("春天里孤独的机器人", "人", True),
        ("春天里孤独的机器人", "春", True),
        ("春天里孤独的机器人", "春天 机器人", True),
        ("春天里孤独的机器人", "猫", False),
        ("春天里孤独的机器人", "独机", False),
        ("机器人robot在雨中", "robot 雨中", True),
        ("ゆきだるま", "だるま", True),
    ],
)
def test_words_are_found_in_both_kinds_of_script(text: str, query: str, there: bool) -> None:
    assert found(text, query) is there


@pytest.mark.parametrize("query", ["", "  ", '"', "!?", "* - ^ ( )"])
def test_what_holds_no_word_asks_for_nothing(query: str) -> None:
    assert query_of(query) is None


@given(st.text(max_size=2 * MAX_QUERY))
def test_no_text_of_a_person_is_a_bad_query(text: str) -> None:
    found("a robot 机器人", text)


@given(st.text(alphabet="ab 机器人猫", min_size=1, max_size=12))
def test_a_text_is_found_by_itself(text: str) -> None:
    assert query_of(text) is None or found(text, text)
