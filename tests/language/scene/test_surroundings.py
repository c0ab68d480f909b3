# ruff: noqa: E501 (rows of words, some of them wide)
"""Where and when an idea is, in many languages, and what is left of it."""

import pytest

from ganvas.language.scene.surroundings import find_surroundings, names_surrounding


@pytest.mark.parametrize(
    ("idea", "ground", "sky", "left"),
    [
        ("a cat at night", None, "night", "a cat"), ("夜晚的猫", None, "night", "猫"), ("eine Katze bei Nacht", None, "night", "eine Katze"),
        ("un gato en la noche", None, "night", "un gato"), ("un chat dans la nuit", None, "night", "un chat"), ("夜の猫", None, "night", "猫"),
        ("a fox in the snow", "snow", None, "a fox"), ("雪地里的狐狸", "snow", None, "狐狸"), ("ein Fuchs im Schnee", "snow", None, "ein Fuchs"),
        ("a shark under water", "under water", None, "a shark"), ("海底的鲨鱼", "under water", None, "鲨鱼"),
        ("a ship at sea", "sea", None, "a ship"), ("夜の海の船", "sea", "night", "船"), ("una vaca en el prado", "meadow", None, "una vaca"),
        ("a frog on a rainy day", None, "rain", "a frog"), ("雨中的青蛙", None, "rain", "青蛙"), ("a camel in the desert at sunset", "desert", "sunset", "a camel"),
        ("une fille à la plage", "beach", None, "une fille"), ("a wizard in a dark forest", "forest", None, "a wizard"),
        ("a duck on a lake", "sea", None, "a duck"), ("江上的小船", "sea", None, "小船"), ("a mountain lake at night", "mountain", "night", ""),
        ("a house on a hill", "meadow", None, "a house"), ("山坡上的房子", "meadow", None, "房子"), ("a cup on a wooden table", "room", None, "a cup"),
        ("桌上的书", "room", None, "书"), ("a table", None, None, "a table"), ("中秋节的兔子", "meadow", "night", "兔子"), ("竹林里的熊猫", "forest", None, "熊猫"),
        ("a cat", None, None, "a cat"), ("a cat on all the chairs", None, None, "a cat on all the chairs"),
    ],
)  # fmt: skip
def test_places_times_and_weather_are_found(idea: str, ground: str | None, sky: str | None, left: str) -> None:
    found = find_surroundings(idea)
    assert (found.ground, found.sky, " ".join(found.left.removeprefix("的").split())) == (ground, sky, left)


def test_within_the_name_of_a_thing_they_are_no_surroundings() -> None:
    assert find_surroundings("一只海豚", [(2, 4)]).ground is None
    assert find_surroundings("a rain coat", [(2, 11)]).sky is None


def test_a_piece_may_be_surroundings_alone() -> None:
    assert names_surrounding("in the forest") and names_surrounding("雪地里") and not names_surrounding("a fox in the forest")
