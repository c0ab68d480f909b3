"""Kind: text that people paste. Siblings: ideas, captions, metadata, labels, answers and addresses use the same functions."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ganvas.ground.characters import clean_line, cut_at_word, is_printable, plain_name
from ganvas.ground.config import Frozen, Label, Line, Phrase
from ganvas.ground.validation import NAME_PATTERN


@pytest.mark.parametrize("unseen", [
    "\u200b", "\u200e", "\u200f", "\u202e", "\u2066", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u034f", "\x07", "\x1b", "\x00",
    "\U000e0041", "\U000e0100", "\u061c", "\ud800", "\uffff", "\ufdd0", "\u200d", "\u200c",
])  # fmt: skip
def test_what_cannot_be_seen_is_dropped(unseen: str) -> None:
    assert clean_line(f"{unseen}a red{unseen} heart{unseen}") == "a red heart"


@pytest.mark.parametrize(
    "space",
    [" ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003", "\u2028", "\u0085", "\x0b", "\u3164", "\u2800", "\u202f", "  "],
)
def test_every_space_is_a_space(space: str) -> None:
    assert clean_line(f"{space}a red{space}heart{space}") == "a red heart"


@pytest.mark.parametrize("text", [
    "a 🩷 and a cat", "a \U0001fae8", "a \U0001fabe", "a \U0001fb00",  # of Unicode 15, 16, and such as may come
    "می‌خواهم", "क्‍ष", "👩‍🚀", "❤️", "ന്‍", "قلب أحمر", "葛", "a cat's nose: 50 %",
])  # fmt: skip
def test_words_of_all_writings_stay(text: str) -> None:
    assert clean_line(text) == text and is_printable(text)
    assert is_printable("\U000dfffd") and not is_printable("\U000e1000\ue000") and not is_printable("\u200b")


def test_composed_and_decomposed_letters_are_one() -> None:
    assert clean_line(unicodedata.normalize("NFD", "café é")) == unicodedata.normalize("NFC", "café é")


@given(st.text(max_size=80))
def test_a_clean_line_is_printable_and_stays_what_it_is(text: str) -> None:
    line = clean_line(text)
    assert is_printable(line) and line == line.strip() and len(line.splitlines()) <= 1
    assert clean_line(line) == line
    line.encode("utf-8")


@given(st.text(alphabet="ab ", max_size=60).map(clean_line), st.integers(1, 30))
def test_a_line_is_cut_at_a_word(line: str, limit: int) -> None:
    cut = cut_at_word(line, limit)
    assert len(cut) <= limit and line.startswith(cut) and bool(cut) == bool(line)
    if len(line.split()[0] if line else "") <= limit:
        assert cut.split() == line.split()[: len(cut.split())], "only whole words"


class Texts(Frozen):
    """A field of each kind of text."""

    phrase: Phrase = "x"
    label: Label = "x"
    line: Line = ""


def test_fields_take_text_as_it_is_pasted() -> None:
    made = Texts(phrase="\ufeffun chat\u00a0!", label="golden\u3000retriever", line="a\u00a0b\u200b")
    assert (made.phrase, made.label, made.line) == ("un chat !", "golden retriever", "a b")
    assert Texts(phrase="red\u200d  heart").phrase == "red\u200d  heart", "what an old work says is drawn again by its very words"
    for text in ("a\x1b[2J", "a\nb", "a\u2028b", "\ud800"):  # of a program, and not of a person: refused
        with pytest.raises(ValidationError):
            Texts(line=text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My data 2", "my-data-2"),
        ("Bilder für Oma", "bilder-fur-oma"),
        ("图片", "pictures-d24c10"),
        ("my-图片", "my-f77da7"),
        ("_", "pictures-"),
    ],
)
def test_a_folder_in_any_writing_gives_a_plain_name(text: str, name: str) -> None:
    assert plain_name(text).startswith(name)


@given(st.text(max_size=80))
def test_plain_names_are_allowed(text: str) -> None:
    assert re.fullmatch(NAME_PATTERN, plain_name(text)) and len(plain_name(text)) <= 47
    assert plain_name(unicodedata.normalize("NFD", text)) == plain_name(unicodedata.normalize("NFC", text))


def test_names_that_lose_letters_stay_apart() -> None:
    assert len({plain_name(text) for text in ("图片", "文件", "фото", "my-图片", "my-文件", "my")}) == 6
