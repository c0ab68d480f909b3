"""The director: turns an idea into a Brief, by a language model within bounds, or by rules where it fails them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from ganvas.ground.config import Frozen, Phrase, is_printable, parse
from ganvas.ground.errors import InputError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Schema
from ganvas.language.llm.replies import ask_until_valid, first_object, fit_fields, strip_thinking
from ganvas.language.scene.arrange import arrange
from ganvas.language.scene.bridge import shortened
from ganvas.language.scene.rules import SAME_MEANING, Reading, arrange_reading, read_idea, write_brief
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import COLOURS, Background, Brief, Element

MAX_REPLY = 4000
SAME_THING = 0.55
"""Cosine from which the answer's subject means one of the things that the idea names."""
NEAR_IDEA = 0.42
"""Cosine with the idea from which a subject fits an idea that names no thing: the statue of liberty for freedom."""
DRAWABLE = 0.60
"""Cosine with the vocabulary from which a caption can be drawn, and between two captions from which they are the same thing."""

MAX_SCORE_GAP = 0.35
"""How far below the best candidate of a description the language model's choice may score."""

WEAK_MODELS = ("local",)
"""Models that are worse than the rules at choosing what a description means and how large a thing is (decision 008)."""

_SYSTEM = (
    "You describe a small picture for the given idea. Answer in English with one JSON object. "
    "subject: the main thing, a few words. around: one other thing that shows the setting, or none. "
    "size: how large the subject is. background: a colour that fits."
)
_EXAMPLES = (
    ("a sad cat at night (hints: crying cat, full moon, cat face)",
     '{"subject": "crying cat", "around": "full moon", "size": "large", "background": "night blue"}'),
    ("一个红苹果 (hints: red apple, green apple, cherries)",
     '{"subject": "red apple", "around": "none", "size": "full", "background": "white"}'),
)  # fmt: skip


class SceneAnswer(Frozen):
    """The answer of a language model: a flat record of bounded texts and choices from closed lists."""

    subject: Annotated[Phrase, Field(max_length=60)]
    around: Annotated[Phrase, Field(max_length=60)] = "none"
    size: Literal["medium", "large", "full"] = "large"
    background: Background = "white"


class Directed(NamedTuple):
    """A brief, its writer ("none", "rules", or the language model's name), and a note for the user about it."""

    brief: Brief
    writer: str
    note: str = ""
    unread: bool = False
    """The language model answered, but not in the requested form, not even on the second try."""


class FormError(InputError):
    """A reply is not in the requested form."""


def scene_schema() -> Schema:
    """Return the JSON schema of a SceneAnswer, with only the keywords that grammars of small models support."""
    text: dict[str, Any] = {"type": "string", "minLength": 2, "maxLength": 60}
    fields: dict[str, Any] = {
        "subject": text, "around": text, "size": {"enum": ["medium", "large", "full"]}, "background": {"enum": list(COLOURS)},
    }  # fmt: skip
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def write_plain_brief(idea: str) -> Directed:
    """Return the person's words alone, as one element."""
    return Directed(Brief(elements=(Element(caption=shortened(idea) or "something", size="full"),)), "none")


def direct(idea: str, *, model: LanguageModel | None, lexicon: Lexicon, encoder: TextEncoder, seed: int) -> Directed:
    """Turn an idea into a Brief. Without a language model, and where its answer fails the checks, the rules write.

    A LanguageModelError passes through: who named the model is told, who did not asks the rules.
    """
    if model is None:
        return Directed(write_brief(idea, lexicon=lexicon, encoder=encoder), "rules")
    reading = read_idea(idea, lexicon=lexicon, encoder=encoder)
    hints = hints_for(idea, reading, lexicon=lexicon, encoder=encoder)

    trusted = model.name not in WEAK_MODELS

    def brief_of(text: str) -> Brief:
        answer = read_answer(text)
        if reading.candidates:
            return brief_from_choice(
                answer, reading=reading, lexicon=lexicon, encoder=encoder, close=MAX_SCORE_GAP if trusted else 0.0
            )
        return brief_from_answer(answer, idea=idea, reading=reading, lexicon=lexicon, encoder=encoder, trusted=trusted)

    try:
        brief, reply = ask_until_valid(
            model, messages_for(idea, hints), scene_schema(), read=brief_of, seed=seed, limit=Limit(tokens=100)
        )
    except InputError as error:
        reason = "".join(letter for letter in str(error) if is_printable(letter))  # it may quote a stranger
        note = f"the language model's answer was not used ({reason[:300]}); rules wrote the scene"
        return Directed(arrange_reading(reading), "rules", note, unread=isinstance(error, FormError))
    return Directed(brief, model.name, f"written by {model.name} in {reply.seconds:.1f} s")


