"""Recipes of models that make pictures four times as large."""

from typing import Literal

from pydantic import model_validator

from ganvas.ground.config import Frozen, Line
from ganvas.ground.sizes import Size
from ganvas.training.augment.degrade import Degrade
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.enlarger import FACTOR, EnlargerConfig
from ganvas.training.recipes.adversaries import PixelAdversary, Weight, check_discriminator
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.sections import Share


class LikenessRecipe(Frozen):
    """The pull towards the true rendering: weights of objectives.Likeness.

    alone: the share of the budget with the L1 of pixels and nothing else; 1 trains without any adversary.
    """

    pixels: Weight = 20.0
    features: Weight = 1.0
    reduced: Weight = 20.0
    alone: Share = 0.35


class EnlargeRecipe(AnyRecipe):
    """A model that makes pictures four times as large. Its sources hold them large; it makes them small itself.

    size: pixels a side of its input. crop: of the piece of it that a step enlarges. look: of the window of the enlarged piece
    that the discriminator sees. drawn_by: a model, by name or folder, whose drawings of training captions are the share `drawn`
    of the inputs; they have no true rendering.
    """

    task: Literal["enlarge"]
    size: Literal[16, 32, 64] = 64
    crop: Literal[8, 16, 24, 32, 64] = 24
    look: Literal[16, 32, 64, 128] = 64
    drawn_by: Line | None = None
    drawn: Share = 0.25
    generator: EnlargerConfig = EnlargerConfig()
    pixel: PixelAdversary = PixelAdversary(gamma=Ramp(start=1.0, end=0.1))
    likeness: LikenessRecipe = LikenessRecipe()
    degrade: Degrade = Degrade()

    @property
    def warm_start(self) -> float:
        """The share of the budget at its beginning with the L1 of pixels alone."""
        return self.likeness.alone

    @model_validator(mode="after")
    def _can_be_built(self) -> "EnlargeRecipe":
        if self.crop > self.size:
            raise ValueError(f"crop is {self.crop}, more than the picture's {self.size}")
        if self.look > self.crop * FACTOR:
            raise ValueError(f"look is {self.look}, more than the {self.crop * FACTOR} of an enlarged piece")
        conditional = "matching", "mislabel", "contrast", "contrast_generator", "classify"
        self.pixel.leave_out(*conditional, why="an enlarger's discriminator has no condition")
        check_discriminator("pixel", self.pixel, Size.of(self.look))
        return self
