"""Music on a grid: four voices in sixteenth notes, as arrays."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Metre = Literal["4/4", "3/4"]
Mode = Literal["major", "minor"]

VOICES = ("soprano", "alto", "tenor", "bass")
BEAT = 4
"""Steps of a beat: a step is a sixteenth note."""
BEATS: dict[Metre, int] = {"4/4": 4, "3/4": 3}
"""Beats of a bar."""
REST, HOLD = 0, -1
"""What stands at a step where a voice is silent, and where its note goes on; else the MIDI number of a note that begins there."""


@dataclass(frozen=True)
class Score:
    """Four voices. notes: int16 (4, steps), each a MIDI number 1 to 127, REST or HOLD, of whole beats.

    tonic: pitch class of the key, 0 = C. upbeat: beats before the first bar line. ends: the beats, from 0, on which phrases end.
    """

    notes: np.ndarray
    tonic: int
    mode: Mode
    metre: Metre = "4/4"
    upbeat: int = 0
    ends: tuple[int, ...] = ()
    tempo: int = 80

    @property
    def beats(self) -> int:
        """How many beats it has."""
        return self.notes.shape[1] // BEAT

    @property
    def places(self) -> np.ndarray:
        """The place of each beat in its bar, from 0: int (beats,)."""
        of = BEATS[self.metre]
        return (np.arange(self.beats) - self.upbeat) % of


def sounding(notes: np.ndarray) -> np.ndarray:
    """Return what sounds at each step of (..., steps) notes: MIDI numbers, or REST. A hold of nothing is a rest."""
    steps = np.arange(notes.shape[-1])
    began = np.maximum.accumulate(np.where(notes != HOLD, steps, -1), axis=-1)
    found = np.take_along_axis(notes, np.maximum(began, 0), axis=-1)
    return np.where(began < 0, REST, np.where(found == HOLD, REST, found))


def tidy(notes: np.ndarray) -> np.ndarray:
    """Return notes in their one form: no hold of a rest or of nothing, so that equal music is equal arrays."""
    return np.where((notes == HOLD) & (sounding(notes) == REST), REST, notes).astype(np.int16)


def shift_of(tonic: int, mode: Mode) -> int:
    """Return by how many half tones a piece lies above its copy in C major or A minor, -6 to 5."""
    return (tonic - (0 if mode == "major" else 9) + 6) % 12 - 6
