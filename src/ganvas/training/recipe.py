"""A recipe trains a model: one TOML file is one reproducible run."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Digest, Frozen, Line, Name
from ganvas.ground.images import Fit
from ganvas.training.degrade import Degrade
from ganvas.training.networks.enlarge import FACTOR, EnlargerConfig
from ganvas.training.networks.imagination import ImaginationConfig
from ganvas.training.networks.projected import ProjectedDiscriminatorConfig
from ganvas.training.networks.residual import GeneratorConfig, PixelDiscriminatorConfig
from ganvas.training.schedule import Ramp

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000)]


class Adversary(Frozen):
    """One discriminator with its objective, and how much the generator listens to it.

    penalty: R1, R2 or both at half of gamma, or on the lines between real and fake at gamma, as their papers have it; gamma 0
    switches it off. It is taken every `lazy` steps at `lazy` times its weight.
    matching, contrast: weights of mismatched captions and of in-batch contrast (`contrast_generator` in the generator's turn).
    """

    objective: Literal["minimax", "nonsaturating", "leastsquares", "hinge", "wasserstein", "relativistic"] = "relativistic"
    weight: Weight = 1.0
    penalty: Literal["r1", "r2", "r1+r2", "one-centred", "zero-centred"] = "r1+r2"
    gamma: Ramp = Ramp(start=0, end=0)
    lazy: int = Field(default=4, ge=1, le=64)
    matching: Weight = 0.0
    contrast: Weight = 0.0
    contrast_generator: Weight = 0.0


class PixelAdversary(Adversary):
    """A discriminator of pixels. classify: weight of its auxiliary classifier of labels, in both turns; 0 is none."""

    network: PixelDiscriminatorConfig = PixelDiscriminatorConfig()
    classify: Weight = 0.0

    @model_validator(mode="after")
    def _hears_what_it_is_asked(self) -> "PixelAdversary":
        if self.network.conditioning == "none" and self.matching:
            raise ValueError('matching asks for the condition, which is not heard with network.conditioning = "none": give 0')
        return self


class ProjectedAdversary(Adversary):
    """A discriminator of pretrained features."""

    network: ProjectedDiscriminatorConfig = ProjectedDiscriminatorConfig()


class AnchorRecipe(Frozen):
    """The pull towards the true picture where the condition names one.

    alone: the share of the budget with nothing else, where every picture is told its full condition and only pixels count.
    ahead: the last share of that in which the discriminators learn already, so that the generator meets rivals who can see.
    """

    weight: Ramp = Ramp(start=1.0, end=0.25, over=0.4)
    alone: Share = 0.0
    ahead: Share = 0.0
    features: Weight = 0.1


class ImaginationRecipe(ImaginationConfig):
    """What looks are imagined from.

    unseen: the share of a batch, in the game, that is drawn from looks as they would be imagined had the picture, or its whole
    family, not been seen: half and half.
    """

    unseen: Share = 0.5


class Adaptive(Frozen):
    """How often augmentation strikes follows how sure the discriminator is of real pictures (ADA, Karras et al. 2020).

    target: the share by which sure right ones are more than sure wrong ones. images: in which it goes from never to always.
    """

    target: Share = 0.6
    images: int = Field(default=500_000, ge=1)


class Augment(Frozen):
    """What real and fake go through before the discriminator: the same for both, never left and right.

    translation, scale: in sides. cutout: side of a square that is blotted out. colour: how far brightness, saturation and
    contrast may go, 1 as in DiffAugment; captions speak of colours, so it is for pictures without any.
    often: the share of pictures that each of these strikes; `adaptive` finds it while training instead, from 0 up.
    """

    translation: Annotated[float, Field(ge=0, le=0.5)] = 0.125
    scale: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    cutout: Share = 0.0
    colour: Share = 0.0
    often: Ramp = Ramp(start=1, end=1)
    adaptive: Adaptive | None = None

    @model_validator(mode="after")
    def _often_is_a_share(self) -> "Augment":
        if not (0 <= self.often.start <= 1 and 0 <= self.often.end <= 1):
            raise ValueError("often is a share of the pictures: give numbers from 0 to 1")
        return self


class Dropout(Frozen):
    """How often a part of the condition is dropped, so that the model is free there.

    words: no words at all. tags: partial words instead of a full caption. hashes, labels: those parts alone.
    noise: length of the noise on the unit sentence vector.
    """

    words: Share = 0.1
    tags: Share = 0.15
    hashes: Share = 0.3
    labels: Share = 0.15
    noise: Weight = 0.05


class AnyRecipe(Frozen):
    """What a run of any task needs to know. Give `images` or `minutes`; what is derived is written into the run's own copy."""

    name: Name = "model"
    sources: tuple[Line, ...] = Field(min_length=1, max_length=64)
    summary: Line = ""
    licence: Line = "unknown: the licence of the pictures it was trained on"
    attribution: tuple[Line, ...] = ()
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    batch: int = Field(default=32, ge=2, le=1024)
    images: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    converged: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int | None = Field(default=None, ge=1, le=256)
    rate_generator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    rate_discriminator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    betas: tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]] = (0.0, 0.99)
    half_life: Annotated[float, Field(gt=0)] = 10_000.0
    sheets: int = Field(default=40, ge=1, le=10_000)
    log_every: int = Field(default=50, ge=1)
    keep_minutes: Annotated[float, Field(ge=0)] = 3.0
    notes: tuple[Line, ...] = ()

    @property
    def alone(self) -> float:
        """The share of the budget that a generator learns without an adversary."""
        return 0.0


