"""Music as notation: MusicXML by music21, engraved as a page by verovio. Both are optional."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from ganvas.data.midi import spans
from ganvas.data.musicxml import require_music21
from ganvas.ground.errors import InputError
from ganvas.vocabulary.harmony import read_chord, spell, split_slots
from ganvas.vocabulary.score import BEAT, BEATS, VOICES, Score

CLEFS = ("TrebleClef", "TrebleClef", "Treble8vbClef", "BassClef")
_KINDS = {
    "": "major", "m": "minor", "dim": "diminished", "7": "dominant-seventh", "m7": "minor-seventh", "maj7": "major-seventh",
    "m7b5": "half-diminished-seventh", "dim7": "diminished-seventh", "aug": "augmented",
}  # fmt: skip
_RANDOM_ID = re.compile(r"\b[A-Z][0-9a-f]{32}\b")
PAGE = {
    "pageWidth": 2100, "pageHeight": 60000, "adjustPageHeight": True, "scale": 45, "header": "none", "footer": "none",
    "breaks": "auto", "spacingSystem": 6, "font": "Leipzig", "xmlIdSeed": 1,
}  # fmt: skip


def write_musicxml(score: Score, *, title: str, flat: bool = False, chords: Sequence[str] = (), text: str = "") -> str:
    """Write a score as MusicXML, a part for each voice. chords: names above each half bar. text: what the file is to carry.

    flat: six sharps are written as six flats. Raises InputError without music21.
    """
    music21 = require_music21()
    whole: Any = music21.stream.Score()
    whole.metadata = music21.metadata.Metadata(title=title, composer="Ganvas")
    for number, voice in enumerate(VOICES):
        part: Any = music21.stream.Part(id=voice)
        part.partName = voice.capitalize()
        part.append(getattr(music21.clef, CLEFS[number])())
        part.append(music21.key.Key(_key_name(score, flat=flat), score.mode))
        part.append(music21.meter.TimeSignature(score.metre))
        if number == 0:
            part.append(music21.tempo.MetronomeMark(number=score.tempo))
        _fill(part, score, number, music21, flat=flat)
        whole.insert(0, part)
    _fermatas(whole, score, music21)
    made = whole.makeNotation()
    _name_chords(made.parts[0], chords, score, music21)
    written = music21.musicxml.m21ToXml.GeneralObjectExporter(made).parse().decode("utf-8")
    field = (
        f'<miscellaneous><miscellaneous-field name="ganvas">{escape(text)}</miscellaneous-field></miscellaneous>' if text else ""
    )
    return _with_plain_ids(_without_date(written)).replace("</identification>", f"{field}</identification>", 1)


def _without_date(written: str) -> str:
    """Leave out the day of writing, so that equal music gives equal files."""
    start, end = written.find("<encoding-date>"), written.find("</encoding-date>")
    return written if start < 0 else written[:start] + written[end + len("</encoding-date>") :].lstrip()


def _with_plain_ids(written: str) -> str:
    """Number the identifiers, which music21 draws at random."""
    for number, name in enumerate(dict.fromkeys(_RANDOM_ID.findall(written)), 1):
        written = written.replace(name, f"{name[0]}{number}")
    return written


def _key_name(score: Score, *, flat: bool) -> str:
    name = spell(score.tonic, score.tonic, score.mode, flat=flat).replace("b", "-")
    return name if score.mode == "major" else name.lower()


def _fill(part: Any, score: Score, number: int, music21: Any, *, flat: bool) -> None:
    """Put a voice's notes and rests into its part."""
    at = 0
    for start, end, pitch in [*spans(score.notes[number]), (score.notes.shape[1], score.notes.shape[1], 0)]:
        if start > at:
            part.insert(at / BEAT, music21.note.Rest(quarterLength=(start - at) / BEAT))
        if pitch:
            name = spell(pitch % 12, score.tonic, score.mode, flat=flat)
            tone = music21.pitch.Pitch(name.replace("b", "-"))
            tone.octave = 4
            tone.octave += round((pitch - tone.midi) / 12)
            part.insert(start / BEAT, music21.note.Note(tone, quarterLength=(end - start) / BEAT))
        at = end


def _name_chords(part: Any, chords: Sequence[str], score: Score, music21: Any) -> None:
    """Put the names of chords above the bars of a part."""
    bars = list(part.getElementsByClass("Measure"))
    for name, (start, _) in zip(chords, split_slots(score.beats, score.metre), strict=False):
        bar, place = divmod(start, BEATS[score.metre])
        if name and bar < len(bars):
            bars[bar].insert(float(place), _chord_symbol(name, music21))


def _chord_symbol(name: str, music21: Any) -> Any:
    chord = read_chord(name)
    root = name[: len(name) - len(chord.quality)].replace("b", "-")
    symbol = music21.harmony.ChordSymbol(root=root, kind=_KINDS[chord.quality])
    symbol.writeAsChord = False
    return symbol


def _fermatas(whole: Any, score: Score, music21: Any) -> None:
    """Mark the note of the soprano on which each phrase ends."""
    ends = {float(end) for end in score.ends}
    for one in whole.parts[0].notes:
        if float(one.offset) in ends and not hasattr(one, "chordKind"):
            one.expressions.append(music21.expressions.Fermata())


def engrave(musicxml: str) -> str:
    """Engrave MusicXML as one page of notation, SVG. Raises InputError without verovio."""
    try:
        import verovio
    except ImportError as error:
        raise InputError("a page of notation needs verovio", do="pip install 'ganvas[music]'") from error
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit(False)
    toolkit.setResourcePath(str(Path(verovio.__file__).with_name("data")))  # the default is only set in the importing thread
    toolkit.setOptions({**PAGE})
    if not toolkit.loadData(musicxml):
        raise InputError("verovio cannot engrave it")
    svg: str = toolkit.renderToSVG(1)
    return svg
