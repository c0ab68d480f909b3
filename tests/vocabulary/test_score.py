"""Notes on the grid: what sounds, and the one form of equal music."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganvas.vocabulary.score import HOLD, REST, Score, shift_of, sounding, tidy

NOTES = arrays(np.int16, (4, 32), elements=st.sampled_from([HOLD, HOLD, HOLD, REST, 48, 60, 72]))


def test_a_hold_sounds_as_its_note_and_nothing_can_be_held() -> None:
    assert sounding(np.array([HOLD, 60, HOLD, REST, HOLD, 62])).tolist() == [REST, 60, 60, REST, REST, 62]


@given(NOTES)
def test_tidy_changes_no_sound_and_is_the_one_form(notes: np.ndarray) -> None:
    neat = tidy(notes)
    assert np.array_equal(sounding(neat), sounding(notes))
    assert np.array_equal(tidy(neat), neat)
    assert not ((neat == HOLD) & (sounding(neat) == REST)).any()


def test_places_count_from_the_first_bar_line() -> None:
    score = Score(np.zeros((4, 32), dtype=np.int16), 0, "major", "3/4", upbeat=1)
    assert score.places.tolist() == [2, 0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize("tonic", range(12))
def test_every_key_is_at_most_half_an_octave_away(tonic: int) -> None:
    assert -6 <= shift_of(tonic, "major") <= 5 and -6 <= shift_of(tonic, "minor") <= 5
    assert shift_of(tonic, "major") % 12 == tonic and (shift_of(tonic, "minor") + 9) % 12 == tonic
