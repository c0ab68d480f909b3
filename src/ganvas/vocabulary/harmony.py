"""Chords: their names, their tones, and the chord that some sounding notes are."""

import re
from functools import cache
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import AfterValidator

from ganvas.vocabulary.score import BEAT, BEATS, REST, Metre, Mode, Score, sounding

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "dim": (0, 3, 6), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "aug": (0, 4, 8),
}  # fmt: skip
"""The kinds of chords by how their names end: half tones above the root."""
_COMMON = {"": 0.0, "m": 0.0, "dim": -0.1, "7": -0.2, "m7": -0.28, "maj7": -0.36, "m7b5": -0.24, "dim7": -0.3, "aug": -0.2}
"""What each kind has to make up for, so that a passing note does not make a triad a seventh chord."""
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = "FCGDAEB"
_NAME = re.compile(r"([A-G])(#|b)?(.*)")
SLOTS: dict[Metre, tuple[int, ...]] = {"4/4": (2, 2), "3/4": (2, 1)}
"""Beats of the two chords of a bar."""


class Chord(NamedTuple):
    """A chord. root: pitch class, 0 = C. quality: one of QUALITIES."""

    root: int
    quality: str

    @property
    def tones(self) -> frozenset[int]:
        """Its pitch classes."""
        return frozenset((self.root + step) % 12 for step in QUALITIES[self.quality])

    def up(self, steps: int) -> "Chord":
        """Return it so many half tones higher."""
        return Chord((self.root + steps) % 12, self.quality)


def read_chord(name: str) -> Chord:
    """Read a chord's name, such as Dm, F#dim or Bb7. Raises ValueError."""
    found = _NAME.fullmatch(name)
    if found is None or found[3] not in QUALITIES:
        raise ValueError(f"{name[:20]!r} is no chord: a letter A to G, # or b, and one of {', '.join(filter(None, QUALITIES))}")
    return Chord((_LETTERS[found[1]] + {"#": 1, "b": -1}.get(found[2], 0)) % 12, found[3])


def _is_chord(name: str) -> str:
    read_chord(name)
    return name


ChordName = Annotated[str, AfterValidator(_is_chord)]


def fifths_of(tonic: int, mode: Mode, *, flat: bool = False) -> int:
    """Return the sharps of a key's signature, negative for flats: -5 to 6; with `flat`, six sharps are six flats."""
    major = tonic if mode == "major" else (tonic + 3) % 12
    sharps = (major * 7 + 5) % 12 - 5
    return -6 if flat and sharps == 6 else sharps


def spell(pitch_class: int, tonic: int, mode: Mode, *, flat: bool = False) -> str:
    """Return the name of a tone as it is written in a key: F# in D major, Gb in D flat major."""
    lowest = fifths_of(tonic, mode, flat=flat) + (-3 if mode == "major" else -2)  # of twelve tones in a row of fifths
    place = (pitch_class * 7 - lowest) % 12 + lowest
    letter, marks = _FIFTHS[(place + 1) % 7], (place + 1) // 7
    return letter + ("#" * marks if marks > 0 else "b" * -marks)


def name_chord(chord: Chord, tonic: int, mode: Mode, *, flat: bool = False) -> str:
    """Return a chord's name as it is written in a key; double sharps and flats are respelled."""
    root = spell(chord.root, tonic, mode, flat=flat)
    if len(root) > 2:
        root = spell(chord.root, 0, "major")
    return root + chord.quality


@cache
def _templates() -> tuple[list[Chord], np.ndarray, np.ndarray, np.ndarray]:
    chords = [Chord(root, quality) for root in range(12) for quality in QUALITIES]
    tones = np.array([[tone in chord.tones for tone in range(12)] for chord in chords], dtype=np.float64)
    return chords, tones, np.array([_COMMON[chord.quality] for chord in chords]), np.array([chord.root for chord in chords])


