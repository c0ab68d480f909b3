"""Compose: words become a plan, and the plan becomes pieces of music, one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np

from ganvas.data.midi import metre_of, on_grid, read_midi
from ganvas.data.music import MIDI
from ganvas.data.musicxml import SUFFIXES as XML
from ganvas.data.musicxml import read_melody
from ganvas.ground.config import load_settings
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import read_bytes
from ganvas.ground.seeds import stream
from ganvas.ground.version import __version__
from ganvas.language.llm.selection import open_language_model
from ganvas.language.music.chords import split_phrases
from ganvas.language.music.planner import Planned, write_plan
from ganvas.language.music.words import read_wishes
from ganvas.pipelines.music import Composer, Start, with_melody, without_chords
from ganvas.pipelines.music_grid import Outline, notes_of, outline_of_plan, symbols_of
from ganvas.service.imagine import fresh_seed
from ganvas.service.open_maker import ReplayContext, check_digest, find_bundled_name
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.harmony import spell, split_slots
from ganvas.vocabulary.keys import find_key
from ganvas.vocabulary.plan import MOST_BARS, Plan, Tonic
from ganvas.vocabulary.provenance import ComposeProvenance, ExploreProvenance, Provenance
from ganvas.vocabulary.request import ComposeRequest
from ganvas.vocabulary.score import BEAT, BEATS, HOLD, REST, Metre, Mode, shift_of, tidy
from ganvas.vocabulary.steps import Vary, pack, unpack
from ganvas.vocabulary.work import Work

MAX_MELODY, MAX_PLAN = 8_000_000, 20_000
PERSON = "person"
_SHORT_KEY = re.compile(r"([A-Ga-g])([#b]?)(m?)")


@dataclass(frozen=True)
class Composition:
    """What will be composed: the plan and its writer, what makes each piece again, and the open model."""

    planned: Planned
    works: tuple[ComposeProvenance, ...]
    composer: Composer
    best_of: int


class Melody(NamedTuple):
    """A given soprano: notes int16 (steps,) of whole bars, metre, and beats a minute."""

    notes: np.ndarray
    metre: Metre
    tempo: int


def compose(request: ComposeRequest, *, session: Session = SESSION) -> Iterator[Work]:
    """Compose the pieces of a request, one by one. Raises InputError, and LanguageModelError for a named one that is silent."""
    return compose_works(plan_pieces(request, session=session))


def plan_pieces(request: ComposeRequest, *, session: Session = SESSION) -> Composition:
    """Write the plan, without composing. Raises as `compose` does."""
    composer = session.open_composer(request.model)
    seed = fresh_seed() if request.seed is None else request.seed
    melody = None if request.melody is None else read_given_melody(request.melody)
    planned = _plan(request, melody, seed=seed)
    made = ComposeProvenance(
        version=__version__, model=composer.name, model_digest=composer.digest, idea=request.idea, writer=planned.writer,
        note="; ".join(planned.notes)[:1000], words_seed=seed, noise_seed=seed, plan=planned.plan, rounds=request.rounds,
        melody="" if melody is None else pack(melody.notes), free=melody is not None,
    )  # fmt: skip
    _start_of(made)  # a melody beyond the range is refused before anything is composed
    works = tuple(made.model_copy(update={"number": number}) for number in range(request.count))
    return Composition(planned, works, composer, request.best_of)


def compose_works(composition: Composition) -> Iterator[Work]:
    """Compose what was planned; of several proposals the discriminator keeps one."""
    for made in composition.works:
        with composition.composer.lock:
            tried = [made.model_copy(update={"kept": number}) for number in range(composition.best_of)]
            found = [_symbols(one, composition.composer) for one in tried]
            rated = [composition.composer.judge(one, outline_of(made)) for one in found]
        best = int(np.argmax(rated))
        yield _work(found[best], tried[best], made.plan)


def compose_again(made: ComposeProvenance, context: ReplayContext) -> Work:
    """Compose a piece again, to the note. Raises InputError where the model that made it is not here."""
    composer = _maker(made, context)
    with composer.lock:
        return _work(_symbols(made, composer), made, made.plan)


def vary_again(made: ExploreProvenance, context: ReplayContext) -> Work:
    """Compose a neighbour of a piece: some half bars of it anew, given the others. Raises InputError for other steps."""
    context.budget.find()
    if not isinstance(made.step, Vary):
        raise InputError(f"music is varied and composed again, and {made.step.name} is of pictures",
                         where=f"the work {made.idea!r}")  # fmt: skip
    (parent,) = made.parents
    if isinstance(parent, ExploreProvenance):
        before, root = vary_again(parent, context), _root(parent)
    elif isinstance(parent, ComposeProvenance):
        before, root = compose_again(parent, context), parent
    else:
        raise InputError("is no music", where=f"the work {made.idea!r}")
    outline, composer = outline_of(root), _maker(root, context)
    slots = split_slots(len(outline.places), root.plan.metre)
    numbers = stream(made.noise_seed, f"vary/{made.number}")
    columns = np.concatenate([np.full(end - start, numbers.uniform() < made.step.amount) for start, end in slots])
    given = _start_of(root)
    free = np.broadcast_to(columns, (4, len(columns))) & (given.free if given else True)
    start = Start(symbols_of(before.payload[:, : len(columns) * BEAT], outline.shift), free)
    with composer.lock:
        symbols = composer.compose(outline, seed=made.noise_seed, name=f"varied/{made.number}", rounds=root.rounds, start=start)
    return _work(symbols, made, root.plan)


def _root(made: Provenance) -> ComposeProvenance:
    while not isinstance(made, ComposeProvenance):
        if not made.parents:
            raise InputError("is no music", where=f"the work {made.idea!r}")
        made = made.parents[0]
    return made


def _maker(made: ComposeProvenance, context: ReplayContext) -> Composer:
    composer = context.session.open_composer(context.model or find_bundled_name(made.model, made.model_digest, done="composed"))
    check_digest(composer.digest, made.model, made.model_digest, done="composed")
    return composer


def outline_of(made: ComposeProvenance) -> Outline:
    """Return what a piece was composed along. A melody goes on to the end of its last bar."""
    outline = outline_of_plan(made.plan)
    return without_chords(outline, beats=made.plan.bars * BEATS[made.plan.metre]) if made.free else outline


def _start_of(made: ComposeProvenance) -> Start | None:
    if not made.melody:
        return None
    notes, outline = unpack(made.melody).astype(np.int16), outline_of(made)
    if len(notes) != len(outline.places) * BEAT:
        raise InputError("its melody is not as long as its plan", where=f"the work {made.idea!r}")
    return with_melody(notes, outline.shift, where="the melody")


def _symbols(made: ComposeProvenance, composer: Composer) -> np.ndarray:
    name = f"compose/{made.number}/{made.kept}"
    return composer.compose(outline_of(made), seed=made.noise_seed, name=name, rounds=made.rounds, start=_start_of(made))


def _work(symbols: np.ndarray, made: Provenance, plan: Plan) -> Work:
    """Return symbols as a work; the last chord is held to the end of its bar."""
    notes = notes_of(symbols, shift_of(plan.key, plan.mode))
    rest = plan.bars * BEATS[plan.metre] * BEAT - notes.shape[1]
    return Work(tidy(np.pad(notes, ((0, 0), (0, rest)), constant_values=HOLD)), made, "audio/midi")


def read_key(words: str) -> tuple[str, Mode | None]:
    """Read a key, such as "D minor", "Eb" or "降B大调". Raises InputError."""
    bare = words.strip()
    if short := _SHORT_KEY.fullmatch(bare):  # as chords are written: Dm, F#, Eb
        bare = f"{short[1]}{short[2]}" + (" minor" if short[3] else "")
    named = f"in {bare[:1].upper()}{bare[1:]}" if bare[:1].isalpha() and bare[:1].isascii() else bare
    wishes = read_wishes(named)
    if wishes.tonic is None or wishes.tonic not in get_args(Tonic):
        raise InputError(f"{words[:40]!r} is no key", where="--key", do='such as "D minor", "F# minor" or "Eb major"')
    return wishes.tonic, wishes.mode


def read_plan(path: Path) -> Plan:
    """Read a plan from a person's file, .toml or .json, within bounds. Raises InputError."""
    return load_settings(Plan, path, what="plan", limit=MAX_PLAN)


