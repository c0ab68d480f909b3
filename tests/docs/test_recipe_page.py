"""The page of a recipe's keys names each key of a recipe for pictures, with what it takes and its default, in both languages."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.recipes.image import Recipe

PAGES = Path(__file__).parents[2] / "docs" / "tutorials"
WORDS: dict[str, dict[object, str]] = {
    "recipe.md": {
        int: "integer", float: "number", str: "text", bool: "`true` or `false`", Size: "size", Ramp: "ramp", dict: "table",
        list: "list of {}", tuple: "list of {count}, each {}", "required": "required",
    },
    "recipe.zh-CN.md": {
        int: "整数", float: "数", str: "文字", bool: "`true` 或 `false`", Size: "尺寸", Ramp: "渐变", dict: "表",
        list: "{}的列表", tuple: "{count} 个的列表，每个为{}", "required": "必填",
    },
}  # fmt: skip
SIGNS = (
    (Ge, "ge", "≥"), (Gt, "gt", ">"), (Le, "le", "≤"), (Lt, "lt", "<"),
    (MinLen, "min_length", "≥"), (MaxLen, "max_length", "≤"),
)  # fmt: skip


def number(value: float) -> str:
    """Write a bound; a power of two that is too long to read as one."""
    return f"2^{int(value).bit_length() - 1}" if value >= 2**32 else str(value)


def bounds(metadata: Sequence[object], *, kinds: tuple[type, ...]) -> str:
    found = [f" {sign} {number(getattr(one, name))}" for kind, name, sign in SIGNS for one in metadata
             if isinstance(one, kind) and kind in kinds]  # fmt: skip
    return ",".join(found)


def takes(annotation: Any, metadata: Sequence[object], words: dict[object, str]) -> str:
    """Say what a key takes."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        more = [part for one in inner[1:] for part in (one.metadata if isinstance(one, FieldInfo) else [one])]
        return takes(inner[0], [*metadata, *more], words)
    if origin in (Union, UnionType):
        (some,) = [one for one in inner if one is not type(None)]
        return takes(some, metadata, words)
    if origin is Literal:
        return ", ".join(f"`{toml(value)}`" for value in inner)
    if origin is tuple:
        item = takes(inner[0], [], words)
        if inner[-1] is not Ellipsis:
            return words[tuple].format(item, count=len(inner))
        long = bounds(metadata, kinds=(MinLen, MaxLen)).strip()
        return words[list].format(item) + (f" ({long})" if long else "")
    known = next((kind for kind in (bool, int, float, str, Size, Ramp) if annotation is kind), dict)
    return words[known] + bounds(metadata, kinds=(Ge, Gt, Le, Lt))


def toml(value: object) -> str:
    """Write a default as it would stand in a recipe."""
    if isinstance(value, Size):
        return toml(value.plain)
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {toml(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml(one) for one in value)}]"
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)


def default(field: FieldInfo, words: dict[object, str]) -> str:
    if field.is_required():
        return words["required"]
    value = field.get_default(call_default_factory=True)
    return "–" if value is None else f"`{toml(value)}`"


def rows(model: type[BaseModel], words: dict[object, str]) -> list[tuple[str, ...]]:
    """Return what the table of a part of the recipe begins its lines with: key, what it takes, default."""
    fields = model.model_fields.items()
    return [(f"`{name}`", takes(one.annotation, one.metadata, words), default(one, words)) for name, one in fields]


def parts(model: type[BaseModel], path: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    """Yield each part that a recipe may have, with where it stands."""
    yield model, path
    for name, field in model.model_fields.items():
        for part in models(field.annotation):
            yield from parts(part, f"{path}.{name}".strip("."))


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def tables(page: Path) -> dict[str, tuple[str, list[tuple[str, ...]]]]:
    """Return the sections that have a table, by what their heading names: their text, and its lines as cells."""
    found: dict[str, tuple[str, list[tuple[str, ...]]]] = {}
    for section in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        if lines:
            named = re.search(r"`\[+([\w.]+)\]+`", section.splitlines()[0])
            cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
            found[named[1] if named else ""] = section, cells
    return found


@pytest.mark.parametrize("name", WORDS)
def test_every_key_of_a_recipe_is_told(name: str) -> None:
    places: dict[type[BaseModel], list[str]] = {}
    for model, path in parts(Recipe):
        places.setdefault(model, []).append(path)
    told = tables(PAGES / name)
    ramps = places.pop(Ramp)
    assert set(told) == {paths[0] for paths in places.values()} | {ramps[0]}
    for model, paths in [*places.items(), (Ramp, ramps)]:
        text, cells = told[paths[0]]
        assert [line[:3] for line in cells] == rows(model, WORDS[name])
        assert all(len(line) == 4 and line[3] for line in cells)
        assert {path for path in paths if path} <= set(re.findall(r"`\[*([\w.]+)\]*`", text))
