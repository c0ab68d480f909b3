"""The chorales of J. S. Bach in the corpus of music21, as MIDI files of four voices with their keys and phrases.

The music is in the public domain. The corpus holds encodings by several people, some of whom do not allow commercial use, so that
no file of it comes with Ganvas: it is read from the music21 that is installed here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.data.midi import write_midi
from ganvas.data.music import FEWEST_BEATS, MusicLine
from ganvas.data.musicxml import from_stream, require_music21
from ganvas.data.records import Split
from ganvas.data.sets.splits import unseen
from ganvas.data.sets.writing import Summary, write_files
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of
from ganvas.vocabulary.harmony import find_chord, spell
from ganvas.vocabulary.keys import find_key
from ganvas.vocabulary.score import BEAT, REST, Mode, Score, shift_of, sounding

LICENCE = (
    "music by J. S. Bach (1685-1750), in the public domain; encodings from the corpus of music21 by several people, some of whom "
    "do not allow commercial use: see its own notices. Do not pass these files on without them"
)
_CHORALE = re.compile(r"bwv[\d.]+(-[a-z]+)?\.(mxl|xml|krn)")
TUNE = 10
"""Notes at the beginning of the melody by which settings of one tune are known: they are held out together."""


def make_chorales(out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None) -> Summary:
    """Write the chorales that have four voices in 4/4 or 3/4, each once, a tenth of the tunes held out.

    source: a folder of scores in place of the corpus. count: the first so many of these. Raises InputError without music21.
    """
    if size is not None:
        raise InputError("music has no pixels", where="--size", do="leave it out")
    found = dict(_distinct(read_corpus(source, count=count)))
    if len(found) < 2:
        raise InputError("there are no chorales to learn from", where=source or "the corpus of music21")
    tunes = {name: tune_of(score) for name, score in found.items()}
    gone = unseen(set(tunes.values()), seed=seed, name="chorales")

    def files() -> Iterator[tuple[MusicLine, bytes]]:
        for name, score in found.items():
            split: Split = "held out family" if tunes[name] in gone else "train"
            line = MusicLine(
                file_name=f"{name}.mid", title=f"J. S. Bach, {name.upper().replace('BWV', 'BWV ')}",
                tonic=spell(score.tonic, 0, "major" if score.mode == "major" else "minor"),  # pyright: ignore[reportArgumentType]
                mode=score.mode, upbeat=score.upbeat, ends=score.ends, family=tunes[name], split=split,
            )  # fmt: skip
            yield line, write_midi(score)

    made = f"seed {seed}" + (f", count {count}" if count else "")
    return write_files("chorales", out, files(), made=made, licences=(LICENCE,), what="pieces")


def read_corpus(source: Path | None, *, count: int | None = None) -> Iterator[tuple[str, Score]]:
    """Yield the chorales by name; what has other voices or metres is passed over."""
    music21: Any = require_music21()
    paths = [Path(str(path)) for path in (music21.corpus.getComposer("bach") if source is None else sorted(source.iterdir()))]
    chosen = sorted({path for path in paths if _CHORALE.fullmatch(path.name)}, key=lambda path: path.name)
    for path in chosen[:count]:
        try:
            parsed = music21.corpus.parse(str(path)) if source is None else music21.converter.parse(str(path))
            score = score_of(parsed, where=path.name)
        except InputError:
            continue
        if score.beats >= FEWEST_BEATS and score.ends:
            yield path.name.rsplit(".", 1)[0], score


def score_of(parsed: Any, *, where: object) -> Score:
    """Put a chorale on the grid, with its key. Raises InputError where it has not four voices in a metre that is known."""
    notes, metre, upbeat, ends, _ = from_stream(parsed, where=where)
    tonic, mode = _key_of(parsed, notes)
    return Score(notes, tonic, mode, metre, upbeat, ends)


def _key_of(parsed: Any, notes: np.ndarray) -> tuple[int, Mode]:
    """Return the key: of the signature where the piece ends on its tonic, else the one that the notes are in."""
    last = sounding(notes)[:, -2 * BEAT :]
    ending = find_chord(np.bincount(last[last != REST] % 12, minlength=12).astype(float), int(last[3, -1]) % 12)
    signs: list[tuple[int, Mode]] = []
    for sign in parsed.recurse().getElementsByClass("KeySignature"):
        sharps = int(sign.sharps)
        signs = [(sharps * 7 % 12, "major"), ((sharps * 7 + 9) % 12, "minor")]
        break
    by_notes = find_key(notes)
    ends_on = [key for key in (*signs, by_notes) if ending is not None and key[0] == ending.root]
    return ends_on[0] if ends_on else by_notes


def tune_of(score: Score) -> str:
    """Return a name that settings of one melody share: the steps between its first TUNE notes, repeated ones as one."""
    line = sounding(score.notes)[0, ::BEAT].astype(int)
    line = line[line != REST]
    changed = line[np.concatenate([[True], np.diff(line) != 0])][: TUNE + 1]
    return " ".join(map(str, np.diff(changed))) or "no melody"


def _distinct(found: Iterator[tuple[str, Score]]) -> Iterator[tuple[str, Score]]:
    """Yield each music once: the corpus has some chorales under several numbers, also in other keys."""
    seen = set[str]()
    for name, score in found:
        moved = np.where(score.notes > 0, score.notes - shift_of(score.tonic, score.mode), score.notes).astype(np.int16)
        digest = digest_of(moved.tobytes())
        if digest not in seen:
            seen.add(digest)
            yield name, replace(score, tempo=72)
