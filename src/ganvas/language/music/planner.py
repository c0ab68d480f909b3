"""Write the plan of a piece for some words: by rules, or by a language model whose answer is repaired by them.

What the words, or the person's options, say outright holds whatever a language model answers.
"""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import Field

from ganvas.ground.config import Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.llm.base import LanguageModel, Limit, Message, Schema
from ganvas.language.llm.replies import ask_until_valid, first_object
from ganvas.language.music.chords import repair_chords, split_phrases, write_chords
from ganvas.language.music.words import MOODS, Wishes, read_wishes
from ganvas.vocabulary.harmony import Chord, name_chord, read_chord
from ganvas.vocabulary.plan import FASTEST, MOST_BARS, SLOWEST, Density, Mood, Plan, Tonic
from ganvas.vocabulary.score import Metre, Mode, shift_of

BARS = 8
"""Bars where nothing else is said."""
KEYS: dict[Mode, tuple[Tonic, ...]] = {"major": ("G", "D", "A", "C", "F", "Bb", "Eb"), "minor": ("A", "D", "G", "E", "B")}
"""Keys that a piece is in where nothing else is said, by its seed."""
_LIMIT = Limit(tokens=400)
_ASKED = (
    "Plan a short piece for four voices that fits a person's words, in any language. Answer with one JSON object: mood, mode, "
    "tonic, tempo (beats a minute), metre, bars, density, and "
    "chords: two names for each bar, such as C, Dm, G7, F#dim, in the key, the last one the tonic. The words:"
)


class PlanAnswer(Frozen):
    """The answer of a language model; what it leaves out, rules write."""

    mood: Mood = "plain"
    mode: Mode | None = None
    tonic: Tonic | None = None
    tempo: Annotated[int, Field(ge=SLOWEST, le=FASTEST)] | None = None
    metre: Metre | None = None
    bars: Annotated[int, Field(ge=1, le=MOST_BARS)] | None = None
    density: Density | None = None
    chords: Annotated[tuple[Annotated[str, Field(max_length=8)], ...], Field(max_length=2 * MOST_BARS)] = ()


class Planned(NamedTuple):
    """A plan, its writer ("rules" or a language model's name), and notes for the person."""

    plan: Plan
    writer: str
    notes: tuple[str, ...] = ()
    unread: bool = False


def plan_schema() -> Schema:
    """Return the JSON schema of a PlanAnswer, with only the keywords that grammars of small models support."""
    choices: Mapping[str, Any] = {"mood": Mood, "mode": Mode, "tonic": Tonic, "metre": Metre, "density": Density}
    fields: dict[str, Any] = {name: {"enum": list(get_args(kind))} for name, kind in choices.items()}
    fields |= {"tempo": {"type": "integer"}, "bars": {"type": "integer"},
               "chords": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 2 * MOST_BARS}}  # fmt: skip
    return {"type": "object", "properties": fields, "required": ["mood", "mode", "tempo"], "additionalProperties": False}


def write_plan(idea: str, *, seed: int, model: LanguageModel | None = None, given: Mapping[str, Any] | None = None) -> Planned:
    """Write a plan. given: fields that the person set, such as bars, tempo, tonic and mode.

    Raises LanguageModelError where the model does not answer. An answer that cannot be read leaves all to the rules.
    """
    wishes, answer = read_wishes(idea), PlanAnswer()
    writer, unread = "rules", False
    if model is not None:
        try:
            answer, _ = ask_until_valid(model, [Message("user", f"{_ASKED} {idea}")], plan_schema(), read=_read, seed=seed,
                                           limit=_LIMIT)  # fmt: skip
            writer = model.name
        except InputError:
            unread = True
    fixed = {name: value for name, value in (given or {}).items() if value is not None}
    return Planned(_complete(wishes, answer, fixed, seed=seed), writer, wishes.refused, unread)


def _read(text: str) -> PlanAnswer:
    content = {name: value for name, value in first_object(text).items() if value is not None and name in PlanAnswer.model_fields}
    for name, least, most in (("tempo", SLOWEST, FASTEST), ("bars", 1, MOST_BARS)):
        if isinstance(content.get(name), int | float):
            content[name] = min(max(round(content[name]), least), most)
    return parse(PlanAnswer, content, where="the answer")


def _complete(wishes: Wishes, answer: PlanAnswer, given: Mapping[str, Any], *, seed: int) -> Plan:
    """Join what the person set, what the words say, what a language model answered and, for the rest, what the mood asks for."""
    numbers = stream(seed, "plan")
    mood: Mood = given.get("mood") or wishes.mood or answer.mood
    character = MOODS[mood]
    mode: Mode = (
        given.get("mode")
        or wishes.mode
        or character.mode
        or answer.mode
        or ("major" if wishes.tonic or given.get("tonic") or numbers.uniform() < 0.6 else "minor")
    )  # "in G" is G major
    keys = KEYS[mode]
    tonic: Tonic = given.get("tonic") or wishes.tonic or answer.tonic or keys[int(numbers.uniform() * len(keys))]
    metre: Metre = given.get("metre") or wishes.metre or answer.metre or "4/4"
    bars = int(given.get("bars") or wishes.bars or answer.bars or BARS)
    tempo = int(given.get("tempo") or wishes.tempo or (answer.tempo if wishes.mood is None and answer.tempo else character.tempo))
    density: Density = given.get("density") or (answer.density if wishes.mood is None and answer.density else character.density)
    phrases = split_phrases(bars, metre)
    key = read_chord(tonic).root
    shift = shift_of(key, mode)
    chords = _answered(answer, mode, shift, 2 * bars)
    chords = repair_chords(chords, mode, phrases) if chords else write_chords(mode, 2 * bars, phrases, numbers)
    return Plan(
        tonic=tonic, mode=mode, tempo=tempo, metre=metre, bars=bars, density=density, mood=mood, phrases=phrases,
        chords=tuple(name_chord(chord.up(shift), key, mode, flat=tonic.endswith("b")) for chord in chords),
    )  # fmt: skip


def _answered(answer: PlanAnswer, mode: Mode, shift: int, slots: int) -> list[Chord]:
    """Return the chords of an answer in C major or A minor, where they are of the key that holds and about as many as wanted."""
    same = answer.mode == mode and answer.tonic is not None and shift_of(read_chord(answer.tonic).root, mode) == shift
    found: list[Chord] = []
    for name in answer.chords if same else ():
        try:
            found.append(read_chord(name).up(-shift))
        except ValueError:
            continue
    if len(found) * 2 < slots:
        return []
    return [found[number * len(found) // slots] if len(found) < slots else found[number] for number in range(slots)]


def repair(plan: Plan) -> Plan:
    """Return a plan with chords of its key, and cadences where phrases end."""
    shift = shift_of(plan.key, plan.mode)
    chords = repair_chords([read_chord(name).up(-shift) for name in plan.chords], plan.mode, plan.phrases)
    return plan.model_copy(
        update={"chords": tuple(name_chord(one.up(shift), plan.key, plan.mode, flat=plan.flat) for one in chords)}
    )
