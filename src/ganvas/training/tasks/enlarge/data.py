"""The data of an enlarger: large pictures, and small ones that a model drew."""

from dataclasses import dataclass

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.source import open_source
from ganvas.ground.commands import command
from ganvas.ground.errors import InputError
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.enlarger import FACTOR
from ganvas.training.recipes.enlarge import EnlargeRecipe
from ganvas.training.tasks.data import Say, check_pictures, source_folder
from ganvas.training.tasks.enlarge.task import EnlargeTask, drawings
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes


@dataclass
class EnlargeData:
    """Large pictures, small ones that a model drew, and the enlarger to start from, if any."""

    pictures: Pictures
    drawn: np.ndarray
    initial_weights: InitialWeights | None

    @classmethod
    def open(cls, recipe: EnlargeRecipe, initial_weights: InitialWeights | None, *, say: Say) -> "EnlargeData":
        """Open the recipe's folder, and let its model draw. Raises InputError."""
        folder, size = source_folder(recipe), recipe.size * FACTOR
        first = open_source(folder).picture(0)
        if min(first.size) < size:
            larger = command(["ganvas", "data", "emoji", "-o", folder, "--size", size])
            raise InputError(
                f"its pictures are no true renderings at {size} pixels", where=folder, do=f"make them larger: {larger}"
            )
        pictures = open_pictures(folder, size=size, channels=4, say=say)
        check_pictures(pictures, recipe, say=say)
        if recipe.drawn_by is None:
            return cls(pictures, np.zeros((0, recipe.size, recipe.size, 4), dtype=np.uint8), initial_weights)
        return cls(pictures, drawings(recipe.drawn_by, pictures, size=recipe.size, seed=recipe.seed), initial_weights)

    @property
    def takes(self) -> Takes:
        """An enlarger takes no condition."""
        return Takes()

    def fit_priors(self, recipe: EnlargeRecipe) -> Priors:
        """Find nothing: an enlarger has no priors."""
        return {}

    def task(self, recipe: EnlargeRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> EnlargeTask:
        """Build the task of a resolved recipe, for one process."""
        return EnlargeTask(
            recipe, self.pictures, self.drawn, device=pick_device(recipe.device), precision=recipe.settled_precision
        )