def find_chord(weights: np.ndarray, bass: int | None) -> Chord | None:
    """Return the chord that explains some tones best; None where nothing sounds.

    weights: how long each pitch class sounds (12,). bass: the lowest tone, more likely a root.
    """
    if not weights.sum():
        return None
    chords, tones, common, roots = _templates()
    share = weights / weights.sum()
    lacking = ((share[None] < 0.04) * tones).sum(axis=1)
    value = tones @ share * 2 - 0.12 * lacking + common + 0.25 * share[roots]
    if bass is not None:
        value = value + 0.06 * (roots == bass)
    return chords[int(value.argmax())]


def slots_of(score: Score) -> list[tuple[int, int]]:
    """Return from which beat to which each half bar of a score goes; an upbeat is one of its own."""
    return split_slots(score.beats, score.metre, score.upbeat)


def split_slots(beats: int, metre: Metre, upbeat: int = 0) -> list[tuple[int, int]]:
    """Return from which beat to which each half bar goes."""
    bounds, place = ([0] if upbeat else []), upbeat
    while place < beats:
        bounds.append(place)
        if place + SLOTS[metre][0] < beats:
            bounds.append(place + SLOTS[metre][0])
        place += BEATS[metre]
    return list(zip(bounds, [*bounds[1:], beats], strict=True))


def chords_of(score: Score) -> list[Chord | None]:
    """Return the chord of each half bar; where a phrase ends in it, the chord that it ends on."""
    pitches = sounding(score.notes).astype(int)
    steps = np.arange(pitches.shape[1])
    loud = pitches != REST
    classes, lowest = np.zeros((12, pitches.shape[1])), np.where(loud, pitches, 999).min(axis=0)
    for line, there in zip(pitches, loud, strict=True):
        classes[line[there] % 12, steps[there]] += 1.0
    found: list[Chord | None] = []
    for start, end in slots_of(score):
        closing = [beat for beat in score.ends if start <= beat < end]
        first, last = (closing[0] * BEAT, (closing[0] + 1) * BEAT) if closing else (start * BEAT, end * BEAT)
        weights = classes[:, first:last].sum(axis=1) + 0.5 * classes[:, first]
        under = lowest[first:last]
        basses = np.bincount(under[under < 999] % 12, minlength=12)
        chord = find_chord(weights, int(basses.argmax()) if basses.any() else None)
        found.append(chord or (found[-1] if found else None))
    return found


def find_parallels(notes: np.ndarray) -> list[tuple[int, int, int]]:
    """Return parallel fifths and octaves in notes (4, steps): upper voice, lower voice, the step on which they arrive.

    Two voices move the same way, from a fifth or an octave (or either with octaves between) to the same one.
    """
    pitches = sounding(notes).astype(int)
    at = np.flatnonzero((notes > REST).any(axis=0))
    moved, found = np.diff(pitches[:, at], axis=1), list[tuple[int, int, int]]()
    for upper in range(len(pitches)):
        for lower in range(upper + 1, len(pitches)):
            above, below = pitches[upper, at], pitches[lower, at]
            gap = (above - below) % 12
            same = (gap[1:] == gap[:-1]) & np.isin(gap[1:], (0, 7)) & (moved[upper] * moved[lower] > 0)
            loud = (above != REST) & (below != REST)
            found += [(upper, lower, int(step)) for step in at[1:][same & loud[1:] & loud[:-1]]]
    return found


LEAP = 7
"""Half tones of the largest step of an upper voice that is no mistake: a fifth."""


def find_leaps(notes: np.ndarray) -> list[tuple[int, int, int]]:
    """Return where a voice above the lowest leaps farther than a fifth, in notes (4, steps): voice, voice, step of arrival."""
    found: list[tuple[int, int, int]] = []
    for voice, line in enumerate(notes[:-1].astype(int)):
        at = np.flatnonzero(line > REST)
        found += [(voice, voice, int(step)) for step in at[1:][np.abs(np.diff(line[at])) > LEAP]]
    return found
