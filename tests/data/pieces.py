"""Small pieces of four voices, and folders of them."""

from pathlib import Path

import numpy as np

from ganvas.data.midi import write_midi
from ganvas.vocabulary.score import HOLD, Score, tidy

CHORDS = ((72, 67, 64, 48), (72, 69, 65, 53), (71, 67, 62, 55), (72, 67, 64, 48))


def piece(number: int, *, beats: int = 24, up: int = 0) -> Score:
    """Return a piece of chords of one beat each, in C major or `up` half tones higher; each number is another one."""
    notes = np.full((4, beats * 4), HOLD, dtype=np.int16)
    for beat in range(beats):
        notes[:, beat * 4] = np.array(CHORDS[(beat * (1 + number % 3) + number) % 4 if beat < beats - 1 else 0]) + up
    notes[number % 3, 2] = notes[number % 3, 0] + 2
    return Score(tidy(notes), up % 12, "major", ends=(beats // 2 - 2, beats - 1))


def write_pieces(folder: Path, count: int = 6) -> Path:
    """Write a folder of pieces as MIDI files."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.mid").write_bytes(write_midi(piece(number, up=number % 2 * 2)))
    return folder
