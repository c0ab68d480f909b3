"""Recipes by what stands under `task`."""

from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.enlarge import EnlargeRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.restyle import RestyleRecipe

RECIPES: dict[str, type[AnyRecipe]] = {"image": Recipe, "enlarge": EnlargeRecipe, "restyle": RestyleRecipe}
"""A recipe's class by what stands under `task`."""
