"""Recipes of models that write verse."""

from typing import Annotated, Literal

from pydantic import Field

from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.verse import VerseConfig
from ganvas.training.recipes.base import AnyRecipe, Betas
from ganvas.training.recipes.sections import Share


class CriticRecipe(VerseConfig):
    """The discriminator of verse. written: poems that it learns to tell from real ones. batch: of each of both. rate: of Adam."""

    blocks: int = Field(default=3, ge=1, le=16)
    written: int = Field(default=20_000, ge=2, le=1_000_000)
    images: int = Field(default=30_000, ge=1)
    batch: int = Field(default=32, ge=2, le=1024)
    rate: Annotated[float, Field(gt=0, le=1)] = 5e-4


class VerseRecipe(AnyRecipe):
    """A model that writes quatrains. Its source is a folder of poems: `ganvas data quatrains`, or plain texts.

    writer: the language model; critic: the discriminator that learns from what the finished writer writes. quatrains: the share
    of steps with quatrains; the others have four lines of longer poems, of which `couplets` are read. no_theme: the share of
    quatrains that are learned without a theme. images: poems seen.
    """

    task: Literal["verse"]
    writer: VerseConfig = VerseConfig()
    critic: CriticRecipe = CriticRecipe()
    quatrains: Ramp = Ramp(start=0.5, end=1.0, over=0.7, after=0.3)
    couplets: int = Field(default=80_000, ge=0, le=1_000_000)
    no_theme: Share = 0.15
    batch: int = Field(default=64, ge=2, le=1024)
    rate_generator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    betas: Betas = (0.9, 0.98)
    half_life: Annotated[float, Field(gt=0)] = 5_000.0
