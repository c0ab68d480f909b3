"""MusicXML: strangers' files read onto the grid by music21, which is optional, after they were looked at."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, VOICES, Metre, tidy

MAX_BYTES, MAX_BEATS = 8_000_000, 2_000
SUFFIXES = (".musicxml", ".xml", ".mxl")


def require_music21() -> Any:
    """Import music21. Raises InputError where it is not installed."""
    try:
        import music21
    except ImportError as error:
        raise InputError("MusicXML, and the chorales, need music21", do="pip install 'ganvas[music]'") from error
    return music21


def read_musicxml(content: bytes, *, suffix: str, where: object) -> tuple[np.ndarray, Metre, int, tuple[int, ...], float]:
    """Return the four voices of a file (4, steps), metre, beats of the upbeat, beats on which phrases end, beats a minute.

    Raises InputError for one that is broken, too large, asks for other files, or has not four voices.
    """
    return from_stream(parse_xml(content, suffix=suffix, where=where), where=where)


def parse_xml(content: bytes, *, suffix: str, where: object) -> Any:
    """Return a file as music21's score. Raises InputError as `read_musicxml` does."""
    text = _text_of(content, suffix=suffix, where=where)
    if b"\x00" in text or b"<!entity" in text.lower():
        raise InputError("defines entities, or is no utf-8 text, which no score needs", where=where)
    if b"<score-partwise" not in text and b"<score-timewise" not in text:
        raise InputError("is no MusicXML score", where=where)
    music21 = require_music21()
    try:
        return music21.converter.parseData(text.decode("utf-8", errors="replace"), format="musicxml")
    except Exception as error:  # music21 has no common class for what it finds broken
        raise InputError(f"is no MusicXML that music21 reads ({type(error).__name__})", where=where) from error


def _text_of(content: bytes, *, suffix: str, where: object) -> bytes:
    if len(content) > MAX_BYTES:
        raise InputError(f"has more than {MAX_BYTES:,} bytes", where=where)
    if suffix != ".mxl":
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [one for one in archive.infolist() if PurePosixPath(one.filename).suffix in (".xml", ".musicxml")
                     and not one.filename.startswith("META-INF")]  # fmt: skip
            if not names or names[0].file_size > MAX_BYTES:
                raise InputError("holds no score of a size that is read", where=where)
            with archive.open(names[0]) as file:
                text = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("is no whole compressed MusicXML file", where=where) from error
    if len(text) > MAX_BYTES:
        raise InputError(f"has more than {MAX_BYTES:,} bytes", where=where)
    return text


def from_stream(score: Any, *, where: object) -> tuple[np.ndarray, Metre, int, tuple[int, ...], float]:
    """Put music21's score on the grid, as `read_musicxml` returns it. Raises InputError."""
    parts = list(score.parts) if hasattr(score, "parts") else []
    if len(parts) != len(VOICES):
        raise InputError(f"has {len(parts)} parts, and four are learned", where=where)
    metre = _metre_of(parts[0], where=where)
    length = max(float(part.flatten().highestTime) for part in parts)
    if not 0 < length <= MAX_BEATS:
        raise InputError(f"has {length:,.0f} beats, and 1 to {MAX_BEATS:,} are read", where=where)
    first = next(iter(parts[0].getElementsByClass("Measure")), None)
    full = float(first.duration.quarterLength) if first is not None else float(BEATS[metre])
    upbeat = int(full) if 0 < full < BEATS[metre] and full == int(full) else 0
    beats = int(np.ceil(length - 1e-6))
    lines = [_line(part, beats, where=where) for part in parts]
    ends = sorted({end for part in parts[:1] for end in _fermatas(part) if end < beats})
    return tidy(np.stack(lines)), metre, upbeat, tuple(ends), _tempo_of(score)


def _metre_of(part: Any, *, where: object) -> Metre:
    metres = {str(one.ratioString) for one in part.recurse().getElementsByClass("TimeSignature")}
    if len(metres) != 1 or not metres <= set(BEATS):
        raise InputError(f"is in {' and '.join(sorted(metres)) or 'no metre'}, and 4/4 and 3/4 are known", where=where)
    return "3/4" if metres == {"3/4"} else "4/4"


def _tempo_of(score: Any) -> float:
    return next((float(mark.number) for mark in score.recurse().getElementsByClass("MetronomeMark") if mark.number), 80.0)


def _line(part: Any, beats: int, *, where: object) -> np.ndarray:
    """Return the notes of a part; of a chord the top note, and ties join notes."""
    line = np.full(beats * BEAT, REST, dtype=np.int16)
    for one in part.flatten().notes:
        start, length = float(one.offset) * BEAT, float(one.quarterLength) * BEAT
        if length <= 0:
            continue  # grace notes
        if abs(start - round(start)) > 1e-3 or abs(length - round(length)) > 1e-3:
            raise InputError("has notes shorter than sixteenths, or triplets", where=where)
        begin, end = round(start), min(round(start + length), len(line))
        pitch = max(int(tone.midi) for tone in one.pitches) if one.pitches else REST
        tied = one.tie is not None and one.tie.type in ("stop", "continue")
        line[begin] = HOLD if tied else pitch
        line[begin + 1 : end] = HOLD
    return line


def _fermatas(part: Any) -> list[int]:
    return [
        int(float(one.offset))
        for one in part.flatten().notes
        if any("Fermata" in type(mark).__name__ for mark in one.expressions)
    ]


def read_melody(content: bytes, *, suffix: str, where: object) -> tuple[np.ndarray, Metre, float]:
    """Return the first part of a file as one line of whole bars (steps,), its metre and beats a minute. Raises InputError."""
    score = parse_xml(content, suffix=suffix, where=where)
    parts = list(score.parts) if hasattr(score, "parts") else []
    if not parts or not len(parts[0].flatten().notes):
        raise InputError("has no notes", where=where)
    metre = _metre_of(parts[0], where=where)
    length = float(parts[0].flatten().highestTime)
    if not 0 < length <= MAX_BEATS:
        raise InputError(f"has {length:,.0f} beats, and 1 to {MAX_BEATS:,} are read", where=where)
    bar = BEATS[metre]
    line = _line(parts[0], int(-(-length // bar)) * bar, where=where)
    return tidy(line[None])[0], metre, _tempo_of(score)
