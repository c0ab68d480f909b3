"""A piece of music as a picture for everybody: each voice a colour, time from left to right, pitch upwards."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, VOICES, Score, sounding

COLOURS = ((214, 64, 69), (232, 160, 32), (46, 134, 193), (72, 84, 160))
"""Of soprano, alto, tenor and bass."""
PAPER, BAR, GRID, END, INK = (252, 252, 248), (190, 190, 186), (232, 232, 226), (255, 240, 200), (70, 70, 70)


def draw_roll(score: Score, *, step: int = 5, row: int = 6, chords: Sequence[str] = (), slots: Sequence[tuple[int, int]] = (),
              span: tuple[int, int] | None = None) -> np.ndarray:  # fmt: skip
    """Draw a piece: uint8 (H, W, 3). step, row: pixels of a sixteenth and a half tone. chords: names above half bars, `slots`.

    span: the lowest and highest MIDI number shown; those of the piece when left out.
    """
    pitches = sounding(score.notes)
    loud = pitches[pitches != REST]
    low, high = span or ((int(loud.min()) - 2, int(loud.max()) + 2) if len(loud) else (48, 72))
    head = 16 if chords else 0
    width, height = score.notes.shape[1] * step, head + (high - low + 1) * row
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    for end in score.ends:
        draw.rectangle((end * BEAT * step, head, (end + 1) * BEAT * step, height), fill=END)
    for pitch in range(low, high + 1):
        if pitch % 12 == 0:
            draw.line((0, head + (high - pitch) * row + row // 2, width, head + (high - pitch) * row + row // 2), fill=GRID)
    for beat in range(score.beats):
        if (beat - score.upbeat) % BEATS[score.metre] == 0:
            draw.line((beat * BEAT * step, head, beat * BEAT * step, height), fill=BAR)
    for voice in reversed(range(len(VOICES))):
        _draw_voice(draw, score.notes[voice], pitches[voice], COLOURS[voice], step=step, row=row, high=high, head=head)
    for name, (start, _) in zip(chords, slots, strict=False):
        draw.text((start * BEAT * step + 2, 2), name, fill=INK)
    return np.asarray(picture)


def _draw_voice(
    draw: ImageDraw.ImageDraw, notes: np.ndarray, pitches: np.ndarray, colour: tuple[int, int, int], *, step: int, row: int,
    high: int, head: int,
) -> None:  # fmt: skip
    for at, (note, pitch) in enumerate(zip(notes.tolist(), pitches.tolist(), strict=True)):
        if pitch == REST:
            continue
        top = head + (high - pitch) * row
        left = at * step + (1 if note != HOLD else 0)
        draw.rectangle((left, top + 1, (at + 1) * step - 1, top + row - 2), fill=colour)
