"""What a recipe learns from, opened once: pictures, what goes with them, and the model that it starts from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.source import Source, open_source
from ganvas.ground.errors import InputError
from ganvas.ground.files import check_folder
from ganvas.language.encoder import Encoder, open_encoder
from ganvas.training.captions import told
from ganvas.training.looks import sketched
from ganvas.training.networks.enlarge import FACTOR
from ganvas.training.parallel import ALONE, Ranks
from ganvas.training.parent import Parent
from ganvas.training.probe import pick_device
from ganvas.training.recipe import AnyRecipe, EnlargeRecipe, Recipe
from ganvas.training.tasks.base import Task
from ganvas.training.tasks.conditions import Conditions, takes_of
from ganvas.training.tasks.enlarge import EnlargeTask, drawings
from ganvas.training.tasks.image import ImageTask

Say = Callable[[str], None]
LISTED = 20
"""Pictures that are named when they are left out; the rest are counted."""


@runtime_checkable
class Material(Protocol):
    """What a recipe's sources hold, opened once, with the model to start from; a task of them can be built again and again."""

    @property
    def pictures(self) -> Pictures: ...

    @property
    def parent(self) -> Parent | None: ...

    def task(self, recipe: Any, /) -> Task:
        """Build the task of a resolved recipe of this material's kind."""
        ...


@dataclass
class ImageMaterial:
    """Pictures, what they are told, and the model to start from, if any."""

    pictures: Pictures
    conditions: Conditions
    parent: Parent | None

    @classmethod
    def open(cls, recipe: Recipe, parent: Parent | None, *, say: Say, source: Source | None = None) -> "ImageMaterial":
        """Open the recipe's folder; source: that folder, where it was opened already. Raises InputError."""
        found = open_pictures(source or source_of(recipe), size=recipe.size, channels=recipe.channels, fit=recipe.fit, say=say)
        pictures = told(found, recipe)
        takes = takes_of(pictures.records, conditional=recipe.conditional, encoder_width=Encoder.width)
        encoder = open_encoder(takes.encoder) if takes.words else None
        return cls(pictures, Conditions(pictures.records, takes=takes, encoder=encoder), parent)

    def imagines(self, recipe: Recipe) -> bool:
        """Whether what it starts from can imagine these pictures' words, at a recipe's size."""
        shape = int(self.pictures.images.shape[3]), *sketched(*recipe.size.grid)
        return self.parent is not None and self.parent.sees(self.conditions.takes, shape=shape) is not None

    def task(self, recipe: Recipe, *, ranks: Ranks = ALONE) -> ImageTask:
        """Build the task of a resolved recipe, or one rank's part of it."""
        return ImageTask(
            recipe, self.pictures, self.conditions, parent=self.parent, device=pick_device(recipe.device),
            precision=recipe.settled_precision, ranks=ranks,
        )  # fmt: skip


@dataclass
class EnlargeMaterial:
    """Large pictures, small ones that a model drew, and the enlarger to start from, if any."""

    pictures: Pictures
    drawn: np.ndarray
    parent: Parent | None

    @classmethod
    def open(cls, recipe: EnlargeRecipe, parent: Parent | None, *, say: Say) -> "EnlargeMaterial":
        """Open the recipe's folder, and let its model draw. Raises InputError."""
        folder, size = source_of(recipe), recipe.size * FACTOR
        first = open_source(folder).picture(0)
        if min(first.size) < size:
            raise InputError(f"its pictures are no true renderings at {size} pixels", where=folder,
                             do=f"make them larger: ganvas data emoji -o {folder} --size {size}")  # fmt: skip
        pictures = open_pictures(folder, size=size, channels=4, say=say)
        if recipe.drawn_by is None:
            return cls(pictures, np.zeros((0, recipe.size, recipe.size, 4), dtype=np.uint8), parent)
        return cls(pictures, drawings(recipe.drawn_by, pictures, size=recipe.size, seed=recipe.seed), parent)

    def task(self, recipe: EnlargeRecipe) -> EnlargeTask:
        """Build the task of a resolved recipe."""
        return EnlargeTask(
            recipe, self.pictures, self.drawn, device=pick_device(recipe.device), precision=recipe.settled_precision
        )


def source_of(recipe: AnyRecipe) -> Path:
    """Return the recipe's folder. Raises InputError when there is none."""
    folder = Path(recipe.sources[0])
    check_folder(folder, do="name a folder of pictures or a recipe (.toml), or make a set: ganvas data emoji -o data/emoji")
    return folder


def tell_left(pictures: Pictures, *, say: Say) -> None:
    """Say which pictures are left out, the first few by name."""
    for line in pictures.left[:LISTED]:
        say(f"left out: {line}")
    if pictures.left:
        say(f"{len(pictures.left):,} of {len(pictures.left) + len(pictures.records):,} pictures are left out")
