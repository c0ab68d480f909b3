"""The director: turns an idea into scenes, by a language model within bounds, or by rules where it fails them."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, cast, get_args

from pydantic import Field

from ganvas.ground.config import Frozen, Phrase, is_printable, parse
from ganvas.ground.errors import InputError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Schema
from ganvas.language.llm.replies import ask_until_valid, first_object, fit_fields, strip_thinking
from ganvas.language.scene.arrange import arrange
from ganvas.language.scene.bridge import shortened
from ganvas.language.scene.rules import Reading, arrange_reading, read_idea
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import (
    MAX_COUNT,
    MAX_ELEMENTS,
    MAX_RELATIONS,
    MAX_SCENERY,
    Background,
    Brief,
    Colour,
    Element,
    Ground,
    Number,
    Relation,
    Size,
    Sky,
    Tie,
)

MAX_REPLY = 8000
SAME_THING = 0.55
"""Cosine from which an answer's element means one of the things that the idea names."""
NEAR_IDEA = 0.42
"""Cosine with the idea from which an element fits an idea that names no thing: the statue of liberty for freedom."""
DRAWABLE = 0.60
"""Cosine with the vocabulary from which a caption can be drawn."""
MAX_SCENES = 4

WEAK_MODELS = ("local",)
"""Models that are not asked for scenes: theirs were the rules' own, or worse (docs/decisions/040)."""

_SYSTEM = (
    "You stage small pictures for an idea. A drawing program knows only the things of emoji (animals, people, food, plants, "
    "vehicles, buildings, objects). Answer with one JSON object that has a list of different scenes, each of which shows the "
    "whole idea. English only. elements: what is drawn, the subject first, each a plain noun. relations: how elements relate, "
    "by their numbers from 1. ground, sky: where and when. scenery: things far away that show the place. Say an idea that "
    "cannot be drawn through things that can."
)
_EXAMPLE = (
    "a lonely robot in spring, wearing a hat. Scenes: 2. Known things near it: robot, cherry blossom, top hat, seedling",
    """{"scenes": [
{"elements": [{"caption": "robot"}, {"caption": "top hat", "size": "small"}],
 "relations": [{"subject": 1, "relation": "wearing", "object": 2}],
 "ground": "meadow", "sky": "day", "scenery": ["cherry blossom", "seedling"]},
{"elements": [{"caption": "robot"}, {"caption": "top hat", "size": "small"}, {"caption": "cherry blossom", "size": "large"}],
 "relations": [{"subject": 1, "relation": "wearing", "object": 2}, {"subject": 1, "relation": "under", "object": 3}],
 "ground": "meadow", "sky": "dawn", "scenery": ["tulip"]}]}""",
)


class ElementAnswer(Frozen):
    """An element of an answer."""

    caption: Annotated[Phrase, Field(max_length=60)]
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    size: Size = "medium"
    colour: Colour | None = None


class TieAnswer(Frozen):
    """A relation of an answer. Numbers that name no element are left out later."""

    subject: Number
    relation: Relation
    object: Number


class SceneAnswer(Frozen):
    """One scene of an answer: bounded texts and choices from closed lists."""

    elements: tuple[ElementAnswer, ...] = Field(min_length=1, max_length=MAX_ELEMENTS)
    relations: tuple[TieAnswer, ...] = Field(default=(), max_length=MAX_RELATIONS)
    ground: Ground = "none"
    sky: Sky = "day"
    background: Background = "white"
    scenery: tuple[Annotated[Phrase, Field(max_length=60)], ...] = Field(default=(), max_length=MAX_SCENERY)


class ScenesAnswer(Frozen):
    """The answer of a language model."""

    scenes: tuple[SceneAnswer, ...] = Field(min_length=1, max_length=MAX_SCENES)


class Directed(NamedTuple):
    """A brief, its writer ("none", "rules", or the language model's name), and a note for the user about it.

    others: further scenes of the same idea, which works take turns through.
    """

    brief: Brief
    writer: str
    note: str = ""
    unread: bool = False
    """The language model answered, but not in the requested form, not even on the second try."""
    others: tuple[Brief, ...] = ()

    @property
    def scenes(self) -> tuple[Brief, ...]:
        """All scenes."""
        return (self.brief, *self.others)


_CHOICES = ("size", "colour", "relation", "ground", "sky", "background")
_OF_ONE_THING = {"subject", *ElementAnswer.model_fields}
"""The fields of a scene that is one thing, as models write it that do not follow the schema."""


class FormError(InputError):
    """A reply is not in the requested form."""


