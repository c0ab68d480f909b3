"""Chords: names in every key, and the chord that notes are."""

import numpy as np
import pytest

from ganvas.vocabulary.harmony import (
    QUALITIES,
    Chord,
    chords_of,
    fifths_of,
    find_chord,
    name_chord,
    read_chord,
    spell,
    split_slots,
)
from ganvas.vocabulary.score import HOLD, Mode, Score

MODES: tuple[Mode, ...] = ("major", "minor")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tonic", range(12))
def test_every_chord_reads_back_by_its_name_in_every_key(tonic: int, mode: Mode) -> None:
    for root in range(12):
        for quality in QUALITIES:
            chord = Chord(root, quality)
            assert read_chord(name_chord(chord, tonic, mode)) == chord


def test_tones_are_spelled_as_the_key_has_them() -> None:
    assert [spell(tone, 2, "major") for tone in (2, 4, 6, 7, 9, 11, 1)] == ["D", "E", "F#", "G", "A", "B", "C#"]
    assert [spell(tone, 10, "major") for tone in (10, 0, 2, 3, 5, 7, 9)] == ["Bb", "C", "D", "Eb", "F", "G", "A"]
    assert spell(8, 9, "minor") == "G#"
    assert spell(3, 3, "minor", flat=True) == "Eb"
    assert [fifths_of(tonic, "major") for tonic in (0, 7, 2, 5, 10, 3)] == [0, 1, 2, -1, -2, -3]


@pytest.mark.parametrize("name", ["H", "", "Cmin", "C##", "Dm7b", "c", "C" * 50])
def test_what_is_no_chord_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no chord"):
        read_chord(name)


@pytest.mark.parametrize("name", ["C", "Am", "Bdim", "G7", "F", "E7", "Bm7b5"])
def test_a_chord_is_found_by_its_tones(name: str) -> None:
    chord = read_chord(name)
    weights = np.array([1.0 if tone in chord.tones else 0.0 for tone in range(12)])
    assert find_chord(weights, chord.root) == chord
    assert find_chord(np.zeros(12), None) is None


def test_a_short_passing_note_makes_no_seventh_chord() -> None:
    weights = np.zeros(12)
    weights[[0, 4, 7]], weights[11] = 8, 2
    assert find_chord(weights, 0) == read_chord("C")


def test_where_a_phrase_ends_its_chord_counts() -> None:
    notes = np.full((4, 32), HOLD, dtype=np.int16)
    for at, pitches in ((0, (72, 67, 64, 48)), (8, (71, 67, 62, 43)), (12, (69, 65, 60, 41)), (16, (72, 67, 64, 48))):
        notes[:, at] = pitches
    plain = Score(notes, 0, "major")
    ending = Score(notes, 0, "major", ends=(2,))
    assert chords_of(ending)[1] == read_chord("G") and chords_of(plain)[0] == read_chord("C")
    assert split_slots(8, "4/4") == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert split_slots(7, "3/4", upbeat=1) == [(0, 1), (1, 3), (3, 4), (4, 6), (6, 7)]
