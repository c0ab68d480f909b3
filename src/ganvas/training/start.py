"""`train`: from sources or a recipe to a run folder and a model folder."""

import signal
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import torch

from ganvas.data.source import open_source
from ganvas.ground.errors import InputError
from ganvas.ground.files import write_text
from ganvas.training.asked import Asked, agreed, dump, read_recipe
from ganvas.training.board import Board
from ganvas.training.captions import with_captions
from ganvas.training.checkpoint import checkpoints
from ganvas.training.dial import dial, dial_like, dial_size
from ganvas.training.enlarger import ENLARGED_LEGEND, about_enlarger, save_enlarger
from ganvas.training.exhibits import Exhibit
from ganvas.training.facts import Facts
from ganvas.training.loop import Loop, Outcome
from ganvas.training.material import EnlargeMaterial, ImageMaterial, Material, Say, source_of, tell_left
from ganvas.training.model import PICTURE_LEGEND, about_model, save_model
from ganvas.training.parallel import ALONE, Ranks, joined
from ganvas.training.parent import Parent, parent_of
from ganvas.training.probe import PROBED, fastest_precision, pick_device, seconds_a_step
from ganvas.training.recipe import RECIPES, AnyRecipe, EnlargeRecipe, Recipe, RestyleRecipe
from ganvas.training.report import write_report
from ganvas.training.restyler import RESTYLED_LEGEND, RestyleMaterial, about_restyler, save_restyler
from ganvas.training.run import Onlooker, Run
from ganvas.training.schedule import Progress
from ganvas.training.stop import Stop
from ganvas.training.tasks.base import Task
from ganvas.training.tasks.image import ImageTask


@dataclass(frozen=True)
class Trained:
    """Where a training left its work. `model` is None when it stopped before its end.

    first: whether this process, of several that train together, is the one that writes; the others have no model to show.
    """

    run: Path
    model: Path | None
    outcome: Outcome
    first: bool = True


def train(
    sources: Sequence[str],
    *,
    out: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    llm: str = "auto",
    tensorboard: bool = False,
    say: Say = print,
    watch: Callable[[Progress], None] | None = None,
) -> Trained:
    """Train a model from one recipe file or from picture folders; go on where an existing run stands.

    overrides: fields of the recipe that win over the file's, such as images, minutes, start_from, seed, device, threads. llm: who
    writes the captions of a recipe that asks for them. tensorboard: write event files into the run's folder too.

    Every step is derived from the recipe's seed, so a run that is cut and resumed ends with the same bits (same machine, torch
    build and thread count). Under torchrun its processes train together: the first one settles, writes and says all there is.
    Raises InputError for a bad source, or a run folder of another recipe.
    """
    with joined() as ranks:
        if not ranks.first:
            say, tensorboard = _say_nothing, False
        with ranks.in_turn():  # a new run is settled by the first; the others then find it as a run that goes on is found
            recipe, material, folder = _prepared(sources, overrides or {}, out=out, llm=llm, ranks=ranks, say=say)
        assert recipe.images is not None
        task = _task(material, recipe, ranks)
        if material.parent is not None and not checkpoints(folder / "checkpoints"):  # which hold what was taken over
            take_weights(task, material.parent, say=say)
        board = Board(folder) if tensorboard else None
        run = (Run if ranks.first else Onlooker)(
            folder, sheets=recipe.sheets, log_every=recipe.log_every, say=say, board=board, **({"watch": watch} if watch else {})
        )
        loop = Loop(task, run=run, budget=recipe.images, keep_minutes=recipe.keep_minutes, patience=recipe.patience, ranks=ranks)

        stop = Stop(minutes=3 * recipe.minutes if recipe.minutes else None, patience=recipe.patience)
        with asking_to_stop(stop), closing(board) if board else nullcontext():
            outcome = loop.fit(stop)
    if not ranks.first:
        return Trained(folder, None, outcome, first=False)
    if outcome.progress.best is not None:
        say(told_best(outcome.progress))
    return _finish(KINDS[type(recipe)], loop, task, recipe=recipe, outcome=outcome, say=say)


def _say_nothing(_line: str) -> None: ...


