"""Recipes of models that draw pictures from words and labels."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Digest, Line
from ganvas.ground.sizes import Fit, Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.image_generator import GeneratorConfig
from ganvas.training.networks.layers import grids
from ganvas.training.networks.projected import MIN_SIDE
from ganvas.training.recipes.adversaries import (
    Adversary,
    PixelAdversary,
    ProjectedAdversary,
    check_discriminator,
)
from ganvas.training.recipes.base import AnyRecipe, Learned
from ganvas.training.recipes.sections import LLM, AnchorRecipe, AppearanceRecipe, Augment, Dropout, Share, TextPriorRecipe


class Recipe(AnyRecipe):
    """A model that draws pictures from words and labels.

    size: pixels a side, or "96x64": width and height. captions: a file of captions for pictures that have none; "llm": a language
    model writes one when the run begins; "names": what their files are called; "none": not even that. fit: how pictures get
    the proportions of the size. mirror: left and right may be exchanged: twice the pictures, where neither writing nor sides
    matter. turns: of the discriminator for each of the generator; 5 is usual with the Wasserstein objective. coarse: further
    discriminators of pixels, with `network.shrunk`: while edges alone give drawings away, the first learns nothing else. With
    [projected] and without [pixel] there is no discriminator of pixels. appearance: the generator draws from appearances of
    known pictures, which are chosen by the words; it has no text prior. rate_falls: the last share of the budget, in which
    learning rates fall to `rate_floor` of theirs. everything: held-out pictures are learned from too; scores of such a model
    say nothing.
    """

    renamed: ClassVar[Mapping[str, str]] = {"imagination": "text_prior"}

    task: Literal["image"] = "image"
    size: Learned = Size(64, 64)
    channels: Literal[3, 4] | None = None
    fit: Fit = "crop"
    mirror: bool = False
    captions: Line | None = None
    captions_digest: Digest | None = None
    conditional: bool = True
    generator: GeneratorConfig = GeneratorConfig()
    pixel: PixelAdversary | None = PixelAdversary(gamma=Ramp(start=1.0, end=0.1), matching=0.5)
    coarse: tuple[PixelAdversary, ...] = Field(default=(), max_length=3)
    projected: ProjectedAdversary | None = None
    anchor: AnchorRecipe | None = None
    text_prior: TextPriorRecipe | None = None
    appearance: AppearanceRecipe | None = None
    rate_falls: Annotated[float, Field(gt=0, le=1)] = 0.3
    rate_floor: Share = 0.25
    everything: bool = False
    augment: Augment = Augment()
    turns: int = Field(default=1, ge=1, le=100)
    dropout: Dropout = Dropout()
    judge: bool = True

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Leave the usual discriminator of pixels out where another is named."""
        return {"pixel": None, **given} if given.get("projected") is not None else given

    def may_differ(self, name: str, stored: Any) -> bool:
        """Say whether a run may go on that has another value; captions that a language model wrote were asked for by "llm"."""
        return super().may_differ(name, stored) or (name == "captions" and self.captions == LLM and stored is not None)

    @property
    def warm_start(self) -> float:
        """The share of the warm start."""
        return self.anchor.alone if self.anchor else 0.0

    @property
    def adversaries(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        return (*super().adversaries, *self.coarse)

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step was done equally often."""
        return math.lcm(super().interval, self.turns)

    @model_validator(mode="after")
    def _can_be_built(self) -> "Recipe":
        if self.pixel is None and self.projected is None:
            raise ValueError("a generator needs an adversary: give [pixel], [projected] or both")
        if self.projected is not None and self.size.shorter < MIN_SIDE:
            raise ValueError(
                f"[projected] needs sides of {MIN_SIDE} pixels or more: smaller pictures have no usable coarse features"
            )
        if self.text_prior is not None and self.text_prior.features and self.size.shorter < MIN_SIDE:
            raise ValueError(f"text_prior.features needs sides of {MIN_SIDE} pixels or more: give 0")
        self._check_appearance()
        if self.turns > 1 and self.warm_start:
            raise ValueError("anchor.alone trains the generator by itself, at each step: give turns = 1")
        through = " ".join(f"{columns}x{rows}" for rows, columns in grids(self.size))
        widths, steps = self.generator.widths, len(grids(self.size))
        if widths and len(widths) != steps:
            raise ValueError(f"generator.widths has {len(widths)} entries, and a picture grows through {steps} sizes: {through}")
        for name, adversary in [("pixel", self.pixel), *(("coarse", adversary) for adversary in self.coarse)]:
            if adversary is not None:
                check_discriminator(name, adversary, self.size)
        return self

    def _check_appearance(self) -> None:
        """Raise ValueError where [appearance] does not go with the other settings."""
        if (self.appearance is not None) != (self.generator.palette > 0):
            raise ValueError("[appearance] and generator.palette belong together: give both or neither")
        if self.appearance is None:
            if self.everything:
                raise ValueError("everything is for models with [appearance]: leave it out, or give [appearance]")
            return
        if self.text_prior is not None:
            raise ValueError("with [appearance] words choose among known pictures: leave [text_prior] out")
        if self.mirror:
            raise ValueError("with [appearance] pictures keep their sides: leave mirror out")
        if self.appearance.features and self.size.shorter < MIN_SIDE:
            raise ValueError(f"appearance.features needs sides of {MIN_SIDE} pixels or more: give 0")
