"""What a recipe leaves open, settled once by measuring this machine."""

from typing import Any

import torch

from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.task import Task
from ganvas.training.recipes.reading import Asked
from ganvas.training.start.probe import PROBED, fastest_precision, seconds_a_step
from ganvas.training.tasks.data import Say, TrainingData


def resolve(recipe: Asked, material: TrainingData, *, say: Say, ranks: Ranks = ALONE) -> Asked:
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
