"""A recipe trains a model: one TOML file is one reproducible run."""

import math
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field, model_validator

from ganvas.ground.config import Digest, Frozen, Line, Name, Phrase
from ganvas.ground.sizes import Fit, Size
from ganvas.training.adversary import (
    Adversary,
    PatchAdversary,
    PixelAdversary,
    ProjectedAdversary,
    ProjectedPatchAdversary,
    Weight,
)
from ganvas.training.degrade import Degrade
from ganvas.training.networks.enlarge import FACTOR, EnlargerConfig
from ganvas.training.networks.layers import grids
from ganvas.training.networks.projected import SEES
from ganvas.training.networks.residual import GeneratorConfig, grids_seen
from ganvas.training.networks.transfer import RestylerConfig
from ganvas.training.parts import AnchorRecipe, Augment, Dropout, ImaginationRecipe, Share
from ganvas.training.schedule import Ramp

Betas = tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]]

STEP, LONGEST, RATIO = 16, 256, 4
"""Sides that can be learned are multiples of the first up to the second; the longer is at most so many times the shorter."""


def trainable(size: Size) -> Size:
    """Return a size that a network can be built for. Raises ValueError for others."""
    if size.width % STEP or size.height % STEP or size.longer > LONGEST or size.longer > RATIO * size.shorter:
        raise ValueError(
            f"{size} is not learned: sides are multiples of {STEP} up to {LONGEST}, the longer at most {RATIO} times the other"
        )
    return size


Learned = Annotated[Size, AfterValidator(trainable)]


class AnyRecipe(Frozen):
    """What a run of any task needs to know. Give `images` or `minutes`; what is derived is written into the run's own copy.

    start_from: the model, by name or folder, whose weights it begins with where they fit.
    patience: looks at its score after which a run that draws no better ends by itself, and what drew best is what is kept; 0:
    never.
    """

    name: Name = "model"
    sources: tuple[Line, ...] = Field(min_length=1, max_length=64)
    summary: Line = ""
    licence: Line = "unknown: the licence of the pictures it was trained on"
    attribution: tuple[Line, ...] = ()
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    batch: int = Field(default=32, ge=2, le=1024)
    start_from: Line | None = None
    images: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    patience: int = Field(default=0, ge=0, le=1000)
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int | None = Field(default=None, ge=1, le=256)
    rate_generator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    rate_discriminator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    betas: Betas = (0.0, 0.99)
    half_life: Annotated[float, Field(gt=0)] = 10_000.0
    sheets: int = Field(default=40, ge=1, le=10_000)
    log_every: int = Field(default=50, ge=1)
    keep_minutes: Annotated[float, Field(ge=0)] = 3.0
    notes: tuple[Line, ...] = ()

    @property
    def settled_precision(self) -> str:
        """The precision to compute in; what is still open is exact."""
        return "float32" if self.precision == "auto" else self.precision

    @property
    def alone(self) -> float:
        """The share of the budget that a generator learns without an adversary."""
        return 0.0

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, content: Any) -> Any:
        return cls.completed(cast("dict[str, Any]", content)) if isinstance(content, dict) else content

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Return what is said together with what follows from it."""
        return given

    @property
    def rivals(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        return tuple(rival for rival in (getattr(self, "pixel", None), getattr(self, "projected", None)) if rival is not None)

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step has come round."""
        return math.lcm(*(rival.interval for rival in self.rivals))


def _check_looks(name: str, rival: PixelAdversary, size: Size) -> None:
    """Raise ValueError where a discriminator of pixels does not suit the size."""
    widths, seen = rival.network.widths, grids_seen(rival.network, size)
    through = " ".join(f"{columns}x{rows}" for rows, columns in seen)
    if len(seen) < 2:
        raise ValueError(f"{name}.network.shrunk = {rival.network.shrunk} leaves {through} to look at: give less")
    if widths and len(widths) != len(seen) - 1:
        raise ValueError(
            f"{name}.network.widths has {len(widths)} entries, and looks at all but the last of {len(seen)} sizes: {through}"
        )


