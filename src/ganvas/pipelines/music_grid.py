"""Music as the networks see it: symbols for each voice in C major or A minor, and the plan as features of each beat."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.vocabulary.harmony import Chord, chords_of, read_chord, slots_of, split_slots
from ganvas.vocabulary.plan import Density, Plan
from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, VOICES, Metre, Mode, Score, shift_of, tidy

LOWEST = (50, 46, 40, 30)
"""The lowest MIDI number of each voice's range, in C major or A minor."""
PITCHES = 38
"""Half tones of a voice's range."""
REST_SYMBOL, HOLD_SYMBOL, SYMBOLS = PITCHES, PITCHES + 1, PITCHES + 2
PLANES = PITCHES + 2
"""Planes of a voice at a step: which pitch sounds, that it rests, and that a note begins."""
EIGHTHS = 2
"""Eighth notes of a beat, at each of which intervals are seen."""
SEEN = len(VOICES) * (PLANES + 12) * BEAT + 12 * 6 * EIGHTHS
"""Channels of a beat that a discriminator sees: planes, pitch classes, and intervals between two voices."""
KNOWN = len(VOICES) * PLANES * BEAT
"""Channels of a beat of known notes."""
FEATURES = 39
"""Channels of a beat of a plan."""
DENSITIES: dict[Density, float] = {"calm": 0.92, "flowing": 1.08, "lively": 1.26}
"""Notes of a voice a beat."""
PAIRS = tuple(combinations(range(len(VOICES)), 2))


@dataclass(frozen=True)
class Outline:
    """A plan on the grid of beats. chords: of each beat, or None where the model is free. places: of each beat in its bar.

    ends: the beats on which phrases end. starts: beats on which a half bar begins. shift: half tones above C major or A minor.
    density: notes of a voice a beat.
    """

    chords: tuple[Chord | None, ...]
    places: np.ndarray
    metre: Metre
    mode: Mode
    shift: int
    ends: tuple[int, ...]
    starts: tuple[int, ...]
    density: float


def outline_of_score(score: Score) -> Outline:
    """Return the outline that a piece follows."""
    slots, shift = slots_of(score), shift_of(score.tonic, score.mode)
    chords = [chord and chord.up(-shift) for chord in chords_of(score)]
    each = tuple(chord for chord, (start, end) in zip(chords, slots, strict=True) for _ in range(start, end))
    density = float((score.notes > 0).sum()) / (len(VOICES) * score.beats)
    return Outline(each, score.places, score.metre, score.mode, shift, score.ends, tuple(start for start, _ in slots), density)


def outline_of_plan(plan: Plan) -> Outline:
    """Return a plan's outline: phrases end on the first beat of a half bar, and with the last one the outline does."""
    shift = shift_of(plan.key, plan.mode)
    slots = split_slots(plan.bars * BEATS[plan.metre], plan.metre)
    beats = slots[-1][0] + 1
    chords = [read_chord(name).up(-shift) for name in plan.chords]
    each = tuple(chord for chord, (start, end) in zip(chords, slots, strict=True) for _ in range(start, end))[:beats]
    ends = tuple(slots[slot][0] for slot in plan.phrases)
    places = np.arange(beats) % BEATS[plan.metre]
    return Outline(each, places, plan.metre, plan.mode, shift, ends, tuple(start for start, _ in slots), DENSITIES[plan.density])


def features(outline: Outline) -> np.ndarray:
    """Return an outline as float32 (FEATURES, beats)."""
    beats = len(outline.places)
    found = np.zeros((FEATURES, beats), dtype=np.float32)
    for beat, chord in enumerate(outline.chords):
        if chord is not None:
            found[chord.root, beat] = 1.0
            found[[12 + tone for tone in sorted(chord.tones)], beat] = 1.0
    at, ends = np.arange(beats), np.array(outline.ends, dtype=int)
    following = np.array([ends[ends >= beat].min(initial=beats) for beat in at])
    begun = np.array([ends[ends < beat].max(initial=-1) + 1 for beat in at])
    found[24 + outline.places, at] = 1.0
    found[28] = outline.metre == "3/4"
    found[29, ends] = 1.0
    found[30], found[31] = np.minimum((following - at) / 8, 1), np.minimum((at - begun) / 8, 1)
    found[32], found[33] = outline.mode == "minor", outline.shift / 6
    found[34] = (outline.density - DENSITIES["flowing"]) / 0.15
    found[35], found[36] = np.minimum((beats - at) / 16, 1), np.minimum(at / 16, 1)
    found[37] = 1.0
    found[38, list(outline.starts)] = 1.0
    return found


