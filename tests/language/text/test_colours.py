"""Words for colours: heard in every language of the rules, and only where they are colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.text.colours import SIGNS, colour_in, painted


@pytest.mark.parametrize(
    ("text", "colour", "rest"),
    [
        ("red robot", "red", "robot"), ("gray cat", "grey", "cat"), ("violet GREEN-house", "purple", "GREEN-house"),
        ("robots rouges", "red", "robots"), ("fleur violette", "purple", "fleur"), ("roter Roboter", "red", "Roboter"),
        ("weiße Katze", "white", "Katze"), ("gatos azules", "blue", "gatos"), ("casa roja", "red", "casa"),
        ("gatto nero", "black", "gatto"), ("gatos pretos", "black", "gatos"), ("rode robot", "red", "robot"),
        ("czerwony robot", "red", "robot"), ("kırmızı robot", "red", "robot"), ("красный кот", "red", "кот"),
        ("빨간 로봇", "red", "로봇"), ("갈색 곰", "brown", "곰"), ("قطة سوداء", "black", "قطة"), ("แมวสีดำ", "black", "แมว"),
        ("红色的机器人", "red", "机器人"), ("深蓝色小猫", "blue", "小猫"),
        ("粉红色的猪", "pink", "猪"), ("咖啡色的熊", "brown", "熊"),
        ("紅色的房子", "red", "房子"), ("赤いロボット", "red", "ロボット"), ("緑のドラゴン", "green", "ドラゴン"),
        ("红", "red", ""),
    ],
)  # fmt: skip
def test_one_colour_is_found_and_taken_away(text: str, colour: str, rest: str) -> None:
    assert colour_in(text) == (colour, rest)


@pytest.mark.parametrize(
    "text",
    ["robot", "blue-eyed cat", "red and blue robot", "slice of orange", "zumo de naranja", "rode a horse", "bored",
     "una rosa roja", "西红柿", "黄瓜", "белка", ""],
)  # fmt: skip
def test_what_names_no_colour_or_several(text: str) -> None:
    assert colour_in(text) is None


@pytest.mark.parametrize("colour", SIGNS)
def test_what_is_painted_is_of_that_colour(colour: str) -> None:
    assert colour_in(painted("robot", colour)) == (colour, "robot")
    assert colour_in(painted("机器人", colour)) == (colour, "机器人")
    assert painted("red book", colour) == f"{colour} book"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    named = colour_in(text)
    assert named is None or named[0] in SIGNS
