"""Recipes of models that redraw pictures in another style."""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Label, Phrase
from ganvas.ground.sizes import Fit
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.restyler import RestylerConfig
from ganvas.training.recipes.adversaries import (
    PatchAdversary,
    ProjectedPatchAdversary,
    Weight,
)
from ganvas.training.recipes.base import AnyRecipe, Betas
from ganvas.training.recipes.sections import Augment, Share

PATCHES = PatchAdversary(objective="nonsaturating", gamma=Ramp(start=0.005, end=0.002))
"""The discriminator of a restyler whose recipe names none."""


Method = Literal["cut", "fastcut", "cyclegan", "styles"]

METHODS: dict[Method, dict[str, Any]] = {
    "cut": {"contrast": 1.0, "contrast_same": 1.0},
    "fastcut": {"contrast": 10.0, "turning": True},
    "cyclegan": {"both_ways": True, "apart": True, "cycle": 10.0, "same": 5.0, "pool": 50},
    "styles": {"both_ways": True, "cycle": 1.0, "cycle_every": 4},
}
"""What each method sets where the recipe says nothing else (CUT and FastCUT: Park et al. 2020; CycleGAN: Zhu et al. 2017)."""


class RestyleRecipe(AnyRecipe):
    """A model that redraws pictures in another style, learned from pictures of which no two need to show the same.

    sources: a folder for each style, the first redrawn in the style of the others; or one folder whose pictures have a label of
    styles. only: of such a folder, the styles that are taken, in this order. method: what the settings below follow where they
    are not given. both_ways: every style is drawn in, not only all but the first. apart: a generator and a discriminator of its
    own for each style. halves: what is redrawn and what is to be passed for come from two halves of the families. described:
    style -> phrases that a person may call it by.

    Weights: contrast, of places of the drawing with the same places of its picture; contrast_same, of real pictures redrawn in
    their own style; same, L1 of those; lines, L1 of real pictures whose lines alone are redrawn in their own style; cycle, L1
    of drawings redrawn in the style they came from, at each `cycle_every`-th step. turning: half of the pictures are redrawn
    turned round and compared turned back. patches: places a layer. pool: older drawings that the discriminator is shown again.
    opaque: the share of pictures that are laid over a colour and stay opaque.
    """

    several_folders: ClassVar[str] = "each of several folders is a style"

    task: Literal["restyle"]
    method: Method = "cut"
    size: int = Field(default=64, ge=32, le=256, multiple_of=16)
    channels: Literal[3, 4] | None = None
    fit: Fit = "crop"
    mirror: bool = False
    only: tuple[Label, ...] = ()
    both_ways: bool = False
    apart: bool = False
    halves: bool = False
    described: dict[Label, tuple[Phrase, ...]] = Field(default_factory=dict, max_length=1000)
    generator: RestylerConfig = RestylerConfig()
    pixel: PatchAdversary | None = None
    projected: ProjectedPatchAdversary | None = None
    contrast: Weight = 0.0
    contrast_same: Weight = 0.0
    same: Weight = 0.0
    lines: Weight = 0.0
    cycle: Weight = 0.0
    cycle_every: int = Field(default=1, ge=1, le=64)
    turning: bool = False
    temperature: Annotated[float, Field(gt=0, le=10)] = 0.07
    patches: int = Field(default=64, ge=2, le=256)
    pool: int = Field(default=0, ge=0, le=500)
    opaque: Share = 0.2
    augment: Augment = Augment(translation=0.0, scale=0.0)
    betas: Betas = (0.5, 0.99)

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Follow the method where nothing else is said."""
        named = any(given.get(adversary) is not None for adversary in ("pixel", "projected"))
        adversary = {} if named else {"pixel": PATCHES}
        return {**adversary, **METHODS.get(given.get("method", "cut"), {}), **given}

    @classmethod
    def from_folders(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Take the method for many styles where there are not two folders: the styles are a label's, or many folders'."""
        return given if len(given["sources"]) == 2 else {"method": "styles", **given}

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step was done equally often."""
        return math.lcm(super().interval, self.cycle_every if self.cycle else 1)

    @model_validator(mode="after")
    def _can_be_built(self) -> "RestyleRecipe":
        if self.apart and (self.contrast or self.contrast_same):
            raise ValueError("with apart no encoder is shared: contrast and contrast_same must be 0")
        moved = Augment(translation=self.augment.translation, scale=self.augment.scale)
        if self.augment != moved:
            raise ValueError(
                "a restyler's views are moved and scaled alone: leave all but augment.translation and augment.scale out"
            )
        if self.cycle and not self.both_ways:
            raise ValueError("a cycle redraws pictures in the style they came from: it needs both_ways")
        if not (self.pixel or self.projected):
            raise ValueError("a restyler needs an adversary: give [pixel], [projected] or both")
        if self.apart and (self.projected is not None or self.generator.colours):
            raise ValueError("with apart, styles share no network and have no palette: leave projected and generator.colours out")
        if self.pixel is not None and self.size % 2 ** (len(self.pixel.network.widths)):
            raise ValueError(f"pixel.network.widths halve a picture of {self.size} too often")
        return self
