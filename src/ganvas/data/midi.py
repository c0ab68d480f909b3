"""MIDI files: four voices written, and strangers' files read onto the grid, within bounds."""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import mido
import numpy as np

from ganvas.ground.errors import InputError
from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, VOICES, Metre, Mode, Score, sounding, tidy

MAX_BYTES, MAX_EVENTS, MAX_BEATS = 1_000_000, 200_000, 2_000
TICKS = 480
"""Ticks of a beat in the files that are written."""
OFF_GRID = 0.1
"""The share of notes that may begin between two sixteenths; their beginnings are rounded."""
PROGRAM = 19
"""The General MIDI sound that is asked for: church organ."""


class Note(NamedTuple):
    """A note. voice: number of its track and channel. start, end: in beats."""

    voice: tuple[int, int]
    start: float
    end: float
    pitch: int


class MidiNotes(NamedTuple):
    """What a MIDI file holds: its notes, beats a minute, metre as (beats, unit), and its own texts."""

    notes: tuple[Note, ...]
    tempo: float
    metre: tuple[int, int]
    texts: tuple[str, ...]


def write_midi(score: Score, *, text: str = "") -> bytes:
    """Write a score as MIDI of type 1, a track for each voice. text: what the file is to carry, ASCII. The same score gives the
    same bytes.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    head = mido.MidiTrack([
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)),
        mido.MetaMessage("time_signature", numerator=BEATS[score.metre], denominator=4),
    ])  # fmt: skip
    if text:
        head.append(mido.MetaMessage("text", text=text))
    file.tracks.append(head)
    for number, voice in enumerate(VOICES):
        file.tracks.append(_track(score.notes[number], voice, channel=number))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _track(notes: np.ndarray, name: str, *, channel: int) -> mido.MidiTrack:
    track = mido.MidiTrack([
        mido.MetaMessage("track_name", name=name), mido.Message("program_change", program=PROGRAM, channel=channel)
    ])  # fmt: skip
    at = 0
    for start, end, pitch in spans(notes):
        for kind, step in (("note_on", start), ("note_off", end)):
            velocity = 72 if kind == "note_on" else 0
            track.append(mido.Message(kind, note=pitch, velocity=velocity, channel=channel, time=(step - at) * TICKS // BEAT))
            at = step
    track.append(mido.MetaMessage("end_of_track", time=(len(notes) - at) * TICKS // BEAT))
    return track


def spans(notes: np.ndarray) -> list[tuple[int, int, int]]:
    """Return the notes of one voice (steps,) as (first step, step after the last, MIDI number)."""
    pitches, found = sounding(notes), list[tuple[int, int, int]]()
    for step, value in enumerate(notes.tolist()):
        if value not in (HOLD, REST):
            found.append((step, step + 1, value))
        elif value == HOLD and pitches[step] != REST and found:
            start, _, pitch = found[-1]
            found[-1] = (start, step + 1, pitch)
    return found


def read_midi(content: bytes, *, where: object) -> MidiNotes:
    """Read a MIDI file's notes. Raises InputError for one that is broken, empty or too long."""
    if len(content) > MAX_BYTES:
        raise InputError(f"has more than {MAX_BYTES:,} bytes, too many for a MIDI file", where=where)
    try:
        file = mido.MidiFile(file=io.BytesIO(content), clip=True)
        ticks, tracks = int(file.ticks_per_beat), list(file.tracks)
    except Exception as error:  # mido has no common class for what it finds broken
        raise InputError(f"is no whole MIDI file ({type(error).__name__})", where=where) from error
    if ticks <= 0 or ticks > 0x7FFF:
        raise InputError("does not count time in ticks of a beat", where=where, do="save it again with a fixed number of them")
    if sum(map(len, tracks)) > MAX_EVENTS:
        raise InputError(f"has more than {MAX_EVENTS:,} events", where=where, do="cut a shorter piece out of it")
    notes, tempo, metre, texts = list[Note](), 120.0, (4, 4), list[str]()
    for number, track in enumerate(tracks):
        found, first = _notes_of(track, number, ticks=ticks, where=where)
        notes += found
        tempo, metre = first.get("tempo", tempo), first.get("metre", metre)
        texts += first.get("texts", [])
    if not notes:
        raise InputError("has no notes", where=where)
    return MidiNotes(tuple(sorted(notes, key=lambda note: (note.start, note.pitch))), tempo, metre, tuple(texts))


