"""Sound: as long as the score, neither silent nor clipped, at the pitches of the notes."""

import io
import wave

import numpy as np
import pytest

from ganvas.store.sound import RATE, encode_wav, read_comment, synthesise
from ganvas.vocabulary.score import HOLD, REST, Score
from tests.data.pieces import piece


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return synthesise(piece(0, beats=8))


def test_it_is_as_long_as_the_score_and_well_levelled(sound: np.ndarray) -> None:
    assert abs(len(sound) / RATE - 8 * 60 / 80) < 1 / RATE
    assert 0.5 < np.abs(sound).max() < 0.95 and np.sqrt((sound**2).mean()) > 0.05
    assert np.abs(sound[-1]).max() < 0.01, "it ends without a click"


def test_a_note_sounds_at_its_pitch() -> None:
    notes = np.full((4, 16), REST, dtype=np.int16)
    notes[0], notes[0, 0] = HOLD, 69
    loud = np.abs(np.fft.rfft(synthesise(Score(notes, 0, "major")).mean(axis=1)))
    heard = np.fft.rfftfreq(int(16 / 4 * 60 / 80 * RATE), 1 / RATE)[loud.argmax()]
    assert heard == pytest.approx(440, abs=2)


def test_silence_is_silent() -> None:
    assert not synthesise(Score(np.zeros((4, 16), dtype=np.int16), 0, "major")).any()


def test_files_open_and_carry_a_text(sound: np.ndarray) -> None:
    content = encode_wav(sound, text='{"a": "é"}')
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, RATE, len(sound))
    assert read_comment(content) == '{"a": "é"}'
    assert read_comment(encode_wav(sound)) is None and read_comment(b"RIFF") is None and read_comment(content[:50]) is None
