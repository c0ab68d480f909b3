"""What a run of points needs to know."""

from typing import Literal

from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.recipes.base import AnyRecipe


class PointsRecipe(AnyRecipe):
    """A model that draws points. Its source is a folder with points.txt: a point a line, x and y."""

    task: Literal["points"]
    rules: Adversary = Adversary(objective="nonsaturating")

    @property
    def adversaries(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        return (self.rules,)
