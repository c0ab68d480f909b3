"""Chorales: settings of one tune are known, and music21's scores are put on the grid."""

from dataclasses import replace

import numpy as np
import pytest

from ganvas.data.sets.chorales import score_of, tune_of
from ganvas.ground.errors import InputError
from ganvas.vocabulary.score import HOLD
from tests.data.pieces import piece


def test_a_tune_is_known_in_every_key_and_setting() -> None:
    score = piece(0)
    higher = replace(score, notes=np.where(score.notes > 0, score.notes + 3, score.notes), tonic=3)
    other = replace(score, notes=np.concatenate([score.notes[:1], score.notes[1:] - 12 * (score.notes[1:] > 0)]))
    assert tune_of(score) == tune_of(higher) == tune_of(other) != tune_of(piece(1))


def test_scores_are_put_on_the_grid() -> None:
    music21 = pytest.importorskip("music21")
    score = music21.stream.Score()
    for pitch in ("C5", "G4", "E4", "C3"):
        part = music21.stream.Part()
        part.append([music21.key.Key("C"), music21.meter.TimeSignature("4/4")])
        part.append([music21.note.Note(pitch, quarterLength=2), music21.note.Note(pitch, quarterLength=1.5)])
        part.append(music21.note.Note(pitch, quarterLength=0.5))
        part.recurse().notes[1].expressions.append(music21.expressions.Fermata())
        score.insert(0, part)
    found = score_of(score.makeNotation(), where="a")
    assert (found.tonic, found.mode, found.metre, found.ends) == (0, "major", "4/4", (2,))
    assert found.notes[0].tolist() == [72] + [HOLD] * 7 + [72] + [HOLD] * 5 + [72, HOLD]
    score.remove(score.parts[0])
    with pytest.raises(InputError, match="3 parts"):
        score_of(score, where="a")
