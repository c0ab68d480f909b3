"""Notation: MusicXML reads back as the same music, in every key, and is engraved."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ganvas.data.musicxml import read_melody, read_musicxml
from ganvas.ground.errors import InputError
from ganvas.store.notation import engrave, write_musicxml
from ganvas.vocabulary.harmony import fifths_of
from ganvas.vocabulary.score import Score
from tests.data.pieces import piece

pytest.importorskip("music21")


@pytest.mark.parametrize("up", [0, 1, 3, 6])
def test_what_is_written_reads_back_in_every_key(up: int) -> None:
    score = piece(1, beats=12, up=up)
    content = write_musicxml(score, title='A "song" & more', chords=("C", "Dm", "Bb7", "F#m7b5", "", "C"), text='{"a": "<b>"}')
    notes, metre, upbeat, ends, tempo = read_musicxml(content.encode(), suffix=".musicxml", where="a")
    assert np.array_equal(notes, score.notes) and (metre, upbeat, ends, tempo) == ("4/4", 0, score.ends, 80.0)
    assert f"<fifths>{fifths_of(score.tonic, 'major')}</fifths>" in content
    assert content == write_musicxml(
        score, title='A "song" & more', chords=("C", "Dm", "Bb7", "F#m7b5", "", "C"), text='{"a": "<b>"}'
    )


def test_a_melody_is_the_first_part() -> None:
    score = piece(0, beats=12)
    melody, metre, tempo = read_melody(write_musicxml(score, title="a").encode(), suffix=".musicxml", where="a")
    assert np.array_equal(melody, score.notes[0]) and (metre, tempo) == ("4/4", 80.0)


def test_it_is_engraved_with_its_chords() -> None:
    pytest.importorskip("verovio")
    content = write_musicxml(piece(0, beats=8), title="a", chords=("C", "F", "G7", "C"))
    page = engrave(content)
    assert page.count('class="staff') >= 8 and ">G7<" in page and page == engrave(content)
    with pytest.raises(InputError, match="cannot engrave"):
        engrave("<nothing/>")


def test_three_quarters_have_bars_of_three() -> None:
    score = piece(0, beats=12)
    three = Score(score.notes, 0, "major", "3/4", ends=(11,))
    content = write_musicxml(three, title="a")
    assert content.count("<measure ") == 4 * 4
    assert np.array_equal(read_musicxml(content.encode(), suffix=".xml", where="a")[0], score.notes)


def test_it_is_engraved_in_any_thread() -> None:
    pytest.importorskip("verovio")
    content = write_musicxml(piece(0, beats=8), title="a")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(engrave, content).result() == engrave(content)
