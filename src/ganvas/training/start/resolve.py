"""What a recipe leaves open, settled once by measuring this machine."""

from typing import Any

import torch

from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.task import Task
from ganvas.training.recipes.reading import Given
from ganvas.training.start.probe import PROBED, Pace, measure_fastest, measure_pace
from ganvas.training.tasks.data import Say, TrainingData
from ganvas.training.tasks.priors import Priors


def resolve(recipe: Given, data: TrainingData, priors: Priors, *, say: Say, ranks: Ranks = ALONE) -> Given:
    """Ask the machine once what the recipe left open, and say each answer with its reason.

    Of several ranks the first is asked, warm, about its part of a batch. Each precision that is timed takes a task of its own:
    timing moves its weights, so that the run begins with a fresh one. What is dear in a task, its priors, is fitted once for all.
    """
    notes: list[str] = []
    part = ranks.share(recipe.batch)
    answers: dict[str, Any] = {"device": pick_device(recipe.device), "threads": recipe.threads or torch.get_num_threads()}

    def measure(precision: str) -> Pace:
        probed = recipe.model_copy(update={**answers, "precision": precision, "images": PROBED, "batch": part})
        task: Task = data.task(probed, priors, ranks=ALONE)
        return measure_pace(task, interval=recipe.interval, warm=bool(recipe.warm_start and recipe.images is None))

    pace = None
    if recipe.precision == "auto":
        answers["precision"], pace, reason = measure_fastest(measure, device=str(answers["device"]))
        notes.append(reason)
    if recipe.images is None:
        assert recipe.minutes is not None
        pace = pace or measure(str(recipe.precision))
        warm, seconds, quick = recipe.warm_start, pace.seconds, pace.warm
        answers["images"] = max(recipe.batch, int(recipe.minutes * 60 / (warm * quick + (1 - warm) * seconds) * recipe.batch))
        rate = f"{recipe.batch / seconds:.0f} images a second"
        rate += f", {recipe.batch / quick:.0f} in the warm start" if warm else ""
        on = f" on {ranks.world} processes" if ranks.world > 1 else ""
        notes.append(f"images = {answers['images']}: {recipe.minutes:g} minutes at {rate}{on}")
    for note in notes:
        say(note)
    return recipe.model_copy(update={**answers, "notes": (*recipe.notes, *notes)})
