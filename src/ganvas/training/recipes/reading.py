"""A recipe as it is asked for and as its run keeps it, and whether the two agree."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import tomlkit

from ganvas.ground.config import load_toml, parse, read_toml
from ganvas.ground.errors import InputError
from ganvas.ground.files import slug
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.registry import RECIPES
from ganvas.training.recipes.sections import LLM

HOUR, PATIENCE = 60.0, 6
"""Without a budget: minutes at most, and looks at the score after which a run that draws no better ends."""
Asked = TypeVar("Asked", bound=AnyRecipe)


def read_recipe(sources: Sequence[str], *, overrides: dict[str, Any]) -> AnyRecipe:
    """Read a recipe file, or make one for a picture folder; `overrides` win, and a given budget replaces the other kind."""
    if "images" in overrides or "minutes" in overrides:
        overrides = {"images": None, "minutes": None, **overrides}
    if not sources:
        raise InputError("nothing to train on", do="name a recipe file or a folder of pictures")
    first = Path(sources[0])
    if first.suffix == ".toml":
        if len(sources) > 1:
            raise InputError("a recipe stands alone", where=sources[1], do="put the folders into the recipe's `sources`")
        content = read_toml(first, overrides=overrides)
    else:
        content = {
            "sources": list(sources),
            "name": "-to-".join(slug(Path(one).resolve().name) for one in sources)[:64],
            **overrides,
        }
        if len(sources) > 1:
            content.setdefault("task", "restyle")
        if content.get("task") == "restyle" and len(sources) != 2:  # a label's styles, or many folders'
            content.setdefault("method", "styles")
    if content.get("images") is None and content.get("minutes") is None:
        content = {"minutes": HOUR, "patience": PATIENCE, **{name: value for name, value in content.items() if value is not None}}
    task = str(content.get("task", "image"))
    if task not in RECIPES:
        raise InputError(f"task: {task!r} is none that can be trained", where=first, do=f"choose one of {', '.join(RECIPES)}")
    return parse(RECIPES[task], content, where=first)


def resume_recipe(asked: Asked, copy: Path) -> Asked:
    """Return the recipe of an existing run if it agrees with what is asked for; budget, threads and device may be new.

    Raises InputError that names the first difference.
    """
    stored = load_toml(type(asked), copy)
    mine, theirs = asked.model_dump(exclude_unset=True), stored.model_dump()
    for name, value in mine.items():
        if name in ("threads", "minutes", "device", "images", "patience") or value is None:
            continue
        if name == "captions" and value == LLM and theirs[name] is not None:  # they were written when the run began
            continue
        if theirs[name] != value and asked.model_dump()[name] != theirs[name]:
            raise InputError(f"{name} is {theirs[name]!r} in this run and {value!r} now", where=copy,
                             do="give another folder with -o")  # fmt: skip
    new = {"images": asked.images, "threads": asked.threads, "device": asked.device if asked.device != "auto" else None}
    return stored.model_copy(update={name: value for name, value in new.items() if value is not None})


def dump(recipe: AnyRecipe) -> str:
    """Write a recipe as TOML that reads back as itself."""
    text = tomlkit.dumps(recipe.model_dump(mode="json", exclude_none=True))
    assert type(recipe).model_validate(tomllib.loads(text)) == recipe.model_copy()
    return text