def scene_schema() -> Schema:
    """Return the JSON schema of a ScenesAnswer, with only the keywords that grammars of small models support."""

    def record(fields: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
        return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}

    text: dict[str, Any] = {"type": "string", "minLength": 2, "maxLength": 60}
    number: dict[str, Any] = {"enum": list(range(1, MAX_ELEMENTS + 1))}
    element = record({"caption": text, "count": {"enum": list(range(1, MAX_COUNT + 1))}, "size": {"enum": list(get_args(Size))},
                      "colour": {"enum": list(get_args(Colour))}}, ["caption"])  # fmt: skip
    tie = record(
        {"subject": number, "relation": {"enum": list(get_args(Relation))}, "object": number}, ["subject", "relation", "object"]
    )
    scene = record({
        "elements": {"type": "array", "items": element, "minItems": 1, "maxItems": MAX_ELEMENTS},
        "relations": {"type": "array", "items": tie, "maxItems": MAX_RELATIONS},
        "ground": {"enum": list(get_args(Ground))}, "sky": {"enum": list(get_args(Sky))},
        "background": {"enum": list(get_args(Background))}, "scenery": {"type": "array", "items": text, "maxItems": MAX_SCENERY},
    }, ["elements", "relations", "ground", "sky"])  # fmt: skip
    return record({"scenes": {"type": "array", "items": scene, "minItems": 1, "maxItems": MAX_SCENES}}, ["scenes"])


def write_plain_brief(idea: str) -> Directed:
    """Return the person's words alone, as one element."""
    return Directed(Brief(elements=(Element(caption=shortened(idea) or "something", size="full"),)), "none")


def direct(
    idea: str, *, model: LanguageModel | None, lexicon: Lexicon, encoder: TextEncoder, seed: int, scenes: int = 1
) -> Directed:
    """Turn an idea into scenes. Without a language model, and where its answer fails the checks, the rules write one.

    scenes: how many different ones the language model is asked for. A LanguageModelError passes through: a caller that named the
    model shows it, one that did not uses the rules.
    """
    reading = read_idea(idea, lexicon=lexicon, encoder=encoder)
    ruled = arrange_reading(reading, lexicon)
    if model is None or model.name in WEAK_MODELS:
        why = f"{model.name} is not asked for scenes, which it writes no better than the rules" if model else ""
        return Directed(ruled, "rules", "; ".join(part for part in (reading.note, why) if part))
    hints = hints_for(idea, reading, lexicon=lexicon, encoder=encoder)

    def scenes_of(text: str) -> list[Brief]:
        return briefs_from_answer(read_answer(text), idea=idea, reading=reading, lexicon=lexicon, encoder=encoder)

    count = min(max(scenes, 1), MAX_SCENES)
    limit = Limit(tokens=120 + 260 * count)
    try:
        (brief, *others), reply = ask_until_valid(
            model, messages_for(idea, hints, scenes=count), scene_schema(), read=scenes_of, seed=seed, limit=limit
        )
    except InputError as error:
        reason = "".join(letter for letter in str(error) if is_printable(letter))  # it may quote a stranger
        note = f"the language model's answer was not used ({reason[:300]}); rules wrote the scene"
        return Directed(ruled, "rules", note, unread=isinstance(error, FormError))
    note = f"written by {model.name} in {reply.seconds:.1f} s: {changes(ruled, brief)}"
    return Directed(brief, model.name, note, others=tuple(one for one in others if one != brief))


def changes(before: Brief, after: Brief) -> str:
    """Say what a scene has that the rules' own has not, for a person."""
    if before == after:
        return "the scene of the rules"
    had, has = ({element.caption for element in brief.elements} | set(brief.scenery) for brief in (before, after))
    differences = [
        f"with {', '.join(sorted(has - had))}" if has - had else "",
        f"without {', '.join(sorted(had - has))}" if had - has else "",
        f"{after.ground}, {after.sky}" if (after.ground, after.sky) != (before.ground, before.sky) else "",
        "other relations" if after.relations != before.relations else "",
    ]  # fmt: skip
    return f"beside the rules' scene {'; '.join(part for part in differences if part) or 'laid out otherwise'}"


def hints_for(idea: str, reading: Reading, *, lexicon: Lexicon, encoder: TextEncoder, count: int = 8) -> list[str]:
    """Return hints for the language model: things that the idea names, its surroundings, and similar things of the vocabulary."""
    if reading.candidates:
        return [name for name, _ in reading.candidates][:count]
    near = [name for name, _ in lexicon.nearest(encoder.encode([idea[:200]]), count=count)[0]]
    certain = [*reading.things, *reading.scenery] if reading.found else []
    return list(dict.fromkeys([*certain, *near]))[:count]


def messages_for(idea: str, hints: Sequence[str], *, scenes: int = 1) -> list[Message]:
    """Return the conversation: the task, an example, the idea with its hints."""
    question, answer = _EXAMPLE
    prompt = f"{idea[:1000]}. Scenes: {scenes}. Known things near it: {', '.join(hints)}"
    return [Message("system", _SYSTEM), Message("user", question), Message("assistant", answer), Message("user", prompt)]


