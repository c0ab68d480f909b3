"""Chords by rules: progressions in a key, cadences where phrases end, and the repair of what a language model wrote.

All is written in C major or A minor, and moved to the key at the end. How likely a chord follows another is about as in Bach's
chorales (counted in the corpus of music21, rounded).
"""

from collections.abc import Sequence

from ganvas.ground.seeds import Stream
from ganvas.vocabulary.harmony import Chord, read_chord
from ganvas.vocabulary.score import Metre, Mode

_FOLLOWS: dict[Mode, dict[str, str]] = {
    "major": {
        "C": "C2 F4 G4 Am4 Dm3 G71 Em1 D71", "Dm": "G4 G73 C2 Am1 A1", "Em": "Am3 F3 C1 Dm1", "F": "C4 G4 Dm3 G72 Bdim1 F1",
        "G": "C5 Am3 G1 G72 Em1 F1", "Am": "Dm3 F3 G3 Em1 D72 E1 C1", "Bdim": "C4 Am1", "G7": "C5 Am2", "D7": "G5", "D": "G5",
        "E": "Am5", "E7": "Am5", "A7": "Dm5", "A": "Dm5",
    },
    "minor": {
        "Am": "Dm4 E4 F3 G2 Am1 C2 Bm7b51 E71", "Bm7b5": "E3 E73 Am1", "C": "G3 F3 Am2 Dm2 E1", "Dm": "E4 Am3 G2 E72 C1 Bm7b51",
        "E": "Am5 F2 E1", "E7": "Am5 F1", "F": "Dm3 G3 C2 Bm7b51 Am1 E1", "G": "C4 Am2 G1 F1", "Em": "Am2 F2 C1", "G7": "C5",
        "A7": "Dm4", "A": "Dm4",
    },
}  # fmt: skip
"""Chord -> what may follow it, each with its weight."""
_HOME: dict[Mode, str] = {"major": "C", "minor": "Am"}
_CADENCES: dict[Mode, tuple[tuple[str, str, str, int], ...]] = {
    "major": (("F", "G", "C", 4), ("Dm", "G7", "C", 3), ("C", "F", "G", 2), ("Am", "D7", "G", 2), ("Dm", "E", "Am", 1)),
    "minor": (("Dm", "E", "Am", 4), ("Am", "Dm", "E", 3), ("F", "G", "C", 2), ("Bm7b5", "E7", "Am", 1)),
}
"""Ends of phrases: the chord before the dominant, the dominant, the goal, and a weight."""
_FINAL: dict[Mode, tuple[str, str, str]] = {"major": ("F", "G7", "C"), "minor": ("Dm", "E", "Am")}
PHRASE_SLOTS: dict[Metre, int] = {"4/4": 4, "3/4": 8}
"""Half bars of a phrase: two bars of 4/4, four of 3/4."""


def split_phrases(bars: int, metre: Metre) -> tuple[int, ...]:
    """Return the half bars on which phrases end: about as long as PHRASE_SLOTS says, the last one in the last half bar."""
    slots, long = 2 * bars, PHRASE_SLOTS[metre]
    count = max(round(slots / long), 1)
    return tuple(round((number + 1) * slots / count) - 1 for number in range(count))


def write_chords(mode: Mode, slots: int, phrases: Sequence[int], numbers: Stream) -> list[Chord]:
    """Write a chord for each half bar, with a cadence at the end of every phrase and the tonic at the very end."""
    found: list[str] = []
    for number, end in enumerate(phrases):
        final = number == len(phrases) - 1
        cadence = _FINAL[mode] if final else _draw_cadence(mode, numbers)
        room = end + 1 - len(found)
        before = found[-1] if found else None
        opening = room - min(room, 3)
        phrase = _walk(mode, opening, before, cadence[0], numbers) + list(cadence[3 - min(room, 3) :])
        found += phrase
    assert len(found) == slots
    return [read_chord(name) for name in found]


def _draw_cadence(mode: Mode, numbers: Stream) -> tuple[str, str, str]:
    weights = [cadence[3] for cadence in _CADENCES[mode]]
    *names, _ = _CADENCES[mode][_draw(weights, numbers)]
    return names[0], names[1], names[2]


def _walk(mode: Mode, count: int, before: str | None, target: str, numbers: Stream) -> list[str]:
    """Write `count` chords that follow each other and lead to a target; a piece begins on its tonic."""
    found: list[str] = []
    follows = {name: _options(text) for name, text in _FOLLOWS[mode].items()}
    for place in range(count):
        last = found[-1] if found else before
        if last is None:
            found.append(_HOME[mode])
            continue
        options = follows.get(last, {_HOME[mode]: 1})
        if place == count - 1:
            leading = {name: weight for name, weight in options.items() if target in follows.get(name, {})}
            options = leading or options
        names = list(options)
        found.append(names[_draw(list(options.values()), numbers)])
    return found


def _options(text: str) -> dict[str, int]:
    return {one[:-1]: int(one[-1]) for one in text.split()}


def _draw(weights: Sequence[int], numbers: Stream) -> int:
    at, total = float(numbers.uniform()) * sum(weights), 0.0
    for number, weight in enumerate(weights):
        total += weight
        if at < total:
            return number
    return len(weights) - 1


def allowed(mode: Mode) -> frozenset[Chord]:
    """Return the chords that rules take in C major or A minor."""
    names = {*_FOLLOWS[mode], *(name for text in _FOLLOWS[mode].values() for name in _options(text))}
    return frozenset(map(read_chord, names))


def repair_chords(chords: Sequence[Chord], mode: Mode, phrases: Sequence[int]) -> list[Chord]:
    """Return chords with those that the key has not replaced by its nearest ones, and cadences where phrases end.

    A phrase's last chord is one that phrases may end on, with a chord before that leads to it; the last is the tonic after its
    dominant. Chords that are right stay.
    """
    known = allowed(mode)
    mended = [chord if chord in known else max(sorted(known), key=lambda one: _likeness(one, chord)) for chord in chords]
    goals = {read_chord(goal): read_chord(dominant) for _, dominant, goal, _ in reversed(_CADENCES[mode])}
    for end in phrases[:-1]:
        if mended[end] not in goals:
            mended[end] = max(goals, key=lambda one: (_likeness(one, mended[end]), one == read_chord(_HOME[mode])))
    _, dominant, goal = map(read_chord, _FINAL[mode])
    mended[-1] = goal
    starts = [0, *(end + 1 for end in phrases[:-1])]
    for start, end in zip(starts, phrases, strict=True):
        if end > start and not _leads(mode, mended[end - 1], mended[end]):
            mended[end - 1] = dominant if end == phrases[-1] else goals[mended[end]]
    return mended


def _leads(mode: Mode, first: Chord, second: Chord) -> bool:
    """Say whether a chord is the dominant, or another usual one, before the goal of a cadence."""
    known = {read_chord(name): _options(text) for name, text in _FOLLOWS[mode].items()}
    strong = {name for name, weight in known.get(first, {}).items() if weight >= 3}
    return second in set(map(read_chord, strong)) and first != second


def _likeness(one: Chord, other: Chord) -> tuple[int, int]:
    return len(one.tones & other.tones), int(one.root == other.root)
