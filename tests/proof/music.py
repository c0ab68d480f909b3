"""What a composer is worth, counted: python -m tests.proof.music MODEL DATA [PIECES]

Prints one JSON object. Pieces are composed for the plans of held-out pieces, and compared with these; a Markov chain of the
training pieces' beats is the baseline. The model is asked for single pieces; nothing is chosen.
"""

import json
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganvas.data.midi import write_midi
from ganvas.data.music import Piece, open_music
from ganvas.ground.seeds import stream
from ganvas.language.music.planner import write_plan
from ganvas.pipelines.music import ROUNDS, Composer, with_melody, without_chords
from ganvas.pipelines.music_grid import notes_of, outline_of_plan, outline_of_score, symbols_of
from ganvas.pipelines.registry import load_composer
from ganvas.scoring.music import chord_match, distances, figures
from ganvas.service.compose import compose
from ganvas.store.music import piece_of
from ganvas.store.sound import RATE, synthesise
from ganvas.vocabulary.harmony import Chord, chords_of, slots_of
from ganvas.vocabulary.keys import find_key
from ganvas.vocabulary.request import ComposeRequest
from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, Score, shift_of, sounding, tidy

PROMPTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("a calm evening chorale in D minor, 8 bars", {"key": 2, "mode": "minor", "bars": 8}),
    ("a joyful wedding piece in G major at 108 bpm, 12 bars", {"key": 7, "mode": "major", "tempo": 108, "bars": 12}),
    ("a sad farewell in E minor, 16 bars, tempo 60", {"key": 4, "mode": "minor", "tempo": 60, "bars": 16}),
    ("a solemn hymn in Bb major, twelve measures", {"key": 10, "mode": "major", "bars": 12}),
    ("a waltz in A major, 16 bars", {"key": 9, "mode": "major", "metre": "3/4", "bars": 16}),
    ("dark storm in C minor, 8 bars, allegro", {"key": 0, "mode": "minor", "bars": 8, "tempo": 120}),
    ("bright morning in F, 4/4, 8 bars at 96 bpm", {"key": 5, "mode": "major", "metre": "4/4", "bars": 8, "tempo": 96}),
    ("a tender lullaby in Eb major, 3/4, 8 bars", {"key": 3, "mode": "major", "metre": "3/4", "bars": 8}),
    ("a piece in F# minor, 10 bars, andante", {"key": 6, "mode": "minor", "bars": 10, "tempo": 72}),
    ("a hopeful song in C major, 6 bars", {"key": 0, "mode": "major", "bars": 6}),
    ("D小调的平静晚歌，8小节", {"key": 2, "mode": "minor", "bars": 8}),
    ("欢乐的婚礼，G大调，十二小节，每分钟112拍", {"key": 7, "mode": "major", "bars": 12, "tempo": 112}),
    ("悲伤的离别，E小调，十六小节", {"key": 4, "mode": "minor", "bars": 16}),
    ("庄严的圣咏，降B大调，8小节", {"key": 10, "mode": "major", "bars": 8}),
    ("A大调圆舞曲，16小节", {"key": 9, "mode": "major", "metre": "3/4", "bars": 16}),
    ("黑暗的风暴，C小调，快板，8小节", {"key": 0, "mode": "minor", "tempo": 120, "bars": 8}),
    ("明亮的早晨，F大调，四四拍，8小节", {"key": 5, "mode": "major", "metre": "4/4", "bars": 8}),
    ("温柔的摇篮曲，降E大调，三拍子，8小节", {"key": 3, "mode": "major", "metre": "3/4", "bars": 8}),
    ("升F小调，行板，10小节", {"key": 6, "mode": "minor", "tempo": 72, "bars": 10}),
    ("充满希望的歌，C大调，六小节", {"key": 0, "mode": "major", "bars": 6}),
)
"""Words, and what they ask for outright."""


def like(true: Score, notes: np.ndarray) -> Score:
    """Return other notes with the key, metre and phrases of a piece."""
    return Score(notes, true.tonic, true.mode, true.metre, true.upbeat, true.ends, true.tempo)