CHORD_FEATURES = 24
"""The first features are the chord's; with zeros there the model is free to choose."""


def symbols_of(notes: np.ndarray, shift: int, *, where: object = "") -> np.ndarray:
    """Return notes (4, steps) as symbols of each voice's range, int64, moved down by `shift`. Raises InputError beyond it."""
    moved = notes.astype(np.int64) - shift - np.array(LOWEST)[:, None]
    pitched = notes > REST
    beyond = pitched & ((moved < 0) | (moved >= PITCHES))
    if beyond.any():
        voice = VOICES[int(np.argwhere(beyond)[0, 0])]
        raise InputError(f"its {voice} leaves the range that is learned", where=where)
    return np.where(pitched, moved, np.where(notes == REST, REST_SYMBOL, HOLD_SYMBOL))


def notes_of(symbols: np.ndarray, shift: int) -> np.ndarray:
    """Return symbols (4, steps) as notes, int16, moved up by `shift`."""
    pitched = symbols + np.array(LOWEST)[:, None] + shift
    return tidy(np.where(symbols < PITCHES, pitched, np.where(symbols == REST_SYMBOL, REST, HOLD)))


def began(symbols: np.ndarray) -> np.ndarray:
    """Return at which step what sounds at each step began: int (..., steps), -1 before anything did."""
    steps = np.arange(symbols.shape[-1])
    return np.maximum.accumulate(np.where(symbols != HOLD_SYMBOL, steps, -1), axis=-1)


def fold(planes: np.ndarray, *, beat: int = BEAT) -> np.ndarray:
    """Put the steps of a beat beside each other: (N, planes, steps) -> (N, planes * beat, beats)."""
    count, wide, steps = planes.shape
    return planes.reshape(count, wide, steps // beat, beat).transpose(0, 1, 3, 2).reshape(count, wide * beat, steps // beat)


def planes_of(symbols: np.ndarray) -> np.ndarray:
    """Return the planes of symbols (N, 4, steps): float32 (N, 4, PLANES, steps)."""
    start = began(symbols)
    pitches = np.where(start < 0, REST_SYMBOL, np.take_along_axis(symbols, np.maximum(start, 0), axis=-1))
    found = np.zeros((*symbols.shape[:2], PLANES, symbols.shape[2]), dtype=np.float32)
    np.put_along_axis(found, pitches[:, :, None], 1.0, axis=2)
    found[:, :, PITCHES + 1] = symbols < PITCHES
    return found


def known_of(symbols: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Return the known notes as a generator takes them, float32 (N, KNOWN, beats). hidden: bool (N, 4, beats), not known."""
    kept = planes_of(symbols) * ~np.repeat(hidden, BEAT, axis=2)[:, :, None]
    return fold(kept.reshape(len(symbols), -1, symbols.shape[2]))


_CLASSES = np.stack([np.eye(12, dtype=np.float32)[(lowest + np.arange(PITCHES)) % 12] for lowest in LOWEST])
"""The pitch class of each pitch of each voice's range: (4, PITCHES, 12)."""
_TURNS = (np.arange(12)[None] - np.arange(12)[:, None]) % 12


def seen_of(symbols: np.ndarray) -> np.ndarray:
    """Return what a discriminator sees of symbols (N, 4, steps): float32 (N, SEEN, beats)."""
    planes = planes_of(symbols)
    classes = np.einsum("nvpt,vpc->nvct", planes[:, :, :PITCHES], _CLASSES, optimize=True)
    at = classes[..., :: BEAT // EIGHTHS]
    turned = at[:, :, _TURNS]  # (N, V, 12, 12, E)
    between = [(turned[:, lower] * at[:, upper, None]).sum(axis=2) for upper, lower in PAIRS]
    count, steps = len(symbols), symbols.shape[2]
    whole = fold(np.concatenate([planes.reshape(count, -1, steps), classes.reshape(count, -1, steps)], axis=1))
    return np.concatenate([whole, fold(np.concatenate(between, axis=1), beat=EIGHTHS)], axis=1)
