import numpy as np
import pytest

from ganvas.data.sets.words import captions, spoken_name, tags, with_article

RED = np.full((4, 4, 4), (221, 46, 68, 255), dtype=np.uint8)


def test_captions_name_the_thing_its_colours_and_its_hand() -> None:
    said = captions("red heart", "红心", style="noto", pixels=RED)
    for phrase in ("红心", "a red heart", "a drawing of a red heart", "red heart in noto style", "noto 风格的红心",
                   "red heart, mostly red", "红心，以红色为主"):  # fmt: skip
        assert phrase in said
    assert "red heart" not in said and len(set(said)) == len(said)


def test_captions_say_feelings_as_people_do_and_stay_short() -> None:
    assert {"a happy cat", "开心的猫"} <= set(captions("grinning cat", "大笑的猫", style="noto", pixels=RED))
    assert "an angry face" in captions("enraged face", "怒火中烧", style="noto", pixels=RED)
    assert all(len(phrase) <= 120 for phrase in captions("x" * 118, "长" * 119, style="noto", pixels=RED))


@pytest.mark.parametrize(("label", "said"), [
    ("red heart", "red heart"), ("man: red hair", "man with red hair"), ("woman: bald", "bald woman"), ("keycap: 1", "keycap 1"),
    ("person: beard", "person with a beard"), ("three-thirty", "clock showing three-thirty"),
    ("one o’clock", "clock showing one o’clock"),
    ("man running: facing right", "man running facing right"), ("family: man, boy", "family of man, boy"),
])  # fmt: skip
def test_labels_become_what_people_say(label: str, said: str) -> None:
    assert spoken_name(label) == said


@pytest.mark.parametrize(("name", "said"), [
    ("apple", "an apple"), ("robot", "a robot"), ("unicorn", "a unicorn"), ("hourglass done", "an hourglass done"),
    ("cherries", "cherries"),
    ("glass of milk", "a glass of milk"), ("people hugging", "people hugging"), ("T-Rex", "T-Rex"), ("bus", "a bus"),
    ("nest with eggs", "a nest with eggs"), ("open styles", "open styles"),
])  # fmt: skip
def test_articles(name: str, said: str) -> None:
    assert with_article(name) == said


def test_tags_hold_no_names_numbers_or_signs() -> None:
    said = tags("red heart", ["Red Heart", "love", "143", "<3", "x"], "红心", ["红心", "爱", "心"], kind="animal-mammal")
    assert said == ("love", "爱", "心", "animal mammal")
    assert tags("a", [], "b", [], kind="other-object") == ()
