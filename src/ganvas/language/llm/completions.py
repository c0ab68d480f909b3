"""What a server's reply holds: one choice of a chat completion, in the forms in which servers send it. None of it is trusted."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import parse_json

MAX_PARTS = 20_000
"""Parts of a streamed reply that are read."""


def read_choice(text: str, *, where: str) -> dict[str, Any]:
    """Return the first choice of a reply. Raises LanguageModelError, which quotes nothing of it.

    A byte order mark and comments that keep a connection open are passed over; a reply that was streamed is put together.
    """
    try:
        lines = [line for line in text.removeprefix("\ufeff").splitlines() if not line.startswith(":")]
        parts = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
        choice = _joined(parts, where) if parts else parse_json("\n".join(lines), where=where)["choices"][0]
        if isinstance(choice, dict) and isinstance(choice["message"], dict):
            return cast("dict[str, Any]", choice)
    except (InputError, KeyError, IndexError, TypeError, AttributeError):
        pass
    raise LanguageModelError("the language model's server sent no chat completion", where=where)


def _joined(parts: list[str], where: str) -> dict[str, Any]:
    """Put the choice of a streamed reply together. Raises what `read_choice` catches."""
    choices = [
        choice for part in parts[:MAX_PARTS] if part not in ("", "[DONE]") for choice in parse_json(part, where=where)["choices"]
    ]
    first = [choice for choice in choices if choice.get("index", 0) == 0]
    names = ("content", "reasoning_content", "reasoning")
    message = {name: "".join(_texts(first, name)) for name in names}
    return {"message": message, "finish_reason": next((one["finish_reason"] for one in first if one.get("finish_reason")), None)}


def _texts(choices: list[dict[str, Any]], name: str) -> Iterator[str]:
    for choice in choices:
        text = choice["delta"].get(name)
        if isinstance(text, str):
            yield text


def content_of(choice: Mapping[str, Any]) -> str:
    """Return the text of a choice: given as text, as parts, as an object that the server parsed already, or as what the model
    would have a function called with, where it says nothing else.
    """
    content = choice["message"].get("content")
    if isinstance(content, dict):
        return json.dumps(content)
    parts: list[Any] = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str)) or _arguments(choice)


def _arguments(choice: Mapping[str, Any]) -> str:
    """Return what the first call of a function in a choice was to be given: text like any other, and nothing is called."""
    try:
        given = choice["message"]["tool_calls"][0]["function"]["arguments"]
    except (KeyError, IndexError, TypeError):
        return ""
    return given if isinstance(given, str) else json.dumps(given) if isinstance(given, dict) else ""


def thoughts_of(choice: Mapping[str, Any]) -> str:
    """Return the text that a server returned as thinking."""
    found = (choice["message"].get(name) for name in ("reasoning_content", "reasoning"))
    return next((text for text in found if isinstance(text, str)), "")
