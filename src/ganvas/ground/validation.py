"""What is wrong with settings, for people: pydantic's errors in the words of those who write TOML, JSON and command lines."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MAX_SHOWN = 120
"""Characters that are said of a place or of a value."""


def describe_error(error: ValidationError, kind: type[BaseModel] | None = None) -> str:
    """Say in one line where the first bad field is and what it must be. kind: the settings, whose fields may have been meant."""
    first = error.errors(include_url=False)[0]
    place = describe_location(first["loc"]) or "the whole"
    return f"{place[:MAX_SHOWN]}: {_reason(first, () if kind is None else _fields(kind, first['loc'][:-1]))}"


def describe_reason(error: ValidationError) -> str:
    """Say in one line what the first bad value must be."""
    return _reason(error.errors(include_url=False)[0], ())


def describe_location(parts: Iterable[str | int]) -> str:
    """Say where a setting stands, counting from 1 as people do: `elements`, 0, `style` is `element 1, style`."""
    said = ""
    for part in parts:
        if isinstance(part, int):
            said = f"{said.removesuffix('s')} {part + 1}, " if said else f"number {part + 1}, "
        else:
            said += part if not said or said.endswith(", ") else f".{part}"
    return said.removesuffix(", ")


def _reason(first: ErrorDetails, known: Iterable[str]) -> str:
    kind, value, bounds = first["type"], first["input"], first.get("ctx", {})
    if kind in _UNKNOWN:
        near = get_close_matches(str(first["loc"][-1]), list(known), n=1, cutoff=0.7)
        return f"there is no such setting{f' (did you mean {near[0]}?)' if near else ''}"
    if kind == "missing":
        return "is missing"
    if kind in _MUST_BE:
        return f"must be {_MUST_BE[kind].format_map(bounds)}, not {_shown(value)}"
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
    """Return the names of the fields at a place of settings; names of a table's own and places of a list are passed over."""
    kinds = [kind]
    for part in parts:
        inner = [model for one in kinds if part in one.model_fields for model in _models(one.model_fields[str(part)].annotation)]
        kinds = inner or kinds
    return {name for one in kinds for name in one.model_fields}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the settings that stand in an annotation, such as `tuple[Element, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


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
"""What a value must be, by pydantic's name of what is wrong with it."""
_MUST_HAVE = {
    "too_short": "at least {min_length} in it", "too_long": "at most {max_length} in it",
    "string_too_short": "at least {min_length} characters", "string_too_long": "at most {max_length} characters",
}  # fmt: skip
