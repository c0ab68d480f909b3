"""`train`: from sources or a recipe to a run folder and a model folder."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ganvas.ground.errors import InputError
from ganvas.ground.files import write_text
from ganvas.ground.locking import locked
from ganvas.ground.text import showing
from ganvas.scoring.verdict import Verdict
from ganvas.training.engine.checkpoint import checkpoints, last_step
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
from ganvas.training.recipes.reading import dump, guess_task, read_recipe, resume_recipe, stored_recipe
from ganvas.training.report.report import write_report
from ganvas.training.report.summary import RunSummary
from ganvas.training.report.usable import UNFINISHED, judge_run
from ganvas.training.start.plan import describe_plan
from ganvas.training.start.resolve import resolve
from ganvas.training.start.run_pictures import RunPictures, check_run_pictures, find_sources, keep_pictures
from ganvas.training.tasks.data import Say, TrainingData
from ganvas.training.tasks.priors import Priors, keep_priors, read_priors
from ganvas.training.tasks.registry import Kind, kind_of, list_recipes
from ganvas.vocabulary.manifest import Takes


@dataclass(frozen=True)
class Trained:
    """Where a training left its work. `model` is None when it stopped before its end.

    verdict: whether the model can be used; None where this process is not the first.
    first: whether this process, of several that train together, is the one that writes; the others have no model to show.
    """

    run: Path
    model: Path | None
    outcome: Outcome
    first: bool = True
    verdict: Verdict | None = None


def train(
    sources: Sequence[str],
    *,
    out: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    llm: str = "auto",
    tensorboard: bool = False,
    explain: bool = False,
    say: Say = print,
    watch: Callable[[Progress], None] | None = None,
) -> Trained:
    """Train a model from one recipe file or from picture folders; go on where an existing run stands.

    overrides: fields of the recipe that win over the file's, such as images, minutes, start_from, seed, device, threads. llm: who
    writes the captions of a recipe that asks for them. tensorboard: write event files into the run's folder too. explain:
    say every setting that was derived, with its reason.

    Every step is derived from the recipe's seed, so a run that is cut and resumed ends with the same bits (same machine, torch
    build and thread count). Under torchrun its processes train together: the first one settles, writes and says all there is.
    Raises InputError for a bad source, or a run folder of another recipe.
    """
    given = read_recipe(sources, overrides=dict(overrides or {}), recipes=list_recipes())
    folder = out or Path("runs") / given.name
    with ExitStack() as held:  # until the model is saved, which is after the other processes have left
        with joined() as ranks:
            if ranks.first:
                held.enter_context(locked(folder))
            say = showing(say) if ranks.first else _say_nothing
            details = say if explain else _say_nothing
            recipe, data, priors = _prepare_in_turn(
                given, sources, overrides or {}, folder=folder, llm=llm, ranks=ranks, say=say, details=details
            )
            task = _task_of(recipe, data, priors, folder=folder, ranks=ranks, say=say)
            board = TensorBoard(folder) if tensorboard and ranks.first else None
            loop = _loop_of(task, recipe, folder=folder, ranks=ranks, say=say, board=board, watch=watch)
            say(describe_plan(recipe, data, seen=last_step(folder / "checkpoints") * recipe.batch))
            outcome = _fit(loop, recipe, board)
        if not ranks.first:
            return Trained(folder, None, outcome, first=False)
        if outcome.progress.best is not None:
            details(describe_best(outcome))
        return _finish(kind_of(recipe), loop, task, recipe=recipe, data=data, outcome=outcome, say=say, details=details)


def _say_nothing(_line: str) -> None: ...


def _prepare_in_turn(
    given: AnyRecipe, sources: Sequence[str], overrides: Mapping[str, Any], *, folder: Path, llm: str, ranks: Ranks, say: Say,
    details: Say,
) -> tuple[AnyRecipe, TrainingData, Priors]:  # fmt: skip
    """Prepare a run in the first process, and then in the others, which find it as a run that goes on is found."""
    with ranks.in_turn():
        return _prepare(given, sources, overrides, folder=folder, llm=llm, ranks=ranks, say=say, details=details)


def _prepare(
    given: AnyRecipe, sources: Sequence[str], overrides: Mapping[str, Any], *, folder: Path, llm: str, ranks: Ranks, say: Say,
    details: Say,
) -> tuple[AnyRecipe, TrainingData, Priors]:  # fmt: skip
    """Return a run's recipe, settled and written, with its data and its priors, which are kept. details: takes each setting."""
    task, why = guess_task(sources, list_recipes())
    if why and "task" not in overrides:
        say(f"task = {task}: {why}")
    copy = folder / "recipe.toml"
    goes_on = copy.exists()
    recipe = resume_recipe(given, copy) if goes_on else given
    torch.set_num_threads(recipe.threads or torch.get_num_threads())
    kind = kind_of(recipe)
    _check_processes(kind, recipe, ranks)

    weights = read_initial_weights(recipe)
    if goes_on:
        moved = find_sources(recipe, stored_recipe(given, copy), folder)
        data = kind.open(recipe, weights, say=say)
        if data.pictures is not None:
            opened = RunPictures.of(data.pictures, data.takes)
            check_run_pictures(folder, opened, where=recipe.sources[0], moved=moved, say=say)
        if moved and ranks.first:
            write_text(copy, dump(recipe))
        priors = read_priors(folder)
        if priors is None:  # of no task with priors, or of a version that kept none
            priors = data.fit_priors(recipe)
            keep_priors(folder, priors)
        return recipe, data, priors
    dialled = Path(sources[0]).suffix != ".toml"
    recipe, data = kind.settle(recipe, weights, folder=folder, dialled=dialled, llm=llm, say=say) if kind.settle else \
        (recipe, kind.open(recipe, weights, say=say))  # fmt: skip
    for reason in recipe.notes if dialled else ():
        details(reason)
    priors = data.fit_priors(recipe)
    recipe = resolve(recipe, data, priors, say=details, ranks=ranks)
    keep_priors(folder, priors)
    if data.pictures is not None:
        keep_pictures(folder, data.pictures, data.takes)
    write_text(copy, dump(recipe))  # last: with its recipe a run is there
    return recipe, data, priors