def _notes_of(track: Any, number: int, *, ticks: int, where: object) -> tuple[list[Note], dict[str, Any]]:
    """Return the notes of a track, and its first tempo and metre with its texts."""
    at, open_notes, notes = 0, dict[tuple[int, int], int](), list[Note]()
    first: dict[str, Any] = {}
    for message in track:
        at += int(message.time)
        if at / ticks > MAX_BEATS:
            raise InputError(f"is longer than {MAX_BEATS:,} beats", where=where, do="cut a shorter piece out of it")
        if message.type == "set_tempo" and message.tempo > 0:
            first.setdefault("tempo", mido.tempo2bpm(message.tempo))
        elif message.type == "time_signature":
            first.setdefault("metre", (message.numerator, message.denominator))
        elif message.type == "text":
            first.setdefault("texts", []).append(message.text)
        elif message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            begun = open_notes.pop(key, None)
            if begun is not None and at > begun:
                notes.append(Note((number, message.channel), begun / ticks, at / ticks, message.note))
            if message.type == "note_on" and message.velocity > 0:
                open_notes[key] = at
    return notes, first


def metre_of(found: MidiNotes, *, where: object) -> Metre:
    """Return a file's metre. Raises InputError for one that is not learned or harmonised."""
    metres: dict[tuple[int, int], Metre] = {(4, 4): "4/4", (2, 2): "4/4", (3, 4): "3/4"}
    if found.metre not in metres:
        raise InputError(f"is in {found.metre[0]}/{found.metre[1]}, and 4/4 and 3/4 are known", where=where)
    return metres[found.metre]


def on_grid(notes: Sequence[Note], beats: int, *, where: object) -> np.ndarray:
    """Put the notes of one voice on the grid: int16 (beats * BEAT,); a later note ends an earlier one.

    Raises InputError where too many notes begin between two sixteenths.
    """
    line = np.full(beats * BEAT, REST, dtype=np.int16)
    off = sum(abs(note.start * BEAT - round(note.start * BEAT)) > 0.2 for note in notes)
    if off > OFF_GRID * len(notes):
        raise InputError(f"{off} of {len(notes)} notes begin between two sixteenths", where=where, do="quantise it to sixteenths")
    for note in sorted(notes, key=lambda one: (one.start, one.pitch)):
        start = min(round(note.start * BEAT), len(line) - 1)
        end = min(max(round(note.end * BEAT), start + 1), len(line))
        line[start:] = REST
        line[start], line[start + 1 : end] = note.pitch, HOLD
    return line


def split_voices(found: MidiNotes, *, where: object) -> np.ndarray:
    """Return the four voices of a file, highest first: int16 (4, steps) of whole bars.

    They are its tracks, or the four notes of each chord of one or two tracks. Raises InputError for another number of voices.
    """
    bar = BEATS[metre_of(found, where=where)]
    beats = -(-max(round(note.end * BEAT) for note in found.notes) // (BEAT * bar)) * bar
    groups: dict[tuple[int, int], list[Note]] = {}
    for note in found.notes:
        groups.setdefault(note.voice, []).append(note)
    if len(groups) == len(VOICES):
        ordered = sorted(groups.values(), key=lambda some: -float(np.mean([note.pitch for note in some])))
        return tidy(np.stack([on_grid(some, beats, where=where) for some in ordered]))
    if len(groups) > 2:
        raise InputError(f"has {len(groups)} voices, and four are learned", where=where)
    return _split_chords(found.notes, beats, where=where)


def _split_chords(notes: Sequence[Note], beats: int, *, where: object) -> np.ndarray:
    """Return the notes of chords as four voices, by their order from above wherever four sound."""
    steps = beats * BEAT
    at: list[list[tuple[int, bool]]] = [[] for _ in range(steps)]
    for note in notes:
        start = min(round(note.start * BEAT), steps - 1)
        for step in range(start, min(max(round(note.end * BEAT), start + 1), steps)):
            at[step].append((note.pitch, step == start))
    lines = np.full((len(VOICES), steps), REST, dtype=np.int16)
    held = np.full(len(VOICES), REST)
    odd = 0
    for step, column in enumerate(at):
        four = sorted(dict(column).items(), reverse=True)
        odd += len(four) not in (0, len(VOICES))
        for voice, (pitch, begins) in enumerate(four[: len(VOICES)]):
            lines[voice, step] = HOLD if not begins and held[voice] == pitch else pitch
        held[:] = [pitch for pitch, _ in four[: len(VOICES)]] + [REST] * (len(VOICES) - len(four[: len(VOICES)]))
    if odd > OFF_GRID * steps:
        raise InputError("does not have four voices: give each a track of its own", where=where)
    return tidy(lines)


def to_score(found: MidiNotes, *, tonic: int, mode: Mode, where: object, upbeat: int = 0, ends: tuple[int, ...] = ()) -> Score:
    """Return a file's voices as a score in a key. Raises InputError as `split_voices` does."""
    tempo = min(max(round(found.tempo), 30), 240)
    return Score(split_voices(found, where=where), tonic, mode, metre_of(found, where=where), upbeat, ends, tempo)
