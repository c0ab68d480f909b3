"""Figures of music: each counts what its name says."""

from dataclasses import replace

import numpy as np
import pytest

from ganvas.scoring.music import chord_match, distances, figures, wasserstein
from ganvas.vocabulary.harmony import chords_of, read_chord
from ganvas.vocabulary.score import HOLD, REST, Score
from tests.data.pieces import piece


def chords(*columns: tuple[int, ...]) -> Score:
    notes = np.full((4, 4 * len(columns)), HOLD, dtype=np.int16)
    for beat, column in enumerate(columns):
        notes[:, 4 * beat] = column
    return Score(notes, 0, "major")


def test_plain_chords_have_plain_figures() -> None:
    found = figures(chords((72, 67, 64, 48), (72, 67, 64, 48)))
    assert found["chord tones"] == found["in scale"] == found["repeated"] == 1.0
    assert found["polyphony"] == 4.0 and found["crossings"] == found["parallels"] == found["leaps"] == 0.0
    assert found["soprano length"] == 1.0 and found["bass pitch"] == 48.0


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (((72, 67, 64, 48), (74, 69, 65, 50)), 3.0),  # C to D, all in parallel: soprano and bass, alto and bass, soprano and bass
        (((72, 67, 64, 48), (71, 67, 62, 55)), 0.0),
        (((72, 67, 64, 48), (72, 67, 64, 48)), 0.0),
    ],
)
def test_parallels_are_counted(columns: tuple[tuple[int, ...], ...], wanted: float) -> None:
    found = figures(chords(*columns))["parallels"] * len(columns)
    assert (found > 0) == (wanted > 0)


def test_crossings_leaps_and_rests_are_seen() -> None:
    crossed = figures(chords((60, 67, 64, 48)))
    assert crossed["crossings"] > 0
    leapt = figures(chords((72, 67, 64, 48), (84, 67, 64, 48)))
    assert leapt["leaps"] == pytest.approx(0.25)
    silent = chords((72, 67, 64, 48))
    assert figures(replace(silent, notes=np.full((4, 4), REST, dtype=np.int16)))["polyphony"] == 0.0


def test_equal_sets_are_no_distance_apart_and_others_are() -> None:
    real = [figures(piece(number)) for number in range(4)]
    assert max(distances(real, real).values()) == 0.0
    assert distances([figures(piece(0, up=5))] * 4, real)["soprano pitch"] > 1.0
    assert wasserstein(np.array([0.0, 1.0]), np.array([1.0, 2.0])) == pytest.approx(1.0)


def test_chords_match_by_root_and_third() -> None:
    score = chords((72, 67, 64, 48), (72, 67, 64, 48), (71, 67, 62, 55), (71, 67, 62, 55))
    assert chord_match(score, chords_of(score)) == 1.0
    assert chord_match(score, [read_chord("C7"), read_chord("Gm")]) == 0.5