class Recipe(AnyRecipe):
    """A model that draws pictures from words and labels.

    captions: a file of captions for pictures that have none, or "llm": a language model writes one when the run begins.
    fit: how pictures become squares. mirror: left and right may be exchanged: twice the pictures, where neither writing nor sides
    matter. turns: of the discriminator for each of the generator; 5 is usual with the Wasserstein objective.
    """

    task: Literal["image"] = "image"
    size: Literal[16, 32, 64, 128] = 64
    channels: Literal[3, 4] | None = None
    fit: Fit = "crop"
    mirror: bool = False
    captions: Line | None = None
    captions_digest: Digest | None = None
    conditional: bool = True
    generator: GeneratorConfig = GeneratorConfig()
    pixel: PixelAdversary | None = PixelAdversary(gamma=Ramp(start=1.0, end=0.1), matching=0.5)
    projected: ProjectedAdversary | None = None
    anchor: AnchorRecipe | None = None
    imagination: ImaginationRecipe | None = None
    augment: Augment = Augment()
    turns: int = Field(default=1, ge=1, le=100)
    dropout: Dropout = Dropout()
    judge: bool = True

    @property
    def alone(self) -> float:
        """The share of the warm start."""
        return self.anchor.alone if self.anchor else 0.0

    @model_validator(mode="after")
    def _can_be_built(self) -> "Recipe":
        if self.pixel is None and self.projected is None:
            raise ValueError("a generator needs an adversary: give [pixel], [projected] or both")
        if self.projected is not None and self.size < 64:
            raise ValueError("[projected] looks at pictures of 64 pixels or more: below that its coarsest features see nothing")
        if self.imagination is not None and self.imagination.features and self.size < 64:
            raise ValueError("imagination.features needs pictures of 64 pixels or more: give 0")
        if self.turns > 1 and self.alone:
            raise ValueError("anchor.alone trains the generator by itself, at each step: give turns = 1")
        widths = self.generator.widths
        if widths and 4 * 2 ** (len(widths) - 1) != self.size:
            raise ValueError(f"generator.widths has {len(widths)} entries, one for each size from 4 up to {self.size} is needed")
        looks = self.pixel.network.widths if self.pixel is not None else ()
        if looks and 4 * 2 ** len(looks) != self.size:
            raise ValueError(
                f"pixel.network.widths has {len(looks)} entries, one for each size from {self.size // 2} down to 4 is needed"
            )
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
        looks = self.pixel.network.widths
        if looks and 4 * 2 ** len(looks) != self.look:
            raise ValueError(f"pixel.network.widths has {len(looks)} entries, one for each size from {self.look // 2} down to 4")
        return self


RECIPES: dict[str, type[AnyRecipe]] = {"image": Recipe, "enlarge": EnlargeRecipe}
"""A recipe's class by what stands under `task`."""
