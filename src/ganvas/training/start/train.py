"""`train`: from sources or a recipe to a run folder and a model folder."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ganvas.data.source import open_source
from ganvas.ground.errors import InputError
from ganvas.ground.files import write_text
from ganvas.training.engine.checkpoint import checkpoints
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.loop import Loop, Outcome
from ganvas.training.engine.parallel import Ranks, joined
from ganvas.training.engine.run import Run, SilentRun
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.stop import Stop, asking_to_stop
from ganvas.training.engine.task import Task
from ganvas.training.engine.tensorboard import TensorBoard
from ganvas.training.export.initial_weights import InitialWeights, read_initial_weights
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import dump, read_recipe, resume_recipe
from ganvas.training.recipes.registry import RECIPES
from ganvas.training.report.report import write_report
from ganvas.training.report.summary import RunSummary
from ganvas.training.start.dial import dial, dial_like, dial_size
from ganvas.training.start.resolve import resolve
from ganvas.training.tasks.data import Say, TrainingData, report_left_out, source_folder
from ganvas.training.tasks.image.captions import with_captions
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.image.task import ImageTask
from ganvas.training.tasks.registry import KINDS, Kind


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
        board = TensorBoard(folder) if tensorboard else None
        run = (Run if ranks.first else SilentRun)(
            folder, sheets=recipe.sheets, log_every=recipe.log_every, say=say, board=board, **({"watch": watch} if watch else {})
        )
        loop = Loop(task, run=run, budget=recipe.images, keep_minutes=recipe.keep_minutes, patience=recipe.patience, ranks=ranks)

        stop = Stop(minutes=3 * recipe.minutes if recipe.minutes else None, patience=recipe.patience)
        with asking_to_stop(stop), closing(board) if board else nullcontext():
            outcome = loop.fit(stop)
    if not ranks.first:
        return Trained(folder, None, outcome, first=False)
    if outcome.progress.best is not None:
        say(describe_best(outcome.progress))
    return _finish(KINDS[type(recipe)], loop, task, recipe=recipe, outcome=outcome, say=say)


def _say_nothing(_line: str) -> None: ...


def _task(material: TrainingData, recipe: AnyRecipe, ranks: Ranks) -> Task:
    if isinstance(material, ImageData):
        assert isinstance(recipe, Recipe)
        return material.task(recipe, ranks=ranks)
    return material.task(recipe)


def _prepared(
    sources: Sequence[str], overrides: Mapping[str, Any], *, out: Path | None, llm: str, ranks: Ranks, say: Say
) -> tuple[AnyRecipe, TrainingData, Path]:
    """Return a run's recipe, settled and written, with its material and its folder."""
    asked = read_recipe(sources, overrides=dict(overrides))
    if len(sources) > 1 and "task" not in overrides:
        say("task = restyle: each of several folders is a style")
    folder = out or Path("runs") / asked.name
    copy = folder / "recipe.toml"
    recipe: AnyRecipe = resume_recipe(asked, copy) if copy.exists() else asked
    torch.set_num_threads(recipe.threads or torch.get_num_threads())
    _check_together(recipe, ranks)

    kind, parent = KINDS[type(recipe)], read_initial_weights(recipe)
    if copy.exists():
        return recipe, open_data(kind, recipe, parent, say=say), folder
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
    kind: "Kind",
    recipe: AnyRecipe,
    folder: Path,
    *,
    parent: InitialWeights | None,
    dialled: bool,
    llm: str,
    ranks: Ranks,
    say: Say,
) -> tuple[AnyRecipe, TrainingData]:
    """Open a new run's material, and settle what its recipe leaves open: by the dial, a language model, and the probe."""
    if not isinstance(recipe, Recipe):
        material = open_data(kind, recipe, parent, say=say)
        return resolve(recipe, material, say=say), material
    if dialled and parent is not None:
        recipe = dial_like(recipe, parent)
    source = open_source(source_folder(recipe))
    recipe = dial_size(recipe, source) if dialled else recipe
    recipe = with_captions(recipe, folder, source.records, llm=llm, say=say)
    kind = replace(kind, open=partial(ImageData.open, source=source))  # a large folder is not read twice
    material = open_data(kind, recipe, parent, say=say)
    if dialled:
        learned = [record for record in material.pictures.records if record.split == "train"]
        words, labels = any(record.captions for record in learned), any(record.labels for record in learned)
        imagines = isinstance(material, ImageData) and material.imagines(recipe)
        recipe = dial(recipe, pictures=len(learned), words=words, labels=labels, imagines=imagines)
        for note in recipe.notes:
            say(note)
    return resolve(recipe, material, ranks=ranks, say=say), material


def open_data(kind: "Kind", recipe: AnyRecipe, parent: InitialWeights | None, *, say: Say) -> TrainingData:
    """Open a recipe's material and say what of it is left out. Raises InputError where there is nothing to learn from."""
    material = kind.open(recipe, parent, say=say)
    report_left_out(material.pictures, say=say)
    if len(material.pictures.select("train")) < 2:
        raise InputError("there is one picture to learn from, and a generator needs several", where=recipe.sources[0],
                         do="add pictures that are not the same")  # fmt: skip
    return material


def _finish(kind: "Kind", loop: Loop, task: Task, *, recipe: AnyRecipe, outcome: Outcome, say: Say) -> Trained:
    """Write the report of a sitting and, where it came to its end, the model with its card."""
    folder = loop.run.folder
    facts = RunSummary(recipe, outcome, kind.about(task), kind.legend)
    report = write_report(folder, facts)  # before the model is saved: that may fail
    model = None if outcome.reason in ("asked", "clock") else folder / "model"
    if model is not None:
        write_report(folder, facts, kind.save(model, loop=loop, task=task, facts=facts, say=say))
    say(f"report: {report}")
    return Trained(folder, model, outcome)


def take_weights(task: Task, parent: InitialWeights, *, say: Say) -> None:
    """Begin with the weights of a model, as far as they fit, in all that is trained. Raises InputError where none does."""
    state, buffers = task.generator.state_dict(), dict(task.generator.named_buffers())
    unread = buffers.keys() - parent.weights.keys()  # its graphs hold all that they read, so that to lack these is no loss
    wanted = {name: tensor for name, tensor in state.items() if not name.startswith(task.fitted) and name not in unread}
    takes = task.conditions.takes if isinstance(task, ImageTask) else None
    task.generator.load_state_dict({**state, **parent.fitting(wanted, takes, say=say)})


def describe_best(progress: Progress) -> str:
    """Say what the best score was, and at which picture and sheet it was seen."""
    best = f"best score: KID {progress.best:.4f} at {progress.best_images:,} pictures (sheets/{progress.best_images:09d}.png)"
    return f"{best}, no better in {progress.waited} looks since" if progress.waited else best