class Recipe(AnyRecipe):
    """A model that draws pictures from words and labels.

    size: pixels a side, or "96x64": width and height. captions: a file of captions for pictures that have none, or "llm": a
    language model writes one when the run begins. fit: how pictures get the proportions of the size. mirror: left and right may
    be exchanged: twice the pictures, where neither writing nor sides matter. turns: of the
    discriminator for each of the generator; 5 is usual with the Wasserstein objective. coarse: further discriminators of pixels,
    with `network.shrunk`: while drawings can be told by their edges, the first says nothing else. With [projected] and
    without [pixel] there is no discriminator of pixels.
    """

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
    imagination: ImaginationRecipe | None = None
    augment: Augment = Augment()
    turns: int = Field(default=1, ge=1, le=100)
    dropout: Dropout = Dropout()
    judge: bool = True

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Leave the usual discriminator of pixels out where another is named."""
        return {"pixel": None, **given} if given.get("projected") is not None else given

    @property
    def alone(self) -> float:
        """The share of the warm start."""
        return self.anchor.alone if self.anchor else 0.0

    @property
    def rivals(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        return (*super().rivals, *self.coarse)

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step has come round."""
        return math.lcm(super().interval, self.turns)

    @model_validator(mode="after")
    def _can_be_built(self) -> "Recipe":
        if self.pixel is None and self.projected is None:
            raise ValueError("a generator needs an adversary: give [pixel], [projected] or both")
        if self.projected is not None and self.size.shorter < SEES:
            raise ValueError(f"[projected] looks at sides of {SEES} pixels or more: below that its coarsest features see nothing")
        if self.imagination is not None and self.imagination.features and self.size.shorter < SEES:
            raise ValueError(f"imagination.features needs sides of {SEES} pixels or more: give 0")
        if self.turns > 1 and self.alone:
            raise ValueError("anchor.alone trains the generator by itself, at each step: give turns = 1")
        through = " ".join(f"{columns}x{rows}" for rows, columns in grids(self.size))
        widths, steps = self.generator.widths, len(grids(self.size))
        if widths and len(widths) != steps:
            raise ValueError(f"generator.widths has {len(widths)} entries, and a picture grows through {steps} sizes: {through}")
        for name, rival in [("pixel", self.pixel), *(("coarse", rival) for rival in self.coarse)]:
            if rival is not None:
                _check_looks(name, rival, self.size)
        return self


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

    size: pixels a side of what it is given. crop: of the piece of it that a step enlarges. look: of the window of the enlarged
    piece that its judges see. drawn_by: a model, by name or folder, whose drawings of training captions are `drawn` of the
    inputs; nothing is known of them at four times their size.
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
    def alone(self) -> float:
        """The share of the budget with the L1 of pixels alone."""
        return self.likeness.alone

    @model_validator(mode="after")
    def _can_be_built(self) -> "EnlargeRecipe":
        if self.crop > self.size:
            raise ValueError(f"crop is {self.crop}, more than the picture's {self.size}")
        if self.look > self.crop * FACTOR:
            raise ValueError(f"look is {self.look}, more than the {self.crop * FACTOR} of an enlarged piece")
        asked = "matching", "contrast", "contrast_generator", "classify"
        self.pixel.leave_out(*asked, why="an enlarger's rival hears of no condition")
        _check_looks("pixel", self.pixel, Size.of(self.look))
        return self


PATCHES = PatchAdversary(objective="nonsaturating", gamma=Ramp(start=0.005, end=0.002))
"""What stands against a restyler whose recipe names nobody."""


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

    task: Literal["restyle"]
    method: Method = "cut"
    size: int = Field(default=64, ge=32, le=256, multiple_of=16)
    channels: Literal[3, 4] | None = None
    fit: Fit = "crop"
    mirror: bool = False
    only: tuple[Name, ...] = ()
    both_ways: bool = False
    apart: bool = False
    halves: bool = False
    described: dict[Name, tuple[Phrase, ...]] = Field(default_factory=dict, max_length=1000)
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
        named = any(given.get(rival) is not None for rival in ("pixel", "projected"))
        rival = {} if named else {"pixel": PATCHES}
        return {**rival, **METHODS.get(given.get("method", "cut"), {}), **given}

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step has come round."""
        return math.lcm(super().interval, self.cycle_every if self.cycle else 1)

    @model_validator(mode="after")
    def _can_be_built(self) -> "RestyleRecipe":
        if self.apart and (self.contrast or self.contrast_same):
            raise ValueError("networks that stand apart share no encoder: contrast and contrast_same must be 0")
        moved = Augment(translation=self.augment.translation, scale=self.augment.scale)
        if self.augment != moved:
            raise ValueError(
                "a restyler's views are moved and scaled alone: leave all but augment.translation and augment.scale out"
            )
        if self.cycle and not self.both_ways:
            raise ValueError("a cycle comes back to where it began: it needs both_ways")
        if not (self.pixel or self.projected):
            raise ValueError("a restyler needs an adversary: give [pixel], [projected] or both")
        if self.apart and (self.projected is not None or self.generator.colours):
            raise ValueError("networks that stand apart have a rival of pixels each and no box: leave projected and colours out")
        if self.pixel is not None and self.size % 2 ** (len(self.pixel.network.widths)):
            raise ValueError(f"pixel.network.widths halve a picture of {self.size} too often")
        return self


RECIPES: dict[str, type[AnyRecipe]] = {"image": Recipe, "enlarge": EnlargeRecipe, "restyle": RestyleRecipe}
"""A recipe's class by what stands under `task`."""