def hints_for(idea: str, reading: Reading, *, lexicon: Lexicon, encoder: TextEncoder, count: int = 4) -> list[str]:
    """Return hints for the language model: things that the idea names, its surroundings, and similar things of the vocabulary."""
    if reading.candidates:
        return [name for name, _ in reading.candidates][:count]
    near = [name for name, _ in lexicon.nearest(encoder.encode([idea[:200]]), count=count)[0]]
    certain = [*reading.things, *reading.companions] if reading.found else []
    return list(dict.fromkeys([*certain, *near]))[:count]


def messages_for(idea: str, hints: Sequence[str]) -> list[Message]:
    """Return the conversation: the task, two examples, the idea with its hints."""
    turns = [Message("system", _SYSTEM)]
    for question, answer in _EXAMPLES:
        turns += [Message("user", question), Message("assistant", answer)]
    return [*turns, Message("user", f"{idea[:300]} (hints: {', '.join(hints)})")]


def read_answer(text: str) -> SceneAnswer:
    """Parse an untrusted reply: bounded, its first JSON object must be a SceneAnswer. Raises FormError.

    Thinking does not count, nor do capitals of a choice, or fields beyond those asked for.
    """
    if len(strip_thinking(text)) > MAX_REPLY:
        raise FormError("it is too long")
    try:
        found = fit_fields(first_object(text), SceneAnswer.model_fields)
        chosen = {name: str(found[name]).lower() for name in ("size", "background") if name in found}
        return parse(SceneAnswer, {**found, **chosen}, where="it")
    except InputError as error:
        raise FormError(str(error)) from error


def brief_from_answer(
    answer: SceneAnswer, *, idea: str, reading: Reading, lexicon: Lexicon, encoder: TextEncoder, trusted: bool = True
) -> Brief:
    """Make a brief of the parts of an answer that fit the idea and can be drawn; things that the user named are always kept.

    trusted: use the answer's size also for a thing with nothing beside it. Raises InputError when
    the subject does not fit the idea.
    """
    vectors = encoder.encode([answer.subject, answer.around, idea[:200], *reading.things])
    (subject, known), (around, around_known) = (match[0] for match in lexicon.nearest(vectors[:2], count=1))
    meant = vectors[3:] @ vectors[0]
    if float(meant.max()) >= SAME_THING:  # a thing of the idea, under the name that the rules gave it
        subject = reading.things[int(meant.argmax())]
    elif reading.found or known < DRAWABLE or float(vectors[0] @ vectors[2]) < NEAR_IDEA:
        raise InputError(f"its subject {answer.subject[:40]!r} does not fit the idea")

    named = [thing for thing in reading.things if thing != subject] if reading.found else []
    named = [subject] * (reading.things.count(subject) - 1) + named
    shown = encoder.encode([answer.around, around, subject, *named, *reading.companions])
    new = float((shown[2:] @ shown[:2].T).max()) < DRAWABLE
    near = float(vectors[1] @ vectors[2]) >= NEAR_IDEA
    more = [around] if answer.around.lower() != "none" and around_known >= DRAWABLE and near and new else []

    own = reading.surroundings.background if reading.surroundings else answer.background
    background = reading.mood or own if own == "white" else own
    around = [*reading.companions, *([] if named else more)]  # two named things are better large than with a third one
    fills = not trusted and not named and not around  # small models call everything large; a thing alone fills the picture
    size = "medium" if reading.alone else "full" if fills else answer.size
    return arrange(subject, beside=named, around=around, size=size, background=background, relation=reading.relation)


def brief_from_choice(answer: SceneAnswer, *, reading: Reading, lexicon: Lexicon, encoder: TextEncoder, close: float) -> Brief:
    """Make a brief of the answer's choice for a description if it scores at most `close` below the best; else of the best."""
    (vector,) = encoder.encode([answer.subject])
    ((name, known),) = lexicon.nearest(vector[np.newaxis], count=1)[0]
    best, score = reading.candidates[0]
    meant = name if known >= SAME_MEANING and dict(reading.candidates).get(name, -1.0) >= score - close else best
    things = [*reading.things[:-1], meant]  # the described thing comes last, after the named ones
    size = "full" if len(things) == 1 else answer.size
    return arrange(things[0], beside=things[1:], around=(), size=size, background=reading.mood or answer.background)