def _task_of(recipe: AnyRecipe, data: TrainingData, priors: Priors, *, folder: Path, ranks: Ranks, say: Say) -> Task:
    """Return the task of a run; a new one begins with the weights of the model that it was given, if any."""
    task = data.task(recipe, priors, ranks=ranks)
    if data.initial_weights is not None and not checkpoints(folder / "checkpoints"):  # which hold what was taken over
        take_weights(task, data.initial_weights, takes=data.takes, say=say)
    return task


def _loop_of(
    task: Task, recipe: AnyRecipe, *, folder: Path, ranks: Ranks, say: Say, board: TensorBoard | None,
    watch: Callable[[Progress], None] | None,
) -> Loop:  # fmt: skip
    """Return the loop that trains a task, with the run that it writes to: only the first process writes."""
    assert recipe.images is not None
    run = (Run if ranks.first else SilentRun)(
        folder,
        sheets=recipe.sheets,
        log_every=recipe.log_every,
        say=say,
        board=board,
        **({"watch": watch} if watch else {}),
    )
    return Loop(task, run=run, budget=recipe.images, keep_minutes=recipe.keep_minutes, patience=recipe.patience, ranks=ranks)


def _fit(loop: Loop, recipe: AnyRecipe, board: TensorBoard | None) -> Outcome:
    """Train until the budget is spent, the score falls no more, the time is up, or a person asks to stop."""
    stop = Stop(minutes=3 * recipe.minutes if recipe.minutes else None, patience=recipe.patience)
    with asking_to_stop(stop), closing(board) if board else nullcontext():
        return loop.fit(stop)


def _check_processes(kind: Kind, recipe: AnyRecipe, ranks: Ranks) -> None:
    """Raise InputError where several processes cannot train what is asked for."""
    if ranks.world > 1 and not kind.parallel:
        raise InputError(f"{recipe.task_name} trains on one process, and these are {ranks.world}", where="task",
                         do="train it without torchrun")  # fmt: skip
    if "batch" in recipe.model_fields_set:  # what nobody set may still be dialled
        ranks.share(recipe.batch)
    ranks.check_device(pick_device(recipe.device))


def _finish(
    kind: Kind, loop: Loop, task: Task, *, recipe: AnyRecipe, data: TrainingData, outcome: Outcome, say: Say, details: Say
) -> Trained:
    """Write the report of a sitting and, where it came to its end, the model with its card, and judge it."""
    folder = loop.run.folder
    summary = RunSummary(recipe, outcome, kind.about(task), kind.legend)
    write_report(folder, summary)  # before the model is saved: that may fail
    model = None if outcome.reason in UNFINISHED else folder / "model"
    if model is not None:
        say("saving the model, and measuring what it draws")
    figures = kind.save(model, loop=loop, task=task, summary=summary, say=details) if model is not None else ()
    signs = kind.examine(model, task) if model is not None and kind.examine is not None else None
    verdict = judge_run(folder, outcome, signs, measured=kind.examine is not None, named=data.takes.words > 0)
    say(f"report: {write_report(folder, summary, figures, verdict)}")
    return Trained(folder, model, outcome, verdict=verdict)


def take_weights(task: Task, initial: InitialWeights, *, takes: Takes, say: Say) -> None:
    """Begin with the weights of a model, as far as they fit, in all that is trained. Raises InputError where none does.

    takes: what condition the task's generator takes.
    """
    state, buffers = task.generator.state_dict(), dict(task.generator.named_buffers())
    unread = buffers.keys() - initial.weights.keys()  # its graphs hold all that they read, so that to lack these is no loss
    wanted = {name: tensor for name, tensor in state.items() if not name.startswith(task.fitted) and name not in unread}
    task.generator.load_state_dict({**state, **initial.fitting(wanted, takes, say=say)})


def describe_best(outcome: Outcome) -> str:
    """Say what the best score was, and at which picture and sheet it was seen."""
    progress = outcome.progress
    best = f"best score: {outcome.score} {progress.best:.4f} at {progress.best_images:,} pictures"
    best += f" (sheets/{progress.best_images:09d}.png)"
    return f"{best}; {progress.waited} scores since were no better" if progress.waited else best
