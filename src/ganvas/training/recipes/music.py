"""Recipes of models that compose music."""

from typing import Literal

from pydantic import Field, model_validator

from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.music_discriminator import MusicDiscriminatorConfig
from ganvas.training.networks.music_generator import MusicGeneratorConfig
from ganvas.training.recipes.adversaries import Adversary, Weight
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.sections import Share


class MusicAdversary(Adversary):
    """The discriminator of music. matching: weight of real music under the plan of other music."""

    network: MusicDiscriminatorConfig = MusicDiscriminatorConfig()

    @model_validator(mode="after")
    def _has_no_labels(self) -> "MusicAdversary":
        self.leave_out("mislabel", "contrast", "contrast_generator", why="the condition of music is a plan")
        return self


class MusicRecipe(AnyRecipe):
    """A model that composes for four voices. Its source is a folder of MIDI or MusicXML files.

    beats: of the window that a step learns from. critic: the discriminator. anchor: weight of the cross-entropy of the true
    notes. alone: the share of the budget with nothing else; 1 trains without an adversary. chords_dropped: the share of windows
    whose plan names no chords, so that a melody can be harmonised freely. temperature: of the softmax whose gradient is used.
    """

    task: Literal["music"]
    beats: int = Field(default=24, ge=12, le=128, multiple_of=12)
    generator: MusicGeneratorConfig = MusicGeneratorConfig()
    critic: MusicAdversary = MusicAdversary(gamma=Ramp(start=0.02, end=0.01))
    anchor: Ramp = Ramp(start=1.0, end=0.3)
    alone: Share = 0.5
    chords_dropped: Share = 0.2
    temperature: Weight = 1.0

    @property
    def warm_start(self) -> float:
        """The share of the budget at its beginning with the anchor alone."""
        return self.alone

    @property
    def adversaries(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        return (self.critic,)
