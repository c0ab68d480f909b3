"""Replies of language models, parsed as untrusted text: thinking removed, JSON found, one more try where it is invalid."""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar, cast

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError
from ganvas.language.llm.base import LanguageModel, Limit, Message, Reply, Schema

MAX_OBJECT_STARTS = 8
"""Braces at which a JSON object is tried; the limit keeps the time linear for hostile text."""
MAX_QUOTED = 1000
"""Characters of an invalid answer that are sent back to the model."""

Read = TypeVar("Read")


_TAG = r"[a-z_:-]{0,20}(?:think|thought|reason|reflect|scratch)[a-z_-]{0,12}"
_MARKS = r"<{0}{1}>|<\|{0}{1}\|>|◁{0}{1}▷|\[{0}(?:think|thinking|reasoning)\]"
_ENDED = re.compile(
    _MARKS.format("/", _TAG) + r"|<channel\|>|<\|channel\|>final(?:<\|[a-z]{1,20}\|>|\s){0,4}|\Aanalysis[\s\S]*assistantfinal",
    re.IGNORECASE,
)
_BEGAN = re.compile(_MARKS.format("", _TAG) + r"|<\|?channel\|?>", re.IGNORECASE)
"""Marks around thinking, as models write them: tags in several brackets, and channels."""
_OPENING = re.compile(r"(?:\s*<[|｜](?:im_start|start|begin|bos|message)[^<>]{0,30}[|｜]>(?:assistant\b)?)+", re.IGNORECASE)
_CLOSING = re.compile(r"<[|｜][a-z0-9_▁]{1,30}[|｜]>|</s>|<(?:end_of_turn|eos|eot)>", re.IGNORECASE)
"""Marks of a template around an answer; what follows the closing one is no part of it."""


def strip_thinking(text: str) -> str:
    """Return a reply without the thinking that some models put before it, and without the marks of a template; empty when there
    is nothing else.
    """
    start = max((found.end() for found in _ENDED.finditer(text)), default=0)
    answer = text[start:]
    began = _BEGAN.search(answer)
    answer = answer[: began.start()] if began else answer
    opened = _OPENING.match(answer)
    answer = answer[opened.end() :] if opened else answer
    closed = _CLOSING.search(answer)
    return answer[: closed.start()] if closed else answer


def fit_fields(found: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Return the wanted fields of an answer: names in any case, other fields left out, an object around them removed.

    Spaces of every kind become plain ones.
    """
    named = {str(name).strip().lower(): value for name, value in found.items()}
    if len(named) == 1 and not named.keys() & set(fields) and isinstance(inner := next(iter(named.values())), dict):
        named = {str(name).strip().lower(): value for name, value in cast("dict[str, Any]", inner).items()}
    return {name: _plainly_spaced(value) for name, value in named.items() if name in fields}


def _plainly_spaced(value: object) -> object:
    if not isinstance(value, str):
        return value
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in value).strip()


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
    left = limit if limit.seconds is None else limit._replace(seconds=max(1.0, limit.seconds - first.seconds))
    second = model.complete(turns, schema, seed=seed, limit=left)
    return read(second.text), Reply(second.text, first.seconds + second.seconds)
