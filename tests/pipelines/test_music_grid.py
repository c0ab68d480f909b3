"""Symbols and features: what the networks see is what the music is."""

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.pipelines.music_grid import (
    FEATURES,
    HOLD_SYMBOL,
    KNOWN,
    PITCHES,
    features,
    known_of,
    notes_of,
    outline_of_plan,
    outline_of_score,
    symbols_of,
)
from ganvas.vocabulary.plan import Plan
from tests.data.pieces import piece


@pytest.mark.parametrize("up", [0, 2, 5])
def test_symbols_are_the_same_in_every_key_and_read_back(up: int) -> None:
    score, low = piece(1, up=up), piece(1)
    shift = outline_of_score(score).shift
    symbols = symbols_of(score.notes, shift)
    assert np.array_equal(symbols, symbols_of(low.notes, 0))
    assert np.array_equal(notes_of(symbols, shift), score.notes)


def test_beyond_a_range_is_refused() -> None:
    notes = piece(0).notes.copy()
    notes[3, 0] = 100
    with pytest.raises(InputError, match="bass leaves the range"):
        symbols_of(notes, 0)


def test_hidden_places_are_not_seen_and_others_are() -> None:
    symbols = symbols_of(piece(0).notes, 0)[None]
    hidden = np.zeros((1, 4, 24), dtype=bool)
    hidden[0, 1, 3] = True
    known = known_of(symbols, hidden).reshape(4, -1, 24)
    assert known.size == KNOWN * 24 and not known[1, :, 3].any() and known[1, :, 4].any() and known[0, :, 3].any()
    symbols[0, 1, 12] = HOLD_SYMBOL if symbols[0, 1, 12] < PITCHES else 0
    assert np.array_equal(known_of(symbols, hidden)[..., :3], known_of(symbols_of(piece(0).notes, 0)[None], hidden)[..., :3])


def test_every_part_of_a_plan_is_a_feature() -> None:
    plan = Plan(tonic="G", mode="major", bars=2, chords=("G", "C", "D", "G"), phrases=(1, 3))
    plain = features(outline_of_plan(plan))
    assert plain.shape == (FEATURES, 7), "the last phrase ends on the first beat of the last half bar"
    for change in (
        {"tonic": "A", "chords": ("A", "D", "E", "A")}, {"mode": "minor"}, {"chords": ("G", "D", "D", "G")}, {"phrases": (3,)},
        {"density": "calm"},
    ):  # fmt: skip
        assert not np.array_equal(features(outline_of_plan(plan.model_copy(update=change))), plain), change
    three = features(outline_of_plan(plan.model_copy(update={"metre": "3/4"})))
    assert three.shape[1] == 6 and three[28].all()
