"""What words ask for, in English and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.music.words import Wishes, read_wishes
from ganvas.vocabulary.plan import FASTEST, MOST_BARS, SLOWEST


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("a calm evening chorale in D minor", Wishes(tonic="D", mode="minor", mood="calm")),
        ("a joyful march, 12 bars, at 132 bpm", Wishes(tempo=132, bars=12, mood="joyful")),
        ("in F# minor, slow, twelve measures", Wishes(tonic="F#", mode="minor", tempo=56, bars=12)),
        ("a waltz in E flat major", Wishes(tonic="Eb", mode="major", metre="3/4")),
        ("in the key of G", Wishes(tonic="G")),
        ("a song in a minor key", Wishes(mode="minor")),
        ("悲伤的四三拍圣咏，降B大调，十六小节", Wishes(tonic="Bb", mode="major", metre="3/4", bars=16, mood="sad")),
        ("欢快的 a小调 每分钟100拍", Wishes(tonic="A", mode="minor", tempo=100, mood="joyful")),
        ("升F小调，快板，20小节", Wishes(tonic="F#", mode="minor", tempo=120, bars=20)),
        ("二十四小节的小调", Wishes(mode="minor", bars=24)),
        ("a cat in a box", Wishes()),
        ("", Wishes()),
    ],
)
def test_words_are_read(words: str, wanted: Wishes) -> None:
    assert read_wishes(words) == wanted


def test_what_cannot_be_done_is_named() -> None:
    wishes = read_wishes("tempo -1, 1000000 bars, in 7/8")
    assert wishes.tempo is None and wishes.bars is None and wishes.metre is None
    assert len(wishes.refused) == 3


@given(st.text(max_size=80))
def test_no_words_break_it(words: str) -> None:
    wishes = read_wishes(words)
    assert wishes.tempo is None or SLOWEST <= wishes.tempo <= FASTEST
    assert wishes.bars is None or 1 <= wishes.bars <= MOST_BARS
