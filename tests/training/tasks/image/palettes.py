"""A small recipe of a model that draws from appearances, and its task."""

from tests.training.fakes import SMALL, FakeEncoder, conditions_of, pictures, recipe

from ganvas.training.augment.named_colours import NAMES
from ganvas.training.engine.schedule import Ramp
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import AnchorRecipe, AppearanceRecipe, Dropout
from ganvas.training.tasks.image.appearance_task import AppearanceTask
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.priors import fit_image_priors
from ganvas.training.tasks.priors import Priors

CONFIG = AppearanceRecipe(
    pixels=10, features=0, components=8, other=0.25, sampled=0.25, mixed=0.25, recolour=0.5, told_colour=0.2
)


def palette_recipe(*, alone: float = 0.01, **shares: float | bool) -> Recipe:
    """A small recipe with [appearance]. shares: of CONFIG, as it is changed."""
    base = recipe(everything=False, dropout=Dropout(words=0, tags=0, labels=0))
    assert base.pixel is not None
    return base.model_copy(update={
        "generator": base.generator.model_copy(update={"palette": 5, "condition": SMALL.model_copy(update={"label": 16})}),
        "pixel": base.pixel.model_copy(update={"mislabel": 0.5, "matching": 0.5, "classify": Ramp(start=0.1, end=0.1)}),
        "anchor": AnchorRecipe(alone=alone, features=0, pixels=3.0), "appearance": CONFIG.model_copy(update=shares),
    })  # fmt: skip


def appearance_task(
    made: Recipe, *, initial_weights: InitialWeights | None = None, priors: Priors | None = None
) -> AppearanceTask:
    """Build the task of a recipe, with its own priors unless some are given."""
    found = pictures(14, size=made.size)
    takes = conditions_of(found).takes
    takes = takes.model_copy(update={"labels": {**takes.labels, "colour": NAMES}})
    conditions = Conditions(found.records, takes=takes, encoder=FakeEncoder())  # pyright: ignore[reportArgumentType]
    priors = fit_image_priors(made, found, conditions, initial_weights=initial_weights) if priors is None else priors
    return AppearanceTask(
        made, found, conditions, device="cpu", precision="float32", priors=priors, initial_weights=initial_weights
    )