def composed(
    composer: Composer, pieces: Sequence[Piece], *, rounds: int = ROUNDS, guided: bool = True, mended: bool = True
) -> list[Score]:
    """Compose one piece for the plan of each."""
    found: list[Score] = []
    for number, piece in enumerate(pieces):
        outline = outline_of_score(piece.score)
        symbols = composer.compose(outline, seed=11, name=f"proof/{number}", rounds=rounds, guided=guided, mended=mended)
        found.append(like(piece.score, notes_of(symbols, outline.shift)))
    return found


def harmonised(composer: Composer, pieces: Sequence[Piece]) -> list[Score]:
    """Harmonise the sopranos of pieces, whose chords the model is not told."""
    found: list[Score] = []
    for number, piece in enumerate(pieces):
        outline = outline_of_score(piece.score)
        free = without_chords(outline, beats=piece.score.beats)
        free = type(free)(**{**vars(free), "places": outline.places, "starts": outline.starts})
        start = with_melody(piece.score.notes[0], outline.shift, where=piece.name)
        symbols = composer.compose(free, seed=12, name=f"proof/{number}", start=start)
        found.append(like(piece.score, notes_of(symbols, outline.shift)))
    return found


class Chain:
    """A Markov chain of the beats of real pieces in C major or A minor: a beat follows one that began with the same tones."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.next: dict[tuple[str, tuple[int, ...]], list[np.ndarray]] = {}
        self.first: dict[str, list[np.ndarray]] = {"major": [], "minor": []}
        for piece in pieces:
            shift, heard = shift_of(piece.score.tonic, piece.score.mode), sounding(piece.score.notes)
            moved = np.where(heard > 0, heard - shift, heard)
            notes = np.where(piece.score.notes > 0, piece.score.notes - shift, piece.score.notes)
            columns = [notes[:, beat * BEAT : (beat + 1) * BEAT] for beat in range(piece.score.beats)]
            states = [tuple(map(int, moved[:, beat * BEAT])) for beat in range(piece.score.beats)]
            self.first[piece.score.mode].append(columns[0])
            for beat in range(piece.score.beats - 1):
                self.next.setdefault((piece.score.mode, states[beat]), []).append(columns[beat + 1])

    def compose(self, true: Score, *, seed: int) -> Score:
        """Compose as many beats as a piece has, in its key."""
        numbers = stream(seed, "chain")
        shift = shift_of(true.tonic, true.mode)
        lines = [self._one(self.first[true.mode], numbers.uniform())]
        for _ in range(true.beats - 1):
            state = tuple(map(int, sounding(np.concatenate(lines, axis=1))[:, -BEAT]))
            options = self.next.get((true.mode, state), self.first[true.mode])
            lines.append(self._one(options, numbers.uniform()))
        notes = np.concatenate(lines, axis=1)
        return like(true, tidy(np.where(notes > 0, notes + shift, notes)))

    def _one(self, options: list[np.ndarray], draw: np.ndarray) -> np.ndarray:
        return options[int(float(draw) * len(options))]


def windows(scores: Sequence[Score], bars: int = 4) -> list[dict[str, float]]:
    """Return the figures of all windows of so many bars, in C major or A minor."""
    found: list[dict[str, float]] = []
    for score in scores:
        beats = bars * BEATS[score.metre]
        shift = shift_of(score.tonic, score.mode)
        heard = sounding(score.notes)
        for start in range(0, score.beats - beats + 1, beats):
            cut = score.notes[:, start * BEAT : (start + beats) * BEAT].copy()
            held = cut[:, 0] == HOLD
            cut[held, 0] = heard[held, start * BEAT]
            moved = tidy(np.where(cut > 0, cut - shift, cut))
            tonic = 0 if score.mode == "major" else 9
            found.append(figures(Score(moved, tonic, score.mode, score.metre)))
    return found


def two_sample(made: Sequence[Score], real: Sequence[Score]) -> float:
    """Return how often a linear classifier of figures tells 4-bar windows apart, cross-validated over pieces; .5 is chance."""
    groups = [(windows([one]), label, number) for label, some in ((1.0, made), (-1.0, real)) for number, one in enumerate(some)]
    rows = np.array([list(row.values()) for some, _, _ in groups for row in some])
    labels = np.array([label for some, label, _ in groups for _ in some])
    fold = np.array([number % 5 for some, _, number in groups for _ in some])
    right = 0.0
    for held in range(5):
        train, test = fold != held, fold == held
        mean, scale = rows[train].mean(axis=0), rows[train].std(axis=0) + 1e-6
        x, y = [np.c_[(rows[part] - mean) / scale, np.ones(part.sum())] for part in (train, test)]
        weights = np.linalg.solve(x.T @ x + 3.0 * np.eye(x.shape[1]), x.T @ labels[train])
        right += float(((y @ weights > 0) == (labels[test] > 0)).sum())
    return right / len(labels)


def closing(score: Score) -> list[Chord]:
    """Return the chords on which phrases end, in C major or A minor."""
    shift, found = shift_of(score.tonic, score.mode), chords_of(score)
    at = [next(number for number, (start, end) in enumerate(slots_of(score)) if start <= beat < end) for beat in score.ends]
    return [chord.up(-shift) for number in at if (chord := found[number]) is not None]


def longest_copies(scores: Sequence[Score], pieces: Sequence[Piece]) -> list[float]:
    """Return for each piece the most beats in a row that stand so in a training piece, all voices, in C or A minor."""
    known: dict[bytes, list[tuple[int, int]]] = {}
    grids = [_grid(piece.score) for piece in pieces]
    for number, grid in enumerate(grids):
        for beat in range(grid.shape[1] // BEAT):
            known.setdefault(grid[:, beat * BEAT : (beat + 1) * BEAT].tobytes(), []).append((number, beat))
    found: list[float] = []
    for score in scores:
        grid, before, best = _grid(score), dict[tuple[int, int], int](), 0
        for beat in range(grid.shape[1] // BEAT):
            places = known.get(grid[:, beat * BEAT : (beat + 1) * BEAT].tobytes(), [])
            before = {(number, at): before.get((number, at - 1), 0) + 1 for number, at in places}
            best = max(best, max(before.values(), default=0))
        found.append(float(best))
    return found


def _grid(score: Score) -> np.ndarray:
    shift = shift_of(score.tonic, score.mode)
    return np.ascontiguousarray(np.where(score.notes > 0, score.notes - shift, score.notes).astype(np.int16))


def compare(made: Sequence[Score], real: Sequence[Score]) -> dict[str, object]:
    """Return how far composed pieces are from the real ones of the same plans."""
    plans = [chords_of(one) for one in real]
    mine = [figures(one, plan) for one, plan in zip(made, plans, strict=True)]
    own = [figures(one, plan) for one, plan in zip(real, plans, strict=True)]
    apart = distances(mine, own)
    tones = [float(np.mean([one["chord tones"] for one in some])) for some in (mine, own)]
    matched = float(np.mean([chord_match(one, plan) for one, plan in zip(made, plans, strict=True)]))
    at_ends = [a == b for one, two in zip(made, real, strict=True) for a, b in zip(closing(one), closing(two), strict=False)]
    return {
        "W1/sd, mean": float(np.mean(list(apart.values()))), "W1/sd": {name: round(value, 2) for name, value in apart.items()},
        "chord tones": tones[0], "chord tones, real": tones[1], "half bars with the plan's chord": matched,
        "phrases that close on the plan's chord": float(np.mean(at_ends)), "two-sample accuracy": two_sample(made, real),
        "parallels a beat": float(np.mean([one["parallels"] for one in mine])),
        "parallels a beat, real": float(np.mean([one["parallels"] for one in own])),
    }  # fmt: skip


def words(model: str) -> dict[str, object]:
    """Compose PROMPTS by rules: what they ask for outright, the final chord, the key that the notes are in."""
    exact, final, keys, asked = list[bool](), list[bool](), list[bool](), list[bool]()
    for number, (idea, wanted) in enumerate(PROMPTS):
        request = ComposeRequest(idea=idea, model=model, seed=number, llm="rules", best_of=1)
        (work,) = compose(request)
        score, plan = piece_of(work).score, write_plan(idea, seed=number).plan
        asked.append((plan.key, plan.mode) == (wanted["key"], wanted["mode"]))
        exact.append(all(getattr(plan, name) == value for name, value in wanted.items() if name not in ("key", "mode"))
                     and score.beats == plan.bars * BEATS[plan.metre] and score.tempo == plan.tempo)  # fmt: skip
        last = chords_of(score)[-1]
        final.append(last is not None and last.root == plan.key)
        keys.append(find_key(score.notes) == (plan.key, plan.mode))
    sad, joyful = (write_plan(f"a {mood} song", seed=3).plan for mood in ("sad", "joyful"))
    return {
        "tempo, metre and bars exact": sum(exact), "plan has the asked key": sum(asked), "final chord is the tonic": sum(final),
        "notes are in the key": sum(keys), "of": len(PROMPTS), "sad": [sad.mode, sad.tempo],
        "joyful": [joyful.mode, joyful.tempo],
    }  # fmt: skip


def files(model: str) -> dict[str, object]:
    """Compose a piece and open its files with other programs' readers, warnings as errors."""
    import io

    import music21
    import pretty_midi

    (work,) = compose(ComposeRequest(idea="a hymn in D minor, 8 bars", model=model, seed=1, llm="rules", best_of=1))
    piece = piece_of(work)
    content = write_midi(piece.score, text="x")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = pretty_midi.PrettyMIDI(io.BytesIO(content))
        parsed = music21.converter.parseData(content, format="midi")
    count = int((piece.score.notes > REST).sum())
    sound = synthesise(piece.score)
    return {
        "notes": count, "pretty_midi": sum(len(one.notes) for one in other.instruments),
        "music21": len([one for one in parsed.flatten().notes if one.tie is None or one.tie.type == "start"]),
        "WAV, loudest": float(np.abs(sound).max()), "WAV, mean square": float(np.sqrt((sound**2).mean())),
        "WAV, seconds": len(sound) / RATE, "score, seconds": piece.score.beats * 60 / piece.score.tempo,
    }  # fmt: skip


