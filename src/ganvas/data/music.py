"""A folder of music: MIDI or MusicXML files of four voices, with metadata.jsonl where more is known than the notes say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from ganvas.data.midi import MAX_BYTES as MAX_MIDI
from ganvas.data.midi import metre_of, read_midi, split_voices
from ganvas.data.musicxml import MAX_BYTES as MAX_XML
from ganvas.data.musicxml import SUFFIXES as XML
from ganvas.data.musicxml import read_musicxml
from ganvas.data.records import METADATA, Split
from ganvas.ground.config import Frozen, Line, Phrase, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, parse_json, read_bytes, read_text
from ganvas.vocabulary.harmony import read_chord
from ganvas.vocabulary.keys import find_key
from ganvas.vocabulary.plan import Tonic
from ganvas.vocabulary.score import BEATS, HOLD, REST, Metre, Mode, Score

MIDI = (".mid", ".midi")
MAX_FILES, MAX_METADATA, LONG = 20_000, 50_000_000, 8
"""LONG: steps of a note of all voices that is taken for a phrase's end where nothing says where phrases end."""
FEWEST_BEATS = 24
"""Beats of the shortest piece that is learned from: the length of a window."""


class MusicLine(Frozen):
    """What is known of one file. upbeat: beats before the first bar line. ends: beats, from 0, on which phrases end."""

    file_name: Annotated[str, Field(min_length=1, max_length=255)]
    title: Line = ""
    tonic: Tonic
    mode: Mode
    upbeat: Annotated[int, Field(ge=0, le=3)] = 0
    ends: Annotated[tuple[Annotated[int, Field(ge=0, le=10_000)], ...], Field(max_length=1000)] = ()
    family: Phrase | None = None
    split: Split = "train"


@dataclass(frozen=True)
class Piece:
    """A piece of a folder."""

    name: str
    score: Score
    split: Split = "train"


@dataclass(frozen=True)
class Music:
    """The pieces of a folder. left: why files are left out, a line each. digest: sha256 over the names and bytes of all files."""

    pieces: tuple[Piece, ...]
    left: tuple[str, ...]
    digest: str

    def select(self, *splits: Split) -> tuple[Piece, ...]:
        """Return the pieces of some splits."""
        return tuple(piece for piece in self.pieces if piece.split in splits)


def open_music(folder: Path, *, say: Callable[[str], None] | None = None) -> Music:
    """Read every piece of a folder. Raises InputError where none can be learned from."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (*MIDI, *XML) and path.is_file())[:MAX_FILES]
    known = _metadata(folder)
    pieces, left, summary = list[Piece](), list[str](), list[str]()
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            content = read_bytes(path, limit=MAX_MIDI if path.suffix.lower() in MIDI else MAX_XML)
            summary.append(f"{name} {digest_of(content)}")
            line = known.get(name)
            score = read_score(content, suffix=path.suffix.lower(), line=line, where=name)
            if score.beats < FEWEST_BEATS:
                raise InputError(f"has {score.beats} beats, and {FEWEST_BEATS} are the least that is learned from", where=name)
            pieces.append(Piece(name, score, line.split if line else "train"))
        except InputError as error:
            left.append(str(error))
    if not pieces:
        first = f": {left[0]}" if left else ""
        raise InputError(f"holds no piece to learn from{first}", where=folder,
                         do="name a folder of MIDI or MusicXML files, or make one: ganvas data chorales")  # fmt: skip
    summary += [known[name].model_dump_json() for name in sorted(known)]
    return Music(tuple(pieces), tuple(left), digest_of("\n".join(summary).encode()))


def _metadata(folder: Path) -> dict[str, MusicLine]:
    path = folder / METADATA
    if not path.is_file():
        return {}
    lines = [line for line in read_text(path, limit=MAX_METADATA).splitlines() if line.strip()]
    found = [parse(MusicLine, parse_json(line, where=path), where=f"{path}:{number}") for number, line in enumerate(lines, 1)]
    return {line.file_name: line for line in found}


def read_score(content: bytes, *, suffix: str, line: MusicLine | None = None, where: object) -> Score:
    """Read a piece of four voices. line: what is known of it; else key and phrases are found from the notes.

    Raises InputError.
    """
    metre: Metre
    if suffix in MIDI:
        found = read_midi(content, where=where)
        notes, metre, upbeat, ends, tempo = split_voices(found, where=where), metre_of(found, where=where), 0, (), found.tempo
    else:
        notes, metre, upbeat, ends, tempo = read_musicxml(content, suffix=suffix, where=where)
    if line is not None:
        tonic, mode, upbeat, ends = read_chord(line.tonic).root, line.mode, line.upbeat, line.ends or ends
    else:
        tonic, mode = find_key(notes)
    if upbeat >= BEATS[metre]:
        raise InputError(f"an upbeat of {upbeat} beats is a bar of {metre}", where=where)
    beats = notes.shape[1] // 4
    ends = tuple(sorted({end for end in ends if end < beats})) or _guess_ends(notes)
    return Score(notes, tonic, mode, metre, upbeat, ends, min(max(round(tempo), 30), 240))


def _guess_ends(notes: np.ndarray) -> tuple[int, ...]:
    """Return the beats on which all voices begin a note of LONG steps or more; the last such note where there is none."""
    steps = notes.shape[1]
    begins = [step for step in range(0, steps, 4) if (notes[:, step] > REST).all()]
    found = [step // 4 for step in begins if (notes[:, step + 1 : step + LONG] == HOLD).all() and step + LONG <= steps]
    return tuple(found) or ((begins[-1] // 4,) if begins else (steps // 4 - 1,))
