"""The director: an idea becomes a Brief, written by a language model within bounds, or by rules where it fails them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from ganvas.ground.config import Frozen, Phrase, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json
from ganvas.language.base import LanguageModel, Limit, Message, Schema
from ganvas.language.bridge import shortened
from ganvas.language.embed import Encodes
from ganvas.language.lexicon import Lexicon
from ganvas.language.rules import setting_of, write_brief
from ganvas.vocabulary.brief import COLOURS, Background, Brief, Element, Place

MAX_REPLY = 4000
NEAR_IDEA = 0.42
"""Cosine with the idea from which a language model's subject counts as what was asked for."""
NEAR_BEST = 0.85
"""And the share of the best hint's cosine that it must reach: the model wanders, the hints do not."""
KNOWN = 0.60
"""Cosine with the vocabulary from which a caption is something the model can draw."""

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


class Answer(Frozen):
    """All that a language model may say: a flat record, bounded, from closed lists where there are any."""

    subject: Annotated[Phrase, Field(max_length=60)]
    around: Annotated[Phrase, Field(max_length=60)] = "none"
    size: Literal["medium", "large", "full"] = "large"
    background: Background = "white"


class Directed(NamedTuple):
    """A brief, who wrote it ("none", "rules", or the language model's name), and what a person should know about that."""

    brief: Brief
    writer: str
    note: str = ""


def schema() -> Schema:
    """Return the JSON schema of an Answer, in the few words that small models' grammars take."""
    text: dict[str, Any] = {"type": "string", "minLength": 2, "maxLength": 60}
    fields: dict[str, Any] = {
        "subject": text, "around": text, "size": {"enum": ["medium", "large", "full"]}, "background": {"enum": list(COLOURS)},
    }  # fmt: skip
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def plain(idea: str) -> Directed:
    """Return the person's words alone, as one element."""
    return Directed(Brief(elements=(Element(caption=shortened(idea) or "something", size="full"),)), "none")


def direct(idea: str, *, model: LanguageModel | None, lexicon: Lexicon, encoder: Encodes, seed: int) -> Directed:
    """Turn an idea into a Brief. Without a language model, and where its answer fails the checks, the rules write.

    A LanguageModelError passes through: who named the model is told, who did not asks the rules.
    """
    if model is None:
        return Directed(write_brief(idea, lexicon=lexicon, encoder=encoder), "rules")
    hints = hints_for(idea, lexicon=lexicon, encoder=encoder)
    reply = model.complete(messages_for(idea, hints), schema(), seed=seed, limit=Limit(tokens=100))
    try:
        answer = read_answer(reply.text)
        brief = checked(answer, idea=idea, hints=hints, lexicon=lexicon, encoder=encoder)
    except InputError as error:
        note = f"the language model's answer was not used ({error}); rules wrote the scene"
        return Directed(write_brief(idea, lexicon=lexicon, encoder=encoder), "rules", note[:900])
    return Directed(brief, model.name, f"written by {model.name} in {reply.seconds:.1f} s")


def hints_for(idea: str, *, lexicon: Lexicon, encoder: Encodes, count: int = 3) -> list[str]:
    """Name what the model knows that is near the idea, and what stands for its setting: words that a small model can lean on."""
    near = [phrase for phrase, _ in lexicon.nearest(encoder.encode([idea[:200]]), count=count)[0]]
    by_rules = [element.caption for element in write_brief(idea, lexicon=lexicon, encoder=encoder).elements]
    return list(dict.fromkeys([*by_rules, *near]))[: count + 1]


def messages_for(idea: str, hints: Sequence[str]) -> list[Message]:
    """Return the conversation: what to do, two worked examples, the idea with its hints."""
    turns = [Message("system", _SYSTEM)]
    for question, answer in _EXAMPLES:
        turns += [Message("user", question), Message("assistant", answer)]
    return [*turns, Message("user", f"{idea[:300]} (hints: {', '.join(hints)})")]


def read_answer(text: str) -> Answer:
    """Read a reply as a stranger's: bounded, JSON, an Answer and nothing else. Raises InputError."""
    if len(text) > MAX_REPLY:
        raise InputError("it is too long")
    return parse(Answer, parse_json(text, where="it"), where="it")


def checked(answer: Answer, *, idea: str, hints: Sequence[str], lexicon: Lexicon, encoder: Encodes) -> Brief:
    """Keep of an answer what has to do with the idea and what the model can draw. Raises InputError when the subject does not."""
    texts = [answer.subject, answer.around, idea[:200], *hints]
    vectors = encoder.encode(texts)
    (subject, subject_known), (around, around_known) = (match[0] for match in lexicon.nearest(vectors[:2], count=1))
    names = encoder.encode([subject, around])
    to_idea, best = float(names[0] @ vectors[2]), float(np.max(vectors[3:] @ vectors[2]))
    if subject_known < KNOWN or to_idea < max(NEAR_IDEA, NEAR_BEST * best):
        raise InputError(f"its subject {answer.subject[:40]!r} is not what was asked for")
    setting = setting_of(idea)
    fits = around_known >= KNOWN and float(names[0] @ names[1]) < KNOWN and around in hints
    others = [around] if answer.around.lower() != "none" and fits else []
    if setting is not None:  # a setting the person named is kept, whatever the model made of it
        others += [thing for thing in setting.companions if thing in lexicon.names and thing not in (subject, *others)]
    background = setting.background if setting is not None else answer.background
    return placed(subject, others[:2], size=answer.size, background=background)


def placed(subject: str, others: Sequence[str], *, size: Literal["medium", "large", "full"], background: Background) -> Brief:
    """Place a subject, and around it what shows the setting."""
    if not others:
        return Brief(elements=(Element(caption=subject, size=size),), background=background)
    places: tuple[Place, ...] = ("top right", "top left")
    around = [
        Element(caption=thing, size="medium" if number == 0 else "small", place=places[number])
        for number, thing in enumerate(others)
    ]
    first = Element(caption=subject, size="medium" if size == "medium" else "large", place="bottom")
    return Brief(elements=(first, *around), background=background)
