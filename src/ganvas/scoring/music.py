"""Figures of music: what is counted in a piece of four voices, and how far two sets of pieces are apart in it."""

from collections.abc import Mapping, Sequence

import numpy as np

from ganvas.vocabulary.harmony import Chord, chords_of, find_parallels, slots_of
from ganvas.vocabulary.score import BEAT, REST, VOICES, Score, sounding

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}
"""Half tones of a key's scale above its tonic; the minor one with its raised steps."""
LEAP = 5
"""Half tones from which a step is a leap: a fourth."""


def figures(score: Score, chords: Sequence[Chord | None] | None = None) -> dict[str, float]:
    """Count what is in a piece. chords: of each half bar, that it is to follow; else its own."""
    pitches = sounding(score.notes).astype(int)
    loud = pitches != REST
    begins = score.notes > REST
    classes = np.bincount((pitches[loud]) % 12, minlength=12).astype(float)
    shares = classes[classes > 0] / max(classes.sum(), 1)
    scale = [(score.tonic + step) % 12 for step in SCALES[score.mode]]
    lengths = loud.sum(axis=1) / np.maximum(begins.sum(axis=1), 1) / BEAT
    found = {
        "chord tones": _chord_tones(pitches, chords_of(score) if chords is None else chords, score),
        "in scale": float(np.isin(pitches[loud] % 12, scale).mean()) if loud.any() else 0.0,
        "polyphony": float(loud.sum(axis=0).mean()),
        "entropy": float(-(shares * np.log2(shares)).sum()),
        "crossings": float(((pitches[:-1] < pitches[1:]) & loud[:-1] & loud[1:]).mean()),
        "parallels": len(find_parallels(score.notes)) / max(score.beats, 1),
    }
    steps = [_steps(pitches[voice], begins[voice]) for voice in range(len(VOICES))]
    every = np.concatenate(steps) if any(map(len, steps)) else np.zeros(1)
    found["leaps"] = float((np.abs(every) >= LEAP).mean())
    found["repeated"] = float((every == 0).mean())
    for voice, name in enumerate(VOICES):
        line = pitches[voice][loud[voice]]
        found[f"{name} length"] = float(lengths[voice])
        found[f"{name} pitch"] = float(line.mean()) if len(line) else 0.0
        found[f"{name} range"] = float(line.max() - line.min()) if len(line) else 0.0
    return found


def _steps(pitches: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Return the half tones from each note of a voice to its next."""
    return np.diff(pitches[begins])


def _chord_tones(pitches: np.ndarray, chords: Sequence[Chord | None], score: Score) -> float:
    """Return the share of sounding steps whose tone is of the chord of their half bar."""
    of, inside = 0, 0
    for chord, (start, end) in zip(chords, slots_of(score), strict=True):
        part = pitches[:, start * BEAT : end * BEAT]
        part = part[part != REST] % 12
        of += len(part)
        inside += int(np.isin(part, sorted(chord.tones)).sum()) if chord is not None else 0
    return inside / max(of, 1)


def wasserstein(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Wasserstein-1 distance of two samples of numbers, of any sizes."""
    grid = (np.arange(200) + 0.5) / 200
    return float(np.abs(np.quantile(one, grid) - np.quantile(other, grid)).mean())


def distances(made: Sequence[Mapping[str, float]], real: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return for each figure how far pieces are from real ones: the Wasserstein-1 distance over the real ones' deviation."""
    found: dict[str, float] = {}
    for name in real[0]:
        here, there = (np.array([one[name] for one in some]) for some in (made, real))
        found[name] = wasserstein(here, there) / max(float(there.std()), 1e-3)
    return found


def chord_match(score: Score, chords: Sequence[Chord | None]) -> float:
    """Return the share of half bars whose own chord has the root and the third of the one that it is to be."""
    own = chords_of(score)
    same = [one is not None and two is not None and _kind(one) == _kind(two) for one, two in zip(own, chords, strict=True)]
    return float(np.mean(same))


def _kind(chord: Chord) -> tuple[int, bool, bool]:
    return chord.root, (chord.root + 4) % 12 in chord.tones, (chord.root + 7) % 12 in chord.tones