def _task(material: Material, recipe: AnyRecipe, ranks: Ranks) -> Task:
    if isinstance(material, ImageMaterial):
        assert isinstance(recipe, Recipe)
        return material.task(recipe, ranks=ranks)
    return material.task(recipe)


def _prepared(
    sources: Sequence[str], overrides: Mapping[str, Any], *, out: Path | None, llm: str, ranks: Ranks, say: Say
) -> tuple[AnyRecipe, Material, Path]:
    """Return a run's recipe, settled and written, with its material and its folder."""
    asked = read_recipe(sources, overrides=dict(overrides))
    if len(sources) > 1 and "task" not in overrides:
        say("task = restyle: each of several folders is a style")
    folder = out or Path("runs") / asked.name
    copy = folder / "recipe.toml"
    recipe: AnyRecipe = agreed(asked, copy) if copy.exists() else asked
    torch.set_num_threads(recipe.threads or torch.get_num_threads())
    _check_together(recipe, ranks)

    kind, parent = KINDS[type(recipe)], parent_of(recipe)
    if copy.exists():
        return recipe, opened(kind, recipe, parent, say=say), folder
    dialled = Path(sources[0]).suffix != ".toml"
    recipe, material = _settled(kind, recipe, folder, parent=parent, dialled=dialled, llm=llm, ranks=ranks, say=say)
    write_text(copy, dump(recipe))
    return recipe, material, folder


def _check_together(recipe: AnyRecipe, ranks: Ranks) -> None:
    """Raise InputError where several processes cannot train what is asked for."""
    kind = next(name for name, known in RECIPES.items() if isinstance(recipe, known))
    if ranks.world > 1 and not isinstance(recipe, Recipe):
        raise InputError(f"{kind} trains on one process, and these are {ranks.world}", where="task",
                         do="train it without torchrun")  # fmt: skip
    if "batch" in recipe.model_fields_set:  # what nobody set may still be dialled
        ranks.share(recipe.batch)
    ranks.check_device(pick_device(recipe.device))


def _settled(
    kind: "Kind", recipe: AnyRecipe, folder: Path, *, parent: Parent | None, dialled: bool, llm: str, ranks: Ranks, say: Say
) -> tuple[AnyRecipe, Material]:
    """Open a new run's material, and settle what its recipe leaves open: by the dial, a language model, and the probe."""
    if not isinstance(recipe, Recipe):
        material = opened(kind, recipe, parent, say=say)
        return resolve(recipe, material, say=say), material
    if dialled and parent is not None:
        recipe = dial_like(recipe, parent)
    source = open_source(source_of(recipe))
    recipe = dial_size(recipe, source) if dialled else recipe
    recipe = with_captions(recipe, folder, source.records, llm=llm, say=say)
    kind = replace(kind, open=partial(ImageMaterial.open, source=source))  # a large folder is not read twice
    material = opened(kind, recipe, parent, say=say)
    if dialled:
        learned = [record for record in material.pictures.records if record.split == "train"]
        words, labels = any(record.captions for record in learned), any(record.labels for record in learned)
        imagines = isinstance(material, ImageMaterial) and material.imagines(recipe)
        recipe = dial(recipe, pictures=len(learned), words=words, labels=labels, imagines=imagines)
        for note in recipe.notes:
            say(note)
    return resolve(recipe, material, ranks=ranks, say=say), material


def opened(kind: "Kind", recipe: AnyRecipe, parent: Parent | None, *, say: Say) -> Material:
    """Open a recipe's material and say what of it is left out. Raises InputError where there is nothing to learn from."""
    material = kind.open(recipe, parent, say=say)
    tell_left(material.pictures, say=say)
    if len(material.pictures.select("train")) < 2:
        raise InputError("there is one picture to learn from, and a generator needs several", where=recipe.sources[0],
                         do="add pictures that are not the same")  # fmt: skip
    return material


def _finish(kind: "Kind", loop: Loop, task: Task, *, recipe: AnyRecipe, outcome: Outcome, say: Say) -> Trained:
    """Write the report of a sitting and, where it came to its end, the model with its card."""
    folder = loop.run.folder
    facts = Facts(recipe, outcome, kind.about(task), kind.legend)
    report = write_report(folder, facts)  # before the model is saved: that may fail
    model = None if outcome.reason in ("asked", "clock") else folder / "model"
    if model is not None:
        write_report(folder, facts, kind.save(model, loop=loop, task=task, facts=facts, say=say))
    say(f"report: {report}")
    return Trained(folder, model, outcome)


