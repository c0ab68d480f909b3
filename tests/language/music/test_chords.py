"""Progressions end in cadences, and what is not of the key is replaced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganvas.ground.seeds import stream
from ganvas.language.music.chords import allowed, repair_chords, split_phrases, write_chords
from ganvas.vocabulary.harmony import QUALITIES, Chord, read_chord
from ganvas.vocabulary.plan import MOST_BARS
from ganvas.vocabulary.score import Metre, Mode

MODES: tuple[Mode, ...] = ("major", "minor")
METRES: tuple[Metre, ...] = ("4/4", "3/4")


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("bars", range(1, MOST_BARS + 1))
def test_phrases_rise_and_end_with_the_piece(bars: int, metre: Metre) -> None:
    phrases = split_phrases(bars, metre)
    assert list(phrases) == sorted(set(phrases)) and phrases[-1] == 2 * bars - 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20), st.sampled_from(MODES), st.integers(0, 1000))
def test_pieces_end_on_the_tonic_and_stay_as_they_are_when_repaired(bars: int, mode: Mode, seed: int) -> None:
    phrases = split_phrases(bars, "4/4")
    chords = write_chords(mode, 2 * bars, phrases, stream(seed, "chords"))
    assert len(chords) == 2 * bars and chords[-1] == read_chord("C" if mode == "major" else "Am")
    assert set(chords) <= allowed(mode)
    assert repair_chords(chords, mode, phrases) == chords


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES))), min_size=8, max_size=8),
    st.sampled_from(MODES),
)
def test_any_chords_become_a_progression_of_the_key(chords: list[Chord], mode: Mode) -> None:
    mended = repair_chords(chords, mode, (3, 7))
    assert set(mended) <= allowed(mode) and mended[-1] == read_chord("C" if mode == "major" else "Am")
    assert mended[6] != mended[7], "a cadence has a chord before its goal"
    assert repair_chords(mended, mode, (3, 7)) == mended
