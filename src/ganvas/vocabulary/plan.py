"""A Plan is a piece of music in outline: key, tempo, metre, the chord of each half bar, and where phrases end. It is all that a
language model may fill in for music.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from ganvas.ground.config import Frozen
from ganvas.vocabulary.harmony import ChordName, read_chord, split_slots
from ganvas.vocabulary.score import BEAT, Metre, Mode, Score

Tonic = Literal["C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B"]
Density = Literal["calm", "flowing", "lively"]
Mood = Literal["plain", "joyful", "sad", "calm", "solemn", "tender", "bright", "dark"]

SLOWEST, FASTEST, MOST_BARS = 30, 240, 64
"""Beats a minute, and bars at most."""
Tempo = Annotated[int, Field(ge=SLOWEST, le=FASTEST)]
Bars = Annotated[int, Field(ge=1, le=MOST_BARS)]


class Plan(Frozen):
    """A piece in outline. chords: two a bar, by their names. phrases: the half bars, from 0, on whose first beat phrases end."""

    tonic: Tonic
    mode: Mode
    tempo: Tempo = 80
    metre: Metre = "4/4"
    bars: Bars = 8
    chords: Annotated[tuple[ChordName, ...], Field(max_length=2 * MOST_BARS)]
    phrases: Annotated[tuple[Annotated[int, Field(ge=0, lt=2 * MOST_BARS)], ...], Field(min_length=1, max_length=MOST_BARS)]
    density: Density = "flowing"
    mood: Mood = "plain"

    @property
    def key(self) -> int:
        """The pitch class of its tonic, 0 = C."""
        return read_chord(self.tonic).root

    @property
    def flat(self) -> bool:
        """Whether its tonic is written with a flat."""
        return self.tonic.endswith("b")

    @model_validator(mode="after")
    def _holds_together(self) -> "Plan":
        if len(self.chords) != 2 * self.bars:
            raise ValueError(f"{self.bars} bars have {2 * self.bars} chords, two a bar, and there are {len(self.chords)}")
        if list(self.phrases) != sorted(set(self.phrases)) or self.phrases[-1] != 2 * self.bars - 1:
            raise ValueError(f"phrases must rise, and the last one ends in the last half bar, {2 * self.bars - 1}")
        return self


def score_of(notes: np.ndarray, plan: Plan) -> Score:
    """Return notes that were composed for a plan, int16 (4, steps), as a score."""
    slots = split_slots(notes.shape[1] // BEAT, plan.metre)
    ends = tuple(slots[slot][0] for slot in plan.phrases if slot < len(slots))
    return Score(notes, plan.key, plan.mode, plan.metre, ends=ends, tempo=plan.tempo)