def take_weights(task: Task, parent: Parent, *, say: Say) -> None:
    """Begin with the weights of a model, as far as they fit, in all that is trained. Raises InputError where none does."""
    state, buffers = task.generator.state_dict(), dict(task.generator.named_buffers())
    unread = buffers.keys() - parent.weights.keys()  # its graphs hold all that they read, so that to lack these is no loss
    wanted = {name: tensor for name, tensor in state.items() if not name.startswith(task.fitted) and name not in unread}
    takes = task.conditions.takes if isinstance(task, ImageTask) else None
    task.generator.load_state_dict({**state, **parent.fitting(wanted, takes, say=say)})


def told_best(progress: Progress) -> str:
    """Say what the best score was, and at which picture and sheet it was seen."""
    best = f"best score: KID {progress.best:.4f} at {progress.best_images:,} pictures (sheets/{progress.best_images:09d}.png)"
    return f"{best}, no better in {progress.waited} looks since" if progress.waited else best


@runtime_checkable
class Open(Protocol):
    """Opens a recipe's material, with the model that it starts from, if any. Raises InputError."""

    def __call__(self, recipe: Any, parent: Parent | None, *, say: Say) -> Material: ...


@runtime_checkable
class Save(Protocol):
    """Writes the model folder of a finished run, card and all, and returns what the model has to show."""

    def __call__(self, folder: Path, *, loop: Loop, task: Any, facts: Facts, say: Say) -> tuple[Exhibit, ...]: ...


@dataclass(frozen=True)
class Kind:
    """What there is to know here of one kind of work: how its material is opened, how its model is saved.

    about: what a report says of the model, by name. legend: how its sheets are read.
    """

    open: Open
    save: Save
    about: Callable[[Any], dict[str, str]]
    legend: str


KINDS: dict[type[AnyRecipe], Kind] = {
    Recipe: Kind(ImageMaterial.open, save_model, about_model, PICTURE_LEGEND),
    EnlargeRecipe: Kind(EnlargeMaterial.open, save_enlarger, about_enlarger, ENLARGED_LEGEND),
    RestyleRecipe: Kind(RestyleMaterial.open, save_restyler, about_restyler, RESTYLED_LEGEND),
}


def resolve(recipe: Asked, material: Material, *, say: Say, ranks: Ranks = ALONE) -> Asked:
    """Ask the machine once what the recipe left open, and say each answer with its reason.

    Of several ranks the first is asked, alone, about its part of a batch.
    """
    notes: list[str] = []
    part = ranks.share(recipe.batch)
    answers: dict[str, Any] = {"device": pick_device(recipe.device), "threads": recipe.threads or torch.get_num_threads()}

    def build(precision: str) -> Task:
        return material.task(recipe.model_copy(update={**answers, "precision": precision, "images": PROBED, "batch": part}))

    seconds = None
    if recipe.precision == "auto":
        answers["precision"], seconds, reason = fastest_precision(build, interval=recipe.interval)
        notes.append(reason)
    if recipe.images is None:
        assert recipe.minutes is not None
        precision = str(answers.get("precision", recipe.precision))
        seconds = seconds or seconds_a_step(build(precision), interval=recipe.interval)
        alone = recipe.alone
        quick = seconds_a_step(build(precision), interval=recipe.interval, share=0.0) if alone else seconds
        answers["images"] = max(recipe.batch, int(recipe.minutes * 60 / (alone * quick + (1 - alone) * seconds) * recipe.batch))
        pace = f"{recipe.batch / seconds:.0f} images a second" + (f", {recipe.batch / quick:.0f} while alone" if alone else "")
        on = f" on {ranks.world} processes" if ranks.world > 1 else ""
        notes.append(f"images = {answers['images']}: {recipe.minutes:g} minutes at {pace}{on}")
    for note in notes:
        say(note)
    return recipe.model_copy(update={**answers, "notes": (*recipe.notes, *notes)})


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
