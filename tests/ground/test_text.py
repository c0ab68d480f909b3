"""What reaches a person is visible: nothing in a stranger's text steers a terminal or turns the order of reading.

Siblings: control characters of both blocks, marks of direction, line separators, halves of characters; lines, JSON, errors.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.ground.text import showing, visible, visible_json

STEERING = "\x00\x07\x08\x1b\x7f\x85\x9b\x9d\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ufff9\ud800"


@pytest.mark.parametrize("letter", STEERING)
def test_what_steers_is_spelled_out(letter: str) -> None:
    for shown in (visible(f"a{letter}b"), str(InputError(f"a{letter}b", where=letter, do=letter)), visible_json(f'"{letter}"')):
        assert not set(shown) & set(STEERING)
    assert visible("a\x1b[2Jb") == "a\\x1b[2Jb" and visible("a\u202eb") == "a\\u202eb"


@pytest.mark.parametrize("text", ["猫", "قطة", "❤️‍🔥", "👩‍🚀", "نمی‌خواهم", "क्‍ष", "naïve é", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "[bold]", "\\x1b"])
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


def test_lines_stay_lines_where_lines_are_meant() -> None:
    assert visible("a\n\tb\x1b", lines=True) == "a\n\tb\\x1b" and visible("a\nb") == "a\\x0ab"
    assert len(str(InputError("a\nb\u2028c\x85d")).splitlines()) == 1


@given(st.text(st.characters(), max_size=50))
def test_json_means_the_same(text: str) -> None:
    shown = visible_json(json.dumps({"key": text, text: 1}, ensure_ascii=False))
    assert json.loads(shown) == {"key": text, text: 1} and not set(shown) & set(STEERING)


@given(st.text(st.characters(), max_size=50))
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_who_says_lines_is_given_visible_ones() -> None:
    said: list[str] = []
    showing(said.append)("x\x1b]0;taken\x07.png: is no picture")
    assert said == ["x\\x1b]0;taken\\x07.png: is no picture"]
