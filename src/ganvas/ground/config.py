"""Frozen settings: pydantic models that are read from TOML, with overrides; unknown fields are refused."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from ganvas.ground.characters import clean_line, has_controls, is_printable
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json, read_text
from ganvas.ground.validation import DIGEST_PATTERN, NAME_PATTERN, describe_error


class Frozen(BaseModel):
    """A record that cannot change, refuses unknown fields and refuses infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _seen(text: object) -> object:
    """Drop invisible marks from a text, and refuse control characters: here they come from programs, not from people.

    A printable text stays as it is, because works are drawn again by the very words.
    """
    if not isinstance(text, str) or is_printable(text):
        return text
    if has_controls(text):
        raise ValueError("holds characters that cannot be printed")
    return clean_line(text)


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=64)]
"""A plain name: letters, digits, dot, dash, underscore."""

PHRASE = 120
"""Characters of a phrase at most."""

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PHRASE), BeforeValidator(_seen)]
"""A few words on one line, printable, in any language."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), BeforeValidator(_seen)]
"""The value of a label, such as a class or a style: printable, in any language."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), BeforeValidator(_seen)]
"""One printable line of up to 1,000 characters, possibly empty."""

Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN)]
"""A sha256 in hexadecimal."""

Settings = TypeVar("Settings", bound=BaseModel)
Checked = TypeVar("Checked")


def parse(kind: type[Settings], content: Any, *, where: object) -> Settings:
    """Parse data as a settings class. Raises InputError, which names the first invalid field."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise InputError(describe_error(error, kind), where=where) from error


def validate(check: Callable[[Any], Checked], content: Any, *, where: object) -> Checked:
    """Check data with a pydantic validator. Raises InputError, which names the first invalid field."""
    try:
        return check(content)
    except ValidationError as error:
        raise InputError(describe_error(error), where=where) from error


def read_toml(path: Path, *, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read a TOML file; dotted `overrides` replace its values. Raises InputError."""
    content = _parse_toml(read_text(path), where=path)
    for dotted, value in (overrides or {}).items():
        *parents, last = dotted.split(".")
        table = content
        for parent in parents:
            table = table.setdefault(parent, {})
        table[last] = value
    return content


def _parse_toml(text: str, *, where: object) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"is not valid TOML: {error}", where=where) from error


def load_settings(kind: type[Settings], path: Path, *, what: str, limit: int) -> Settings:
    """Read a settings class from a person's .toml or .json file of at most `limit` bytes. Raises InputError.

    what: what such a file is called in the message.
    """
    suffix = path.suffix.lower()
    if suffix not in (".toml", ".json"):
        raise InputError(f"is no {what}", where=path, do="name a .toml or .json file")
    text = read_text(path, limit=limit)
    return parse(kind, (_parse_toml if suffix == ".toml" else parse_json)(text, where=path), where=path)


def load_toml(kind: type[Settings], path: Path, *, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read a settings class from a TOML file; dotted `overrides` replace its values. Raises InputError."""
    return parse(kind, read_toml(path, overrides=overrides), where=path)