def read_answer(text: str) -> ScenesAnswer:
    """Parse an untrusted reply: bounded, its first JSON object must be a ScenesAnswer, or one scene. Raises FormError.

    Thinking does not count, nor do capitals of a choice, or fields beyond those asked for. A scene may name its one thing as
    its `subject` or `caption`, and an element may be a text.
    """
    if len(strip_thinking(text)) > MAX_REPLY:
        raise FormError("it is too long")
    try:
        found = fit_fields(first_object(text), {"scenes", *_OF_ONE_THING, *SceneAnswer.model_fields})
        scenes = found.get("scenes", [found])
        content = [_fitted(scene) for scene in scenes] if isinstance(scenes, list) else scenes
        return parse(ScenesAnswer, {"scenes": content}, where="it")
    except InputError as error:
        raise FormError(str(error)) from error


def _fitted(scene: object) -> object:
    """Return the wanted fields of a scene of an answer, of its elements and of its relations; choices in lower case."""
    if not isinstance(scene, dict):
        return scene
    found = _chosen(cast("dict[str, Any]", scene), SceneAnswer)
    if "elements" not in found:
        one = fit_fields(cast("dict[str, Any]", scene), _OF_ONE_THING)
        found["elements"] = [{**one, "caption": one.get("subject", one.get("caption"))}]
    for name, kind in (("elements", ElementAnswer), ("relations", TieAnswer)):
        if isinstance(several := found.get(name), list):
            records = [{"caption": one} if isinstance(one, str) else one for one in several]
            found[name] = [_chosen(cast("dict[str, Any]", one), kind) if isinstance(one, dict) else one for one in records]
    return found


def _chosen(record: dict[str, Any], kind: type[Frozen]) -> dict[str, Any]:
    found = fit_fields(record, kind.model_fields)
    return found | {name: found[name].lower() for name in _CHOICES if isinstance(found.get(name), str)}


def briefs_from_answer(
    answer: ScenesAnswer, *, idea: str, reading: Reading, lexicon: Lexicon, encoder: TextEncoder
) -> list[Brief]:
    """Make briefs of the scenes of an answer that show what the idea names. Raises InputError when none does, and says why."""
    found: list[Brief] = []
    wrong = ""
    for scene in answer.scenes:
        try:
            found.append(_brief(scene, idea=idea, reading=reading, lexicon=lexicon, encoder=encoder))
        except InputError as error:
            wrong = wrong or str(error)
    if not found:
        raise InputError(wrong)
    return list(dict.fromkeys(found))


def _brief(scene: SceneAnswer, *, idea: str, reading: Reading, lexicon: Lexicon, encoder: TextEncoder) -> Brief:
    """Make a brief of a scene: elements that can be drawn, under the model's own names, the things of the idea among them."""
    captions = [one.caption for one in scene.elements]
    vectors = encoder.encode([*captions, *scene.scenery, idea[:200], *reading.things])
    own, far = vectors[: len(captions)], vectors[len(captions) : len(captions) + len(scene.scenery)]
    whole, named = vectors[len(captions) + len(scene.scenery)], vectors[len(captions) + len(scene.scenery) + 1 :]
    names: dict[int, str] = {}
    for place, (vector, near) in enumerate(zip(own, lexicon.nearest(own, count=1), strict=True)):
        meant = named @ vector
        if reading.found and not reading.candidates and float(meant.max()) >= SAME_THING:
            names[place] = reading.things[int(meant.argmax())]
        elif near[0][1] >= DRAWABLE:
            names[place] = near[0][0]
    if reading.found and not reading.candidates:
        if missing := [thing for thing in reading.things if thing not in names.values()]:
            raise InputError(f"its elements lack {', '.join(missing)[:80]}")
    elif not names or max(float(own[place] @ whole) for place in names) < NEAR_IDEA:
        raise InputError(f"its subject {captions[0][:40]!r} does not fit the idea")
    return _arranged(
        scene,
        names,
        reading,
        [near[0][0] for near in lexicon.nearest(far, count=1) if near[0][1] >= DRAWABLE] if len(far) else [],
    )


def _arranged(scene: SceneAnswer, names: dict[int, str], reading: Reading, scenery: Sequence[str]) -> Brief:
    """Put the elements of a scene that have names into what they stand in; what the idea itself says of it stays."""
    numbers = {place: number for number, place in enumerate(names, 1)}
    counted = dict(zip(reading.things, (element.count for element in reading.elements), strict=True)) if reading.found else {}
    elements = [
        Element(caption=name, size=scene.elements[place].size, colour=scene.elements[place].colour,
                count=max(counted.get(name, 1), scene.elements[place].count if len(names) < 4 else 1))
        for place, name in names.items()
    ]  # fmt: skip
    ties = [
        Tie(subject=numbers[tie.subject - 1], relation=tie.relation, object=numbers[tie.object - 1])
        for tie in scene.relations
        if tie.subject != tie.object and {tie.subject - 1, tie.object - 1} <= numbers.keys()
    ]
    ground = reading.ground or (scene.ground if scene.ground != "none" else None)
    sky = reading.sky or (scene.sky if ground else None)
    return arrange(elements, ties=ties, ground=ground, sky=sky, scenery=tuple(dict.fromkeys((*reading.scenery, *scenery))),
                     mood=reading.mood or (scene.background if scene.background != "white" else None), alone=reading.alone,
                     known={*reading.scenery, *scenery})  # fmt: skip
