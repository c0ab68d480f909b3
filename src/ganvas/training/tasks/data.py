"""What a recipe learns from, opened once, with the model that it starts from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ganvas.data.cache import Pictures
from ganvas.ground.errors import InputError
from ganvas.ground.files import check_folder
from ganvas.training.engine.parallel import Ranks
from ganvas.training.engine.task import Task
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes

Say = Callable[[str], None]
LISTED = 20
"""Pictures that are named when they are left out; the rest are counted."""


@runtime_checkable
class TrainingData(Protocol):
    """What a recipe's sources hold, opened once, with the model to start from. Tasks of it can be built again and again.

    takes: what condition a model of it can take.
    """

    @property
    def pictures(self) -> Pictures | None:
        """The pictures, for a kind of work that learns from such; else None."""
        ...

    @property
    def initial_weights(self) -> InitialWeights | None: ...

    @property
    def takes(self) -> Takes: ...

    def fit_priors(self, recipe: Any, /) -> Priors:
        """Find what is found from the data and not trained, for a recipe that is settled but for what the machine is asked."""
        ...

    def task(self, recipe: Any, priors: Priors, /, *, ranks: Ranks) -> Task:
        """Build the task of a resolved recipe of this kind of work, or one rank's part of it."""
        ...


def source_folder(recipe: AnyRecipe) -> Path:
    """Return the recipe's folder. Raises InputError when there is none."""
    folder = Path(recipe.sources[0])
    check_folder(folder, do="name a folder of pictures or a recipe (.toml), or make a set: ganvas data emoji -o data/emoji")
    return folder


def check_pictures(pictures: Pictures, recipe: AnyRecipe, *, say: Say) -> None:
    """Name the first few pictures that are left out, and count them. Raises InputError where there is nothing to learn from."""
    for line in pictures.notes:
        say(line)
    for line in pictures.left[:LISTED]:
        say(f"left out: {line}")
    if pictures.left:
        say(f"{len(pictures.left):,} of {len(pictures.left) + len(pictures.records):,} pictures are left out")
    if len(pictures.select("train")) < 2:
        raise InputError("there is one picture to learn from, and a generator needs several", where=recipe.sources[0],
                         do="add pictures that are not the same")  # fmt: skip