def read_given_melody(path: Path) -> Melody:
    """Read the highest voice of a file as a melody of whole bars. Raises InputError."""
    content, suffix = read_bytes(path, limit=MAX_MELODY), path.suffix.lower()
    if suffix in MIDI:
        found = read_midi(content, where=path)
        metre, bar = metre_of(found, where=path), BEATS[metre_of(found, where=path)]
        voices = {note.voice for note in found.notes}
        highest = max(voices, key=lambda voice: np.mean([note.pitch for note in found.notes if note.voice == voice]))
        mine = [note for note in found.notes if note.voice == highest]
        beats = -(-round(max(note.end for note in mine) * BEAT) // (BEAT * bar)) * bar
        notes, tempo = on_grid(mine, beats, where=path), round(found.tempo)
    elif suffix in XML:
        notes, metre, tempo = read_melody(content, suffix=suffix, where=path)
    else:
        raise InputError("is no melody", where=path, do="name a MIDI or MusicXML file")
    if len(notes) > MOST_BARS * BEATS[metre] * BEAT:
        raise InputError(f"has more than {MOST_BARS} bars", where=path, do="cut it in pieces")
    return Melody(notes, metre, min(max(int(tempo), 30), 240))


def _plan(request: ComposeRequest, melody: Melody | None, *, seed: int) -> Planned:
    """Return the plan: the person's own, that of a melody, or one for the words. Raises LanguageModelError as `compose` says."""
    if request.plan is not None:
        if melody is not None:
            raise InputError("a melody has its own plan", where="--plan", do="leave --plan or --soprano out")
        return Planned(request.plan, PERSON)
    given = {name: getattr(request, name) for name in ("bars", "tonic", "mode", "tempo", "metre")}
    if melody is not None:
        return _plan_melody(request, melody, given, seed=seed)
    model = open_language_model(request.llm)
    try:
        planned = write_plan(request.idea, seed=seed, model=model, given=given)
    except LanguageModelError:
        if request.llm != "auto" or model is None:
            raise
        note = f"the language model did not answer (--llm {model.name} says why); rules wrote the plan"
        planned = write_plan(request.idea, seed=seed, given=given)
        return planned._replace(notes=(*planned.notes, note))
    if planned.unread and request.llm != "auto":
        raise LanguageModelError("it answered twice, and not in the form it was asked for", where=f"--llm {request.llm}",
                                 do="name a larger model, or leave it to --llm auto")  # fmt: skip
    return planned


def _plan_melody(request: ComposeRequest, melody: Melody, given: dict[str, object], *, seed: int) -> Planned:
    """Return the plan of a melody: its metre and length; its key where the person names none; phrases end on its long notes."""
    for name in ("bars", "metre"):
        if given[name] is not None:
            raise InputError(f"a melody has its own {name}", where=f"--{name}", do="leave it out")
    key, mode = find_key(melody.notes[None])
    found = {"tempo": melody.tempo, "mode": mode, "tonic": spell(key, 0, "major")}
    settled = {name: given[name] or value for name, value in found.items()}
    settled |= {"metre": melody.metre, "bars": len(melody.notes) // BEAT // BEATS[melody.metre]}
    named = write_plan(request.idea, seed=seed, given=settled)
    slots = split_slots(len(melody.notes) // BEAT, melody.metre)
    long = [number for number, (start, _) in enumerate(slots[:-1]) if _is_long(melody.notes[start * BEAT :])]
    phrases = (*long, len(slots) - 1) if long else split_phrases(named.plan.bars, melody.metre)
    return Planned(named.plan.model_copy(update={"phrases": phrases}), "melody", named.notes)


def _is_long(notes: np.ndarray) -> bool:
    """Say whether a melody begins with a note of two beats or more, or with one that a rest follows."""
    rest = notes[1 : 2 * BEAT]
    return bool(notes[0] > REST and (rest == HOLD).all()) or bool(notes[0] > REST and (rest[BEAT - 1 :] == REST).all())
