"""Ideas that describe: told from those that name, and looked up without what nobody asked for."""

import pytest

from ganvas.language.scene.indirect_ideas import IndirectIdea, find_candidates, find_indirect_idea, find_tag_words, split_idea
from tests.language.fakes import BagEncoder, tagged


@pytest.mark.parametrize(
    "idea",
    [
        "something to cut with", "a thing that cuts", "what you cut paper with", "an animal that may bark", "用来剪纸的东西",
        "quelque chose pour couper", "etwas zum Schneiden", "algo para cortar", "что-то острое", "切る道具", "someone who barks",
        "a person who cuts paper", "a place to sleep", "an animal with a long neck",
    ],
)  # fmt: skip
def test_a_description_is_known_as_one(idea: str) -> None:
    assert find_indirect_idea(idea, tagged()) is not None


@pytest.mark.parametrize(
    "idea",
    [
        "a cat",
        "scissors",
        "a cat that sings",
        "a dog with a bone",
        "一份礼物",
        "一只猫",
        "くだもの",
        "a robot in spring",
        "",
        "roll of paper",
    ],
)
def test_a_name_is_none(idea: str) -> None:
    assert find_indirect_idea(idea, tagged()) is None


def test_what_is_named_and_what_is_described_are_parted() -> None:
    named, wish = split_idea("a cat and something to cut with", tagged())
    assert named == "a cat" and wish is not None and wish.text == "something to cut with"
    assert split_idea("a cat and a dog", tagged()) == ("a cat and a dog", None)
    assert split_idea("something old and something new", tagged())[0] == ""


def test_its_words_are_those_that_say_something() -> None:
    assert find_tag_words("something to cut the paper with", tagged()) == ["cut", "paper"]
    assert find_tag_words("可以用来剪的东西", tagged()) == ["剪"]


def test_faces_are_penalised_unless_a_person_is_described() -> None:
    thing, body = (
        dict(find_candidates(IndirectIdea("one with eyes", (), somebody), lexicon=tagged(), encoder=BagEncoder()))
        for somebody in (False, True)
    )
    assert body["grinning cat"] - thing["grinning cat"] == pytest.approx(0.07, abs=1e-5) and body["robot"] == thing["robot"]


def test_things_of_the_wanted_kind_come_first() -> None:
    wish = find_indirect_idea("an animal that cuts paper", tagged())
    assert wish is not None and set(wish.kind) == {"cat", "dog", "fox", "goose", "dolphin", "unicorn"}
    free = dict(find_candidates(wish._replace(kind=()), lexicon=tagged(), encoder=BagEncoder()))
    asked = dict(find_candidates(wish, lexicon=tagged(), encoder=BagEncoder()))
    assert asked["fox"] - free["fox"] == pytest.approx(0.1, abs=1e-5) and asked["scissors"] == free["scissors"]
