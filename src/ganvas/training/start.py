"""`train`: from sources or a recipe to a run folder and a model folder."""

import signal
import threading
import tomllib
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
import torch

from ganvas.data.cache import Pictures, open_pictures
from ganvas.ground.config import load_toml, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import slug, write_text
from ganvas.language.encoder import Encoder, open_encoder
from ganvas.training.loop import Loop, Outcome
from ganvas.training.model import read_weights, save_model
from ganvas.training.probe import fastest_precision, pick_device, seconds_a_step
from ganvas.training.recipe import Recipe
from ganvas.training.run import Run
from ganvas.training.schedule import Progress
from ganvas.training.stop import Stop
from ganvas.training.tasks.conditions import Conditions, takes_of
from ganvas.training.tasks.image import ImageTask

Say = Callable[[str], None]


@dataclass(frozen=True)
class Trained:
    """Where a training left its work. `model` is None when it stopped before its end."""

    run: Path
    model: Path | None
    outcome: Outcome


def train(
    sources: Sequence[str],
    *,
    out: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    start_from: Path | None = None,
    say: Say = print,
    watch: Callable[[Progress], None] | None = None,
) -> Trained:
    """Train a model from one recipe file or from picture folders; go on where an existing run stands.

    overrides: fields of the recipe that win over the file's, such as images, minutes, seed, device, threads.

    Every step is derived from the recipe's seed, so a run that is cut and resumed ends with the same bits (same machine, torch
    build and thread count). Raises InputError for a bad source, or a run folder of another recipe.
    """
    asked = read_recipe(sources, overrides=dict(overrides or {}))
    folder = out or Path("runs") / asked.name
    copy = folder / "recipe.toml"
    recipe = agreed(asked, copy) if copy.exists() else asked
    torch.set_num_threads(recipe.threads or torch.get_num_threads())

    material = Material.open(recipe)
    if not copy.exists():
        recipe = resolve(recipe, material, say=say)
        write_text(copy, dump(recipe))
    assert recipe.images is not None
    task = material.task(recipe)
    if start_from is not None:
        task.generator.load_state_dict(read_weights(start_from, task.generator.state_dict()))
    run = Run(folder, sheets=recipe.sheets, log_every=recipe.log_every, **({"watch": watch} if watch else {}))
    loop = Loop(task, run=run, budget=recipe.images, keep_minutes=recipe.keep_minutes)

    stop = Stop(minutes=3 * recipe.minutes if recipe.minutes else None, converged=recipe.converged)
    with asking_to_stop(stop):
        outcome = loop.fit(stop)
    if outcome.reason in ("asked", "clock"):
        return Trained(folder, None, outcome)
    model = save_model(folder / "model", loop=loop, task=task, say=say)
    return Trained(folder, model, outcome)


def read_recipe(sources: Sequence[str], *, overrides: dict[str, Any]) -> Recipe:
    """Read a recipe file, or make one for a picture folder; `overrides` win, and a given budget replaces the other kind."""
    if "images" in overrides or "minutes" in overrides:
        overrides = {"images": None, "minutes": None, **overrides}
    if not sources:
        raise InputError("nothing to train on", do="name a recipe file or a folder of pictures")
    first = Path(sources[0])
    if first.suffix == ".toml":
        if len(sources) > 1:
            raise InputError("a recipe stands alone", where=sources[1], do="put the folders into the recipe's `sources`")
        recipe = load_toml(Recipe, first, overrides=overrides)
    else:
        content: dict[str, Any] = {"sources": list(sources), "name": slug(first.resolve().name), **overrides}
        recipe = parse(Recipe, content, where=first)
    if recipe.images is None and recipe.minutes is None:
        return parse(Recipe, {**recipe.model_dump(exclude_unset=True), "minutes": 60.0}, where=first)
    return recipe


def agreed(asked: Recipe, copy: Path) -> Recipe:
    """Return the recipe of an existing run if it agrees with what is asked for; the budget and the threads may be new.

    Raises InputError that names the first difference.
    """
    stored = load_toml(Recipe, copy)
    mine, theirs = asked.model_dump(exclude_unset=True), stored.model_dump()
    for name, value in mine.items():
        if name in ("threads", "minutes", "device", "images") or value is None:
            continue
        if theirs[name] != value and asked.model_dump()[name] != theirs[name]:
            raise InputError(f"{name} is {theirs[name]!r} in this run and {value!r} now", where=copy,
                             do="give another folder with -o")  # fmt: skip
    return stored.model_copy(update={"images": asked.images or stored.images, "threads": asked.threads or stored.threads})


@dataclass
class Material:
    """What a recipe's sources hold: pictures, and what they are told."""

    pictures: Pictures
    conditions: Conditions

    @classmethod
    def open(cls, recipe: Recipe) -> "Material":
        """Open the recipe's folder. Raises InputError."""
        folder = Path(recipe.sources[0])
        if not folder.is_dir():
            raise InputError("there is no such folder", where=folder,
                             do="name a folder of pictures, or make a set: ganvas data emoji -o data/emoji")  # fmt: skip
        pictures = open_pictures(folder, size=recipe.size, channels=recipe.channels)
        takes = takes_of(pictures.records, conditional=recipe.conditional, encoder_width=Encoder.width)
        encoder = open_encoder(takes.encoder) if takes.words else None
        return cls(pictures, Conditions(pictures.records, takes=takes, encoder=encoder))

    def task(self, recipe: Recipe) -> ImageTask:
        """Build the task of a resolved recipe."""
        precision = "float32" if recipe.precision == "auto" else recipe.precision
        return ImageTask(recipe, self.pictures, self.conditions, device=pick_device(recipe.device), precision=precision)


def resolve(recipe: Recipe, material: Material, *, say: Say) -> Recipe:
    """Ask the machine once what the recipe left open, and say each answer with its reason."""
    notes: list[str] = []
    settled: dict[str, Any] = {"device": pick_device(recipe.device), "threads": recipe.threads or torch.get_num_threads()}

    def build(precision: str) -> ImageTask:
        budget = recipe.images or recipe.batch
        return material.task(recipe.model_copy(update={**settled, "precision": precision, "images": budget}))

    seconds = None
    if recipe.precision == "auto":
        settled["precision"], seconds, reason = fastest_precision(build)
        notes.append(reason)
    if recipe.images is None:
        assert recipe.minutes is not None
        seconds = seconds or seconds_a_step(build(recipe.precision))
        rate = recipe.batch / seconds
        settled["images"] = max(recipe.batch, int(recipe.minutes * 60 * rate))
        notes.append(f"images = {settled['images']}: {recipe.minutes:g} minutes at {rate:.0f} images a second")
    for note in notes:
        say(note)
    return recipe.model_copy(update={**settled, "notes": (*recipe.notes, *notes)})


def dump(recipe: Recipe) -> str:
    """Write a recipe as TOML that reads back as itself."""
    text = tomlkit.dumps(recipe.model_dump(mode="json", exclude_none=True))
    assert Recipe.model_validate(tomllib.loads(text)) == recipe.model_copy()
    return text


@contextmanager
def asking_to_stop(stop: Stop) -> Generator[None]:
    """While inside, an interrupt or a polite kill asks the run to stop after its step instead of tearing it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_number: int, _frame: object) -> None:
        stop.asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
