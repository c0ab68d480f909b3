"""Recipes as people give them, as a run keeps them, and whether the two agree."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tomlkit

from ganvas.ground.characters import plain_name
from ganvas.ground.config import parse, read_toml
from ganvas.ground.errors import InputError
from ganvas.training.recipes.base import AnyRecipe

HOUR, PATIENCE = 60.0, 6
"""Without a budget: minutes at most, and looks at the score after which a run that draws no better ends."""
Recipes = Mapping[str, type[AnyRecipe]]
"""The recipe of each kind of work, by what stands under `task`. The first is trained where nothing says which."""
Given = TypeVar("Given", bound=AnyRecipe)


def read_recipe(sources: Sequence[str], *, overrides: dict[str, Any], recipes: Recipes) -> AnyRecipe:
    """Read a recipe file, or make a recipe for folders; `overrides` win, and a given budget replaces the other kind of budget.

    Raises InputError for what cannot be trained.
    """
    if "images" in overrides or "minutes" in overrides:
        overrides = {"images": None, "minutes": None, **overrides}
    if not sources:
        raise InputError("nothing to train on", do="name a recipe file or a folder of pictures")
    first = Path(sources[0])
    if from_file := first.suffix == ".toml":
        if len(sources) > 1:
            raise InputError("a recipe stands alone", where=sources[1], do="put the folders into the recipe's `sources`")
        content = read_toml(first, overrides=overrides)
    else:
        content = {"sources": list(sources), "name": name_of(sources), **overrides}
    task = str(content.get("task", guess_task(sources, recipes)[0]))
    if task not in recipes:
        raise InputError(f"task: {task!r} is none that can be trained", where=first, do=f"choose one of {', '.join(recipes)}")
    kind = recipes[task]
    for old, new in kind.renamed.items():
        if old in content:
            raise InputError(f"{old} is now called {new}", where=first, do=f"write {new} instead")
    if not from_file:
        content = kind.from_folders({**content, "task": task})
    if content.get("images") is None and content.get("minutes") is None:
        content = {"minutes": HOUR, "patience": PATIENCE, **{name: value for name, value in content.items() if value is not None}}
    return parse(kind, content, where=first)


def name_of(sources: Sequence[str]) -> str:
    """Return the name of a run that is asked for by its folders."""
    return "-to-".join(plain_name(Path(one).resolve().name) for one in sources)[:64].strip("-")


def guess_task(sources: Sequence[str], recipes: Recipes) -> tuple[str, str]:
    """Return the task that is meant where nothing names one, and why; without a word where that is clear."""
    if len(sources) > 1:
        return next(((task, kind.several_folders) for task, kind in recipes.items() if kind.several_folders), ("", ""))
    return next(iter(recipes)), ""


def resume_recipe(given: Given, copy: Path) -> Given:
    """Return the recipe of an existing run if it agrees with the given one; budget, threads and device may be new.

    Its sources are the given ones, which may be elsewhere now. copy: the run's own recipe, whose keys may have the names of an
    earlier version. Raises InputError that names the first difference.
    """
    stored = stored_recipe(given, copy)
    mine, theirs = given.model_dump(exclude_unset=True), stored.model_dump()
    for name, value in mine.items():
        if given.may_differ(name, theirs[name]) or name == "sources" or (name == "name" and value == name_of(given.sources)):
            continue
        if theirs[name] != value and given.model_dump()[name] != theirs[name]:
            raise InputError(f"{name} is {theirs[name]!r} in this run and {value!r} now", where=copy,
                             do="give another folder with -o")  # fmt: skip
    new = {
        "sources": given.sources,
        "images": given.images,
        "threads": given.threads,
        "device": given.device if given.device != "auto" else None,
    }
    return stored.model_copy(update={name: value for name, value in new.items() if value is not None})


def stored_recipe(given: Given, copy: Path) -> Given:
    """Read a run's own recipe as one of the kind that is given. Raises InputError."""
    content = {given.renamed.get(name, name): value for name, value in read_toml(copy).items()}
    return parse(type(given), content, where=copy)


def dump(recipe: AnyRecipe) -> str:
    """Write a recipe as TOML that reads back as itself."""
    text = tomlkit.dumps(recipe.model_dump(mode="json", exclude_none=True))
    assert type(recipe).model_validate(tomllib.loads(text)) == recipe.model_copy()
    return text
