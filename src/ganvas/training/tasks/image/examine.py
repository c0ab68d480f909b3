"""What a finished image model draws, measured beside the pictures that it learned from."""

from pathlib import Path

import numpy as np

from ganvas.data.conditions import condition_of
from ganvas.ground.seeds import stream
from ganvas.pipelines import load
from ganvas.scoring.signs import LEAST, MOST, Signs, classes_of, measure_signs
from ganvas.training.tasks.image.task import ImageTask

AT_ONCE = 16


def examine_model(model: Path, task: ImageTask) -> Signs | None:
    """Draw by the conditions of training pictures, single draws and nothing chosen, and measure.

    The folder is opened as any user opens it. Classes are the values of the first label of which most have pictures enough.
    Returns None where there are fewer than LEAST pictures.
    """
    train = task.train
    if len(train) < LEAST:
        return None
    pipeline, chosen = load(model), train[np.linspace(0, len(train) - 1, min(MOST, len(train))).astype(int)]
    records = [task.pictures.records[number] for number in chosen.tolist()]
    conditions = [condition_of(record, pipeline.manifest.takes) for record in records]
    noise = stream(task.recipe.seed, "examine").normal((len(chosen), pipeline.manifest.latent))
    drawn = [pipeline(conditions[at : at + AT_ONCE], noise[at : at + AT_ONCE]) for at in range(0, len(chosen), AT_ONCE)]
    classes = classes_of([record.labels for record in records], task.conditions.takes.labels)
    return measure_signs(np.concatenate(drawn), np.asarray(task.pictures.images[chosen]), classes)
