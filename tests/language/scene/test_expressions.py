# ruff: noqa: E501 (rows of words, some of them wide)
"""Wishes, feelings and abstract nouns: which things show them, and that they are not found within other things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.scene.expressions import find_expression


@pytest.mark.parametrize(
    ("idea", "first", "left"),
    [
        ("thank you teacher", "bouquet", "teacher"), ("谢谢老师", "bouquet", "老师"), ("good job sticker for my students", "thumbs up", ""),
        ("Congratulations!!!", "party popper", ""), ("加油！", "flexed biceps", ""), ("Gute Nacht", "sleeping face", ""), ("I love you, mum", "red heart", "mum"),
        ("a cat says good morning", "sun", "a cat says"),
        ("teamwork", "people holding hands", ""), ("团队合作", "people holding hands", ""), ("feeling overwhelmed", "face with spiral eyes", ""), ("I'm so hungry", "face savoring food", ""),
        ("好累啊", "tired face", ""), ("I'm so tired today", "tired face", ""), ("今天好开心", "grinning face with big eyes", ""), ("I have an idea!", "light bulb", ""), ("amor", "red heart", ""), ("the power of friendship", "people hugging", ""),
    ],
)  # fmt: skip
def test_what_is_wished_or_felt_is_shown_by_things(idea: str, first: str, left: str) -> None:
    found = find_expression(idea)
    assert found and (found.things[0], found.left) == (first, left)


@pytest.mark.parametrize(
    "idea",
    ["a love letter", "a happy dog", "a tired robot", "music box", "爱心饼干", "a cat", "time machine", "", "!?", "home cooking"],
)
def test_a_feeling_within_a_longer_idea_is_none(idea: str) -> None:
    assert find_expression(idea) is None


def test_a_wish_within_the_name_of_a_thing_is_none() -> None:
    assert find_expression("a thank you card", [(2, 16)]) is None
    assert find_expression("thank you", [(0, 9)]) is not None, "a name that is the whole wish leaves it one"


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = find_expression(text)
    assert found is None or (found.things and len(found.left) <= len(text) + 1)
