"""Replies of language models, parsed as untrusted text: thinking removed, JSON found, one more try where it is invalid."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Reply, Schema

MAX_OBJECT_STARTS = 8
"""Braces at which a JSON object is tried; the limit keeps the time linear for hostile text."""
MAX_QUOTED = 1000
"""Characters of an invalid answer that are sent back to the model."""

Read = TypeVar("Read")


def strip_thinking(text: str) -> str:
    """Return a reply without the thinking that some models put before it; empty when there is nothing else."""
    _, ended, answer = text.rpartition("</think>")
    if ended:
        return answer
    before, began, _ = text.partition("<think>")
    return before if began else text


def first_object(text: str) -> dict[str, Any]:
    """Return the first JSON object of a reply, with prose, code fences or thinking around it. Raises InputError."""
    answer = strip_thinking(text)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    at = -1
    for _ in range(MAX_OBJECT_STARTS):
        at = answer.find("{", at + 1)
        if at < 0:
            break
        try:
            return decoder.raw_decode(answer, at)[0]
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
    """Ask, and ask once more with the error if the answer is invalid; return what `read` makes of it, and the reply.

    A model whose `learns` is False does not correct itself and is asked once only. Raises
    InputError when the last answer is invalid too, and LanguageModelError when there is none.
    """
    first = model.complete(messages, schema, seed=seed, limit=limit)
    try:
        return read(first.text), first
    except InputError as error:
        if not getattr(model, "learns", True):
            raise
        problem = "".join(letter for letter in str(error) if is_printable(letter))[:300]
    turns = [
        *messages,
        Message("assistant", strip_thinking(first.text)[:MAX_QUOTED].strip() or "(nothing)"),
        Message("user", f"That cannot be used: {problem}. Answer again, with one JSON object and nothing else."),
    ]
    left = limit._replace(seconds=max(1.0, limit.seconds - first.seconds))
    second = model.complete(turns, schema, seed=seed, limit=left)
    return read(second.text), Reply(second.text, first.seconds + second.seconds)
