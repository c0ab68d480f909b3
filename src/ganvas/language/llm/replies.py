"""What a language model said, read as a stranger's words: thinking left out, JSON found, one more try where it is wrong."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Reply, Schema

MAX_OBJECT_STARTS = 8
"""Braces at which an object is looked for; each is read to the end once at most, so that hostile text costs linear time."""
MAX_QUOTED = 1000
"""Characters of a wrong answer that its writer is shown again."""

Read = TypeVar("Read")


def strip_thinking(text: str) -> str:
    """Return a reply without the thinking that some models put before it; nothing when it never got further."""
    _, ended, said = text.rpartition("</think>")
    if ended:
        return said
    before, began, _ = text.partition("<think>")
    return before if began else text


def first_object(text: str) -> dict[str, Any]:
    """Return the first JSON object of a reply, whatever stands around it: prose, fences, thinking. Raises InputError."""
    said = strip_thinking(text)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    at = -1
    for _ in range(MAX_OBJECT_STARTS):
        at = said.find("{", at + 1)
        if at < 0:
            break
        try:
            return decoder.raw_decode(said, at)[0]
        except (ValueError, RecursionError):
            continue
    raise InputError("there is no JSON object in it")


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def ask_until_valid(
    model: LanguageModel,
    messages: Sequence[Message],
    schema: Schema,
    *,
    read: Callable[[str], Read],
    seed: int,
    limit: Limit,
) -> tuple[Read, Reply]:
    """Ask, and once more with what is wrong about the answer; return what `read` made of it.

    A model that is no better for being told (`learns` is False) is not asked again. Raises InputError when the last answer is
    wrong too, and LanguageModelError when there is none.
    """
    first = model.complete(messages, schema, seed=seed, limit=limit)
    try:
        return read(first.text), first
    except InputError as error:
        if not getattr(model, "learns", True):
            raise
        wrong = "".join(letter for letter in str(error) if is_printable(letter))[:300]
    turns = [
        *messages,
        Message("assistant", strip_thinking(first.text)[:MAX_QUOTED].strip() or "(nothing)"),
        Message("user", f"That cannot be used: {wrong}. Answer again, with one JSON object and nothing else."),
    ]
    left = limit._replace(seconds=max(1.0, limit.seconds - first.seconds))
    second = model.complete(turns, schema, seed=seed, limit=left)
    return read(second.text), Reply(second.text, first.seconds + second.seconds)
