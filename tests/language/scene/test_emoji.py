"""Emoji in an idea: words like others, also those that are newer than this Python's tables, or than this project."""

import unicodedata

import pytest

from ganvas.language.scene.emoji import spell_emoji
from ganvas.language.scene.rules import read_idea
from tests.language.fakes import BagEncoder, lexicon

NAMES = {"red heart": "red heart", "pink heart": "pink heart", "goose": "goose", "cat face": "cat", "cat": "cat"}
UNNAMED = "\U0001faf9"
"""A place that no emoji has in Unicode 17."""


@pytest.mark.parametrize(
    ("idea", "words"),
    [
        ("🐈", "cat"),
        ("a ❤️ and a cat", "a , red heart,  and a cat"),
        ("a 🩷 and a cat", "a , pink heart,  and a cat"),  # Unicode 15
        ("two 🪿", "two , goose"),
        ("🪊", "trombone"),  # Unicode 17, which the vocabulary has not
        ("👍🏽", "thumbs up"),  # the colour of a skin is dropped
        ("no emoji", "no emoji"),
    ],
)
def test_an_emoji_is_written_as_its_name(idea: str, words: str) -> None:
    assert spell_emoji(idea, NAMES).replace("thumbs up sign", "thumbs up") == words


def test_names_do_not_depend_on_the_tables_of_this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    found = spell_emoji("a 🩷, a 🪾", NAMES)
    monkeypatch.setattr(unicodedata, "name", lambda sign, default="": default)
    monkeypatch.setattr(unicodedata, "category", lambda sign: "Cn")
    assert spell_emoji("a 🩷, a 🪾", NAMES) == found
    assert "pink heart" in found and "leafless tree" in found


@pytest.mark.parametrize("idea", [f"a {UNNAMED} and a cat", UNNAMED, f"a cat with a {UNNAMED}"])
def test_an_emoji_without_a_name_is_named_as_not_known(idea: str) -> None:
    read = read_idea(idea, lexicon=lexicon(), encoder=BagEncoder())
    assert read.note == f"no {UNNAMED} known"
    assert ("cat" in read.things) == ("cat" in idea)
