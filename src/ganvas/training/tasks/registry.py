"""Kinds of work that can be trained, each registered once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ganvas.scoring.signs import Signs
from ganvas.training.engine.loop import Loop
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.enlarge import EnlargeRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.music import MusicRecipe
from ganvas.training.recipes.restyle import RestyleRecipe
from ganvas.training.recipes.verse import VerseRecipe
from ganvas.training.report.figures import Figure
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.data import Say, TrainingData
from ganvas.training.tasks.enlarge.data import EnlargeData
from ganvas.training.tasks.enlarge.save import ENLARGED_LEGEND, about_enlarger, save_enlarger
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.image.examine import examine_model
from ganvas.training.tasks.image.save import PICTURE_LEGEND, about_model, save_model
from ganvas.training.tasks.image.settle import settle_image
from ganvas.training.tasks.music.data import MusicData
from ganvas.training.tasks.music.save import MUSIC_LEGEND, about_composer, save_composer
from ganvas.training.tasks.restyle.data import RestyleData
from ganvas.training.tasks.restyle.save import RESTYLED_LEGEND, about_restyler, save_restyler
from ganvas.training.tasks.verse.data import VerseData
from ganvas.training.tasks.verse.save import VERSE_LEGEND, about_poet, save_poet


@runtime_checkable
class Open(Protocol):
    """Opens a recipe's data, with the model that it starts from, if any. Raises InputError."""

    def __call__(self, recipe: Any, initial_weights: InitialWeights | None, *, say: Say) -> TrainingData: ...


@runtime_checkable
class Settle(Protocol):
    """Opens a new run's data, and settles what its recipe leaves open before the machine is asked. Returns both.

    folder: of the run. dialled: no recipe file was given, so that settings follow from the data and the time. llm: who writes
    what a recipe wants written. Raises InputError.
    """

    def __call__(
        self, recipe: Any, initial_weights: InitialWeights | None, *, folder: Path, dialled: bool, llm: str, say: Say
    ) -> tuple[AnyRecipe, TrainingData]: ...


@runtime_checkable
class Save(Protocol):
    """Writes the model folder of a finished run, card and all, and returns what the model has to show."""

    def __call__(self, folder: Path, *, loop: Loop, task: Any, summary: RunSummary, say: Say) -> tuple[Figure, ...]: ...


@runtime_checkable
class Examine(Protocol):
    """Measures what the model in a folder draws; None where its task has too few pictures to measure by."""

    def __call__(self, model: Path, task: Any) -> Signs | None: ...


@dataclass(frozen=True)
class Kind:
    """What there is to know of one kind of work: its recipe, how its data are opened, how its model is saved.

    about: what a report says of the model, by name. legend: how its sheets are read. settle: see Settle; without it a recipe says
    all there is to say. examine: measures a finished model; without it no verdict is given. parallel: whether several processes
    can train it together.
    """

    recipe: type[AnyRecipe]
    open: Open
    save: Save
    about: Callable[[Any], dict[str, str]]
    legend: str
    settle: Settle | None = None
    examine: Examine | None = None
    parallel: bool = False


KINDS: dict[str, Kind] = {
    "image": Kind(
        Recipe, ImageData.open, save_model, about_model, PICTURE_LEGEND, settle=settle_image, examine=examine_model, parallel=True
    ),
    "enlarge": Kind(EnlargeRecipe, EnlargeData.open, save_enlarger, about_enlarger, ENLARGED_LEGEND),
    "restyle": Kind(RestyleRecipe, RestyleData.open, save_restyler, about_restyler, RESTYLED_LEGEND),
    "music": Kind(MusicRecipe, MusicData.open, save_composer, about_composer, MUSIC_LEGEND),
    "verse": Kind(VerseRecipe, VerseData.open, save_poet, about_poet, VERSE_LEGEND),
}
"""Each kind by what stands under `task` in its recipes; the first is what a folder of pictures is trained as."""


def kind_of(recipe: AnyRecipe) -> Kind:
    """Return the kind of work that a recipe trains."""
    return KINDS[recipe.task_name]


def list_recipes() -> dict[str, type[AnyRecipe]]:
    """Return the recipe's class of each kind, by its name."""
    return {name: kind.recipe for name, kind in KINDS.items()}
