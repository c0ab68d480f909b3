"""The points that are learned from."""

from dataclasses import dataclass

import numpy as np

from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.tasks.data import Say, source_folder
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes
from tests.training.toy.recipe import PointsRecipe
from tests.training.toy.task import PointsTask


@dataclass
class PointsData:
    """True points, float32 (N, 2)."""

    points: np.ndarray
    initial_weights: InitialWeights | None

    @property
    def pictures(self) -> None:
        """Points are no pictures."""

    @property
    def takes(self) -> Takes:
        """Points have no condition."""
        return Takes()

    @classmethod
    def open(cls, recipe: PointsRecipe, initial_weights: InitialWeights | None, *, say: Say) -> "PointsData":
        lines = (source_folder(recipe) / "points.txt").read_text(encoding="utf-8").splitlines()
        say(f"{len(lines)} points")
        return cls(np.array([line.split() for line in lines], dtype=np.float32), initial_weights)

    def fit_priors(self, recipe: PointsRecipe) -> Priors:
        """Find the middle of all points, from which points are drawn."""
        return {"middle": self.points.mean(axis=0)}

    def task(self, recipe: PointsRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> PointsTask:
        return PointsTask(recipe, self.points, priors["middle"])
