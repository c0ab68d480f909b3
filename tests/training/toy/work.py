"""A work of points: plotted, with what plots it again."""

from pathlib import Path
from typing import Literal

import ganvas
from ganvas.ground.errors import InputError
from ganvas.pipelines.registry import open_model
from ganvas.service.open_maker import ReplayContext
from ganvas.training.tasks.ring.task import plot
from ganvas.vocabulary.provenance import Provenance
from ganvas.vocabulary.work import Work
from tests.training.toy.pipeline import PointsPipeline


class PointsProvenance(Provenance):
    """Points that a model drew by a seed."""

    pipeline: Literal["points"] = "points"  # pyright: ignore[reportIncompatibleVariableOverride]
    count: int


def draw_points(model: Path, count: int, *, seed: int) -> Work:
    """Draw points and plot them."""
    pipeline = open_model(model)
    assert isinstance(pipeline, PointsPipeline)
    made = PointsProvenance(
        version=ganvas.__version__,
        model="points",
        model_digest=pipeline.digest,
        idea=f"{count} points",
        noise_seed=seed,
        count=count,
    )
    return Work(plot(pipeline(count, seed=seed)), made)


def replay_points(made: PointsProvenance, context: ReplayContext) -> Work:
    """Draw points again by the model that a person names."""
    assert context.model is not None
    work = draw_points(Path(context.model), made.count, seed=made.noise_seed)
    if work.provenance.model_digest != made.model_digest:
        raise InputError("is another model", where=context.model)
    return work
