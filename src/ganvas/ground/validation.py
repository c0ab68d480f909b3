"""Messages about invalid settings: pydantic's errors in terms of TOML, JSON and command lines."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MAX_SHOWN = 120
"""Characters of a location or a value in a message."""


def describe_error(error: ValidationError, kind: type[BaseModel] | None = None) -> str:
    """Describe in one line where the first invalid field is and what it must be. kind: its class, to suggest a field."""
    first = error.errors(include_url=False)[0]
    place = describe_location(first["loc"]) or "the whole"
    return f"{place[:MAX_SHOWN]}: {_reason(first, () if kind is None else _fields(kind, first['loc'][:-1]))}"


def describe_reason(error: ValidationError) -> str:
    """Describe in one line what the first invalid value must be."""
    return _reason(error.errors(include_url=False)[0], ())


def describe_location(parts: Iterable[str | int]) -> str:
    """Describe the location of a setting, counting from 1: `elements`, 0, `style` is `element 1, style`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text = f"{text.removesuffix('s')} {part + 1}, " if text else f"number {part + 1}, "
        else:
            text += part if not text or text.endswith(", ") else f".{part}"
    return text.removesuffix(", ")


def _reason(first: ErrorDetails, known: Iterable[str]) -> str:
    kind, value, bounds = first["type"], first["input"], first.get("ctx", {})
    if kind in _UNKNOWN:
        near = get_close_matches(str(first["loc"][-1]), list(known), n=1, cutoff=0.7)
        return f"there is no such setting{f' (did you mean {near[0]}?)' if near else ''}"
    if kind == "missing":
        return "is missing"
    if kind in _MUST_BE:
        return f"must be {_MUST_BE[kind].format_map(bounds)}, not {_shown(value)}"
    if kind == "string_pattern_mismatch":
        return f"must be {_PATTERNS.get(bounds['pattern'], 'written otherwise')}, not {_shown(value)}"
    if kind in _MUST_HAVE:
        return f"must have {_MUST_HAVE[kind].format_map(bounds)}"
    return first["msg"].removeprefix("Value error, ")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return repr(value)[:MAX_SHOWN]
    return next((name for known, name in _KINDS.items() if isinstance(value, known)), "nothing")


def _fields(kind: type[BaseModel], parts: Iterable[str | int]) -> set[str]:
    """Return the names of the fields at a place of settings; keys of tables and positions in lists are skipped."""
    kinds = [kind]
    for part in parts:
        inner = [model for one in kinds if part in one.model_fields for model in _models(one.model_fields[str(part)].annotation)]
        kinds = (
            list(dict.fromkeys(inner)) or kinds
        )  # each once: records that hold others of their kind would double at each level
    return {name for one in kinds for name in one.model_fields}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the settings classes in an annotation, such as `tuple[Element, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
DIGEST_PATTERN = r"^[0-9a-f]{64}$"
ADDRESS_PATTERN = r"^https?://\S+$"
_PATTERNS = {
    NAME_PATTERN: "a plain name of the letters a to z, digits, dots, dashes and underscores",
    DIGEST_PATTERN: "a sha256 in hexadecimal",
    r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$": "the name of an environment variable, such as MY_SERVER_KEY",
    ADDRESS_PATTERN: "an address that begins with http:// or https://",
}
"""What a text must be, by its pattern, which is never shown to a person."""
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_KINDS: dict[type, str] = {list: "a list", tuple: "a list", dict: "a table"}
_MUST_BE = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"), "a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "a number"), "finite_number": "a finite number",
    **dict.fromkeys(("bool_parsing", "bool_type"), "true or false"), "string_type": "a text", "literal_error": "{expected}",
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "a table"),
    "greater_than": "more than {gt}", "greater_than_equal": "at least {ge}", "less_than": "less than {lt}",
    "less_than_equal": "at most {le}", "multiple_of": "a multiple of {multiple_of}",
}  # fmt: skip
"""What a value must be, by pydantic's error type."""
_MUST_HAVE = {
    "too_short": "at least {min_length} in it", "too_long": "at most {max_length} in it",
    "string_too_short": "at least {min_length} characters", "string_too_long": "at most {max_length} characters",
}  # fmt: skip
