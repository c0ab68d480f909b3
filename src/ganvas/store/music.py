"""Works of music as files: MIDI, sound, a coloured roll, MusicXML and a page of notation, each with what composes it again."""

import json
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganvas.data.midi import read_midi, write_midi
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes, write_bytes
from ganvas.ground.images import encode_png
from ganvas.pipelines.music_roll import draw_roll
from ganvas.store.notation import engrave, write_musicxml
from ganvas.store.sound import encode_wav, read_comment, synthesise
from ganvas.vocabulary.harmony import chords_of, name_chord, split_slots
from ganvas.vocabulary.plan import score_of
from ganvas.vocabulary.provenance import KEY, PARAMETERS, composed_of
from ganvas.vocabulary.score import Score
from ganvas.vocabulary.work import Work

KINDS = (".mid", ".wav", ".png", ".musicxml", ".svg")
"""What a piece can be kept as."""
OPTIONAL = (".musicxml", ".svg")
"""What needs the packages of ganvas[music]."""
MAX_BYTES = 200_000_000
_MARK = "ganvas:"
"""How the text begins that a MIDI file carries."""


class Piece(NamedTuple):
    """A work as it is written down. chords: names, one a half bar. record: what composes it again, JSON in ASCII."""

    score: Score
    chords: tuple[str, ...]
    title: str
    flat: bool
    record: str
    parameters: str


def piece_of(work: Work) -> Piece:
    """Return a work with the names of its chords: its plan's, or those that a free model chose."""
    made = composed_of(work.provenance)
    assert made is not None, "no work of music"
    plan, score = made.plan, score_of(work.payload, made.plan)
    names = plan.chords
    if made.free:
        names = tuple("" if one is None else name_chord(one, plan.key, plan.mode, flat=plan.flat) for one in chords_of(score))
    record = json.dumps(work.provenance.model_dump(mode="json"))
    return Piece(score, names, work.provenance.idea[:100], plan.flat, record, work.provenance.parameters())


def encode(work: Work, kind: str) -> bytes:
    """Return a work as a file of a kind. Raises InputError where a package for that is missing."""
    return _ENCODERS[kind](piece_of(work))


def save_piece(first: Path, work: Work, *, replace: bool = False) -> list[Path]:
    """Save a work as a MIDI file, and beside it as sound, roll and, where the packages are there, notation; return the paths.

    Raises FileExistsError where `first` is there.
    """
    write_bytes(first, encode(work, first.suffix), replace=replace)
    paths = [first]
    for kind in KINDS[1:]:
        try:
            content = encode(work, kind)
        except InputError:
            if kind in OPTIONAL:
                continue
            raise
        write_bytes(first.with_suffix(kind), content, replace=True)
        paths.append(first.with_suffix(kind))
    return paths


def record_in(path: Path) -> str | None:
    """Return what a MIDI, WAV or MusicXML file of Ganvas says of how it was composed, or None. Raises InputError."""
    content = read_bytes(path, limit=MAX_BYTES)
    if path.suffix.lower() == ".mid":
        return next((text[len(_MARK) :] for text in read_midi(content, where=path).texts if text.startswith(_MARK)), None)
    if path.suffix.lower() == ".wav":
        return read_comment(content)
    text = content.decode("utf-8", errors="replace")
    _, found, rest = text.partition('<miscellaneous-field name="ganvas">')
    return unescape(rest.partition("</miscellaneous-field>")[0]) if found else None


def draw(work: Work) -> np.ndarray:
    """Draw the roll of a work, uint8 (H, W, 3)."""
    return _drawn(piece_of(work))


def _drawn(piece: Piece) -> np.ndarray:
    slots = split_slots(piece.score.beats, piece.score.metre)
    return np.ascontiguousarray(draw_roll(piece.score, chords=piece.chords, slots=slots))


def _roll(piece: Piece) -> bytes:
    return encode_png(_drawn(piece), text={KEY: piece.record, PARAMETERS: piece.parameters})


def _sound(piece: Piece) -> bytes:
    return encode_wav(synthesise(piece.score), text=piece.record)


def _xml(piece: Piece) -> bytes:
    return write_musicxml(piece.score, title=piece.title, flat=piece.flat, chords=piece.chords, text=piece.record).encode("utf-8")


def _page(piece: Piece) -> bytes:
    svg = engrave(_xml(piece).decode("utf-8"))
    return svg.replace("<desc>", f'<metadata id="ganvas">{escape(piece.record)}</metadata><desc>', 1).encode()


_ENCODERS: dict[str, Callable[[Piece], bytes]] = {
    ".mid": lambda piece: write_midi(piece.score, text=_MARK + piece.record), ".wav": _sound, ".png": _roll,
    ".musicxml": _xml, ".svg": _page,
}  # fmt: skip
