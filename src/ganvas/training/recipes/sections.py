"""Parts of a recipe for pictures: the anchor, what is imagined, augmentation, and how often a condition is dropped."""

from typing import Annotated

from pydantic import Field, model_validator

from ganvas.ground.config import Frozen
from ganvas.language.text.appearance import OWN_STYLE
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.text_prior import TextPriorConfig
from ganvas.training.recipes.adversaries import Weight

Share = Annotated[float, Field(ge=0, le=1)]


class AnchorRecipe(Frozen):
    """The pull towards the true picture where the condition names one.

    alone: the share of the budget with nothing else, where every picture has its full condition and only pixels count.
    ahead: the last share of that in which the discriminators learn already, so that the generator meets discriminators that
    already tell real from drawn.
    pixels: weight of the L1 at full resolution, only of pictures drawn from their own appearance (see AppearanceRecipe).
    surfaces: weight of differences of neighbouring pixels where the true picture is even, of the same pictures.
    """

    weight: Ramp = Ramp(start=1.0, end=0.25, over=0.4)
    alone: Share = 0.0
    ahead: Share = 0.0
    features: Weight = 0.1
    pixels: Weight = 0.0
    surfaces: Weight = 0.0


class TextPriorRecipe(TextPriorConfig):
    """What predicts appearances from words.

    unseen: the share of a batch, in the adversarial phase, that is drawn from appearances predicted without having seen the
    picture, or its whole family: half and half.
    """

    unseen: Share = 0.5


class AppearanceRecipe(Frozen):
    """What appearances are made of, and whose appearance each picture of a batch is drawn from.

    pixels, features: numbers of an appearance that come from each. components: of the whitened sentence vectors that captions are
    compared by. source_labels: whether an appearance also says which labels its picture has, so that the generator knows what
    to change where other ones are asked for. own_style: how often words that name a style choose a picture of that style, where
    there is one; else one of another style, for other shapes.

    other, sampled, mixed: shares of a batch. other: drawn from the appearance of the same concept in another style, and pulled to
    the true picture by `other_pull` of the anchor. sampled: drawn from the appearance that the words choose when the picture's
    own family is left out. mixed: drawn from two appearances at once, without words. The rest of a batch is drawn from its own
    appearance, and so is a picture that exists in no other style.

    recolour: the share of pictures whose main colour is changed to a named one, which their condition names. told_colour: the
    share of the others whose condition names the colour that they have. With both 0 a model has no label for colours.
    """

    pixels: int = Field(default=640, ge=1, le=2048)
    features: int = Field(default=128, ge=0, le=1024)
    components: int = Field(default=64, ge=1, le=512)
    source_labels: bool = False
    own_style: Share = OWN_STYLE
    other: Share = 0.25
    other_pull: Share = 0.5
    sampled: Share = 0.25
    mixed: Share = 0.15
    recolour: Share = 0.0
    told_colour: Share = 0.0

    @model_validator(mode="after")
    def _shares_of_one_batch(self) -> "AppearanceRecipe":
        if self.other + self.sampled + self.mixed > 1:
            raise ValueError("other, sampled and mixed are shares of one batch: together at most 1")
        return self


class Adaptive(Frozen):
    """How often augmentation strikes follows how sure the discriminator is of real pictures (ADA, Karras et al. 2020).

    target: the share by which sure right ones are more than sure wrong ones. images: in which it goes from never to always.
    """

    target: Share = 0.6
    images: int = Field(default=500_000, ge=1)


ALWAYS = Ramp(start=1, end=1)


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
    often: Ramp = ALWAYS
    adaptive: Adaptive | None = None

    @model_validator(mode="after")
    def _often_is_a_share(self) -> "Augment":
        if not (0 <= self.often.start <= 1 and 0 <= self.often.end <= 1):
            raise ValueError("often is a share of the pictures: give numbers from 0 to 1")
        if self.adaptive and self.often != ALWAYS:
            raise ValueError("adaptive finds by itself how often: leave often out")
        if self.adaptive and not (self.translation or self.scale or self.cutout or self.colour):
            raise ValueError("adaptive has nothing that could strike: give translation, scale, cutout or colour")
        return self


class Dropout(Frozen):
    """How often a part of the condition is dropped, so that the model is free there.

    words: no words at all. tags: partial words instead of a full caption. hashes, labels: those parts alone.
    noise: length of the noise on the unit sentence vector. late: the share of the budget in which labels are phased in, at
    first of no picture, at last of all that are not dropped (Shahbazi et al. 2022, Transitional-cGAN).
    """

    words: Share = 0.1
    tags: Share = 0.15
    hashes: Share = 0.3
    labels: Share = 0.15
    noise: Weight = 0.05
    late: Share = 0.0

    def at(self, share: float) -> "Dropout":
        """Return the rule that holds at a share of the budget."""
        still = max(0.0, 1 - share / self.late) if self.late else 0.0
        return self.model_copy(update={"labels": max(self.labels, still)}) if still else self


LLM = "llm"
"""What a recipe's `captions` says when nobody has written them yet."""

NAMES, NO_CAPTIONS = "names", "none"
"""What it says where the names of files are captions, and where they are not to be."""
