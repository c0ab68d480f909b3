"""Two things in one: known names in a row, and the ways to ask for it outright."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.scene.hybrids import joined, two_in_one
from ganvas.language.scene.rules import write_brief
from tests.language.fakes import BagEncoder, lexicon


@pytest.mark.parametrize(
    ("caption", "parts"),
    [
        ("robot cat", ("cat", "robot")), ("cat-robot", ("robot", "cat")), ("机器人猫", ("猫", "机器人")),
        ("evergreen tree robot", ("robot", "evergreen tree")),
        ("red heart", None),  # a name of its own
        ("lonely cat", None), ("cat", None), ("天鹅", None), ("cat 猫", None), ("", None),
    ],
)  # fmt: skip
def test_known_names_in_a_row_are_two_in_one(caption: str, parts: tuple[str, str] | None) -> None:
    assert two_in_one(caption, lexicon()) == parts


@pytest.mark.parametrize(
    ("idea", "captions"),
    [
        ("a robot cat", ["robot cat"]), ("机器人猫", ["robot cat"]), ("a red robot cat", ["red robot cat"]),
        ("half cat, half robot", ["robot cat"]), ("a cross between a dog and an evergreen tree", ["evergreen tree dog"]),
        ("a hybrid of a cat and a robot in the rain", ["robot cat"]), ("a cat-robot hybrid", ["robot cat"]),
        ("猫和狗的混合体", ["dog cat"]), ("一半猫一半机器人", ["robot cat"]),
        ("a robot and a cat", ["robot", "cat"]), ("a lonely cat", ["cat"]), ("天鹅", ["天鹅"]),
        ("a robot heart on fire", ["heart on fire"]),  # that has two things in its name already
    ],
)  # fmt: skip
def test_the_rules_write_both_into_the_caption(idea: str, captions: list[str]) -> None:
    brief = write_brief(idea, lexicon=lexicon(), encoder=BagEncoder())
    assert [one.caption for one in brief.elements][: len(captions)] == captions


@given(st.text(max_size=200))
def test_any_text_passes(text: str) -> None:
    joined(text)
    found = two_in_one(text, lexicon())
    assert found is None or all(part in text for part in found)


def test_ordinary_words_are_left_as_they_are() -> None:
    for idea in ("a cat and a dog", "half a pizza", "a mix of fruit", "猫和狗", "half past nine"):
        assert joined(idea) == idea
