"""Captions for classes: a language model paraphrases each name, checks keep what means the same, templates fill the rest."""

import contextlib
import json
import re
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from ganvas.ground.config import Frozen, Phrase, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_json, user_cache, write_json
from ganvas.language.llm.base import LanguageModel, Limit, Message, Schema
from ganvas.language.llm.replies import ask_until_valid, first_object, fit_fields
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.hashed_words import content_words
from ganvas.language.text.lexicon import fold_text

CAPTIONS_PER_CLASS = 8
"""Captions of a class, its name included."""
SAME_MEANING = 0.55
"""Cosine with the class name from which a phrase means the class."""

_SYSTEM = (
    "You write captions for pictures of one given thing. Answer with one JSON object. synonym: another word for the thing. "
    "short: the thing with one adjective. long: what a picture of it shows, a few words. drawn: a caption that begins with a "
    "word for picture."
)
_EXAMPLES = (
    ("dog", '{"synonym": "puppy", "short": "a cute dog", "long": "a dog with floppy ears", "drawn": "a drawing of a dog"}'),
    ("ship", '{"synonym": "boat", "short": "a big ship", "long": "a ship on the water", "drawn": "a picture of a ship"}'),
)
_TEMPLATES = ("a picture of {}", "a drawing of {}", "{}, drawn simply", "one {}", "{} on a plain ground", "a small picture of {}")
_CHINESE = ("一幅{}的画", "{}的图片", "画着{}的图", "一个{}", "简单的{}", "小小的{}")
_CJK = re.compile(r"[\u3400-\u9fff]")

_Caption = Annotated[Phrase, Field(max_length=60)]


class CaptionAnswer(Frozen):
    """The captions of a class by a language model. Separate fields, because small models repeat one phrase in a list."""

    synonym: _Caption
    short: _Caption
    long: _Caption
    drawn: _Caption


def caption_schema() -> Schema:
    """Return the JSON schema of a CaptionAnswer."""
    text = {"type": "string", "minLength": 2, "maxLength": 60}
    fields = dict.fromkeys(CaptionAnswer.model_fields, text)
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def ask_for_captions(name: str, model: LanguageModel, *, seed: int) -> tuple[str, ...]:
    """Ask for captions of a class, or find them in the cache; empty where the answer is not usable.

    Raises LanguageModelError when the model does not answer.
    """
    turns = [Message("system", _SYSTEM)]
    for question, reply in _EXAMPLES:
        turns += [Message("user", question), Message("assistant", reply)]
    turns.append(Message("user", name))
    if kept := _read_cache(key := _key(turns, model, seed=seed)):
        return kept

    def read(text: str) -> CaptionAnswer:
        return parse(CaptionAnswer, fit_fields(first_object(text), CaptionAnswer.model_fields), where="it")

    try:
        answer, _ = ask_until_valid(model, turns, caption_schema(), read=read, seed=seed, limit=Limit(tokens=120))
    except InputError:
        return ()
    phrases = (answer.synonym, answer.short, answer.long, answer.drawn)
    if key:
        with contextlib.suppress(OSError):
            write_json(user_cache("phrasings") / f"{key}.json", answer.model_dump())
    return phrases


def _key(turns: Sequence[Message], model: LanguageModel, *, seed: int) -> str | None:
    """Return the cache key of an answer; None for a model without identity."""
    identity = getattr(model, "identity", None)
    return digest_of(json.dumps([identity, turns, caption_schema(), seed]).encode()) if isinstance(identity, str) else None


def _read_cache(key: str | None) -> tuple[str, ...]:
    if key is None:
        return ()
    try:
        path = user_cache("phrasings") / f"{key}.json"
        answer = parse(CaptionAnswer, read_json(path, limit=10_000), where=path)
    except (InputError, OSError):  # a broken cache is an empty one
        return ()
    return (answer.synonym, answer.short, answer.long, answer.drawn)


def keep_matching(
    phrases: Sequence[str], *, name: str, names: Sequence[str], vectors: np.ndarray, encoder: TextEncoder
) -> list[str]:
    """Keep the phrases that mean the class `name` and no other; vectors (N, D) are those of `names`.

    A phrase with a word that belongs to other class names only is about those: "a red square" for a
    red circle, which the encoder finds similar. A phrase with nothing but part of the name does not
    name the class ("red").
    """
    if not phrases:
        return []
    own = set(content_words(name))
    foreign = {word for other in names for word in content_words(other)} - own
    cosines = encoder.encode(list(phrases)) @ vectors.T
    place = list(names).index(name)
    return [
        phrase
        for phrase, row in zip(phrases, cosines, strict=True)
        if row[place] >= SAME_MEANING
        and row[place] >= row.max()
        and foreign.isdisjoint(words := set(content_words(phrase)))
        and not words < own
    ]


def merge_captions(name: str, kept: Sequence[str], *, count: int = CAPTIONS_PER_CLASS) -> tuple[str, ...]:
    """Return the captions of a class, each once: its name, the phrases that were kept, templates for the rest."""
    templates = _CHINESE if _CJK.search(name) else _TEMPLATES
    found: dict[tuple[str, ...], str] = {}
    for phrase in (name, *kept, *(template.format(name) for template in templates)):
        found.setdefault(content_words(fold_text(phrase)) or (phrase,), phrase)
    return tuple(found.values())[:count]
