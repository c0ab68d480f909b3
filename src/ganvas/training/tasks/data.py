"""What a recipe learns from, opened once: pictures, what goes with them, and the model that it starts from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ganvas.data.cache import Pictures
from ganvas.ground.files import check_folder
from ganvas.training.engine.task import Task
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.base import AnyRecipe

Say = Callable[[str], None]
LISTED = 20
"""Pictures that are named when they are left out; the rest are counted."""


@runtime_checkable
class TrainingData(Protocol):
    """What a recipe's sources hold, opened once, with the model to start from; a task of them can be built again and again."""

    @property
    def pictures(self) -> Pictures: ...

    @property
    def parent(self) -> InitialWeights | None: ...

    def task(self, recipe: Any, /) -> Task:
        """Build the task of a resolved recipe of this material's kind."""
        ...


def source_folder(recipe: AnyRecipe) -> Path:
    """Return the recipe's folder. Raises InputError when there is none."""
    folder = Path(recipe.sources[0])
    check_folder(folder, do="name a folder of pictures or a recipe (.toml), or make a set: ganvas data emoji -o data/emoji")
    return folder


def report_left_out(pictures: Pictures, *, say: Say) -> None:
    """Say which pictures are left out, the first few by name."""
    for line in pictures.left[:LISTED]:
        say(f"left out: {line}")
    if pictures.left:
        say(f"{len(pictures.left):,} of {len(pictures.left) + len(pictures.records):,} pictures are left out")