def main(model: str, data: Path, count: int = 1000) -> None:
    """Print all figures."""
    composer, music = load_composer(model), open_music(data)
    train, held = music.select("train"), music.select("held out family")[:count]
    held = tuple(piece for piece in held if _in_range(piece))
    real = [piece.score for piece in held]
    made = composed(composer, held)
    rows: dict[str, object] = {"pieces": len(held), "composed": compare(made, real)}
    rows["not mended"] = compare(composed(composer, held, mended=False), real)
    rows["not mended, without the discriminator's choice"] = compare(composed(composer, held, mended=False, guided=False), real)
    rows["all at once"] = compare(composed(composer, held, mended=False, rounds=0), real)
    chain = Chain(train)
    chained = [chain.compose(one, seed=number) for number, one in enumerate(real)]
    rows["Markov chain"] = compare(chained, real)
    closes = Counter((piece.score.mode, chord) for piece in train for chord in closing(piece.score))
    usual = {key for key, times in closes.items() if times >= 0.01 * closes.total()}
    ends = [(one.mode, chord) in usual for one in made for chord in closing(one)]
    rows["phrases that close on a chord that Bach closes on"] = float(np.mean(ends))
    rows["the same of the real pieces"] = float(np.mean([(one.mode, chord) in usual for one in real for chord in closing(one)]))
    for name, some in (("composed", made), ("real", real), ("chain", chained)):
        copies = longest_copies(some, train)
        rows[f"longest copy in beats, {name}"] = {"median": float(np.median(copies)), "most": max(copies)}
    given = harmonised(composer, held[:20])
    kept = [bool(np.array_equal(one.notes[0], piece.score.notes[0])) for one, piece in zip(given, held, strict=False)]
    rows["harmonised"] = {**compare(given, real[:20]), "soprano kept": sum(kept), "of": len(kept)}
    rows["key found in real pieces"] = float(np.mean([find_key(one.notes) == (one.tonic, one.mode) for one in real]))
    rows["words"], rows["files"] = words(model), files(model)
    plan = write_plan("a hymn, 16 bars", seed=0).plan
    composer.compose(outline_of_plan(plan), seed=1, rounds=0)
    began, used = time.perf_counter(), time.process_time()
    composer.compose(outline_of_plan(plan), seed=0)
    rows["16 bars, seconds"] = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1, default=float) + "\n")


def _in_range(piece: Piece) -> bool:
    try:
        symbols_of(piece.score.notes, shift_of(piece.score.tonic, piece.score.mode))
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
