"""Kinds of work that can be trained, each registered once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ganvas.training.engine.loop import Loop
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.enlarge import EnlargeRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.restyle import RestyleRecipe
from ganvas.training.report.figures import Figure
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.data import Say, TrainingData
from ganvas.training.tasks.enlarge.data import EnlargeData
from ganvas.training.tasks.enlarge.save import ENLARGED_LEGEND, about_enlarger, save_enlarger
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.image.save import PICTURE_LEGEND, about_model, save_model
from ganvas.training.tasks.restyle.data import RestyleData
from ganvas.training.tasks.restyle.save import RESTYLED_LEGEND, about_restyler, save_restyler


@runtime_checkable
class Open(Protocol):
    """Opens a recipe's material, with the model that it starts from, if any. Raises InputError."""

    def __call__(self, recipe: Any, parent: InitialWeights | None, *, say: Say) -> TrainingData: ...


@runtime_checkable
class Save(Protocol):
    """Writes the model folder of a finished run, card and all, and returns what the model has to show."""

    def __call__(self, folder: Path, *, loop: Loop, task: Any, facts: RunSummary, say: Say) -> tuple[Figure, ...]: ...


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
    Recipe: Kind(ImageData.open, save_model, about_model, PICTURE_LEGEND),
    EnlargeRecipe: Kind(EnlargeData.open, save_enlarger, about_enlarger, ENLARGED_LEGEND),
    RestyleRecipe: Kind(RestyleData.open, save_restyler, about_restyler, RESTYLED_LEGEND),
}
