"""The roll: every voice in its colour, above and beside each other as the notes are."""

import numpy as np

from ganvas.pipelines.music_roll import COLOURS, draw_roll
from tests.data.pieces import piece


def test_voices_stand_above_each_other_in_their_colours() -> None:
    pixels = draw_roll(piece(0), chords=("C",) * 12, slots=[(2 * number, 2 * number + 2) for number in range(12)])
    heights = [np.argwhere((pixels == colour).all(axis=2))[:, 0].mean() for colour in COLOURS]
    assert heights == sorted(heights) and pixels.shape[1] == 96 * 5
    assert draw_roll(piece(0)).shape[0] < pixels.shape[0], "names of chords have a line of their own"
