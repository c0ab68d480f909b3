"""Adversaries in a recipe: what a discriminator is, what it is asked, and how much the generator listens to it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import Ramp
from ganvas.training.networks.patch_discriminator import PatchDiscriminatorConfig, ProjectedPatchesConfig
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig, grids_seen
from ganvas.training.networks.projected import ProjectedDiscriminatorConfig

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

    @property
    def penalised(self) -> bool:
        """Whether there is a penalty at any time."""
        return bool(self.gamma.start or self.gamma.end)

    @property
    def interval(self) -> int:
        """Steps from one penalty to the next; 1 where there is none."""
        return self.lazy if self.penalised else 1

    def leave_out(self, *names: str, why: str) -> None:
        """Raise ValueError where a weight that nobody would hear of is given."""
        for name in names:
            if getattr(self, name):
                raise ValueError(f"{name} has no effect here: {why}. Leave it out")


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

    @model_validator(mode="after")
    def _contrasts_nothing(self) -> "ProjectedAdversary":
        self.leave_out("contrast", "contrast_generator", why="only a discriminator of pixels compares pictures with conditions")
        return self


class OfPatches(Adversary):
    """A discriminator of patches, which hears of no condition but the style."""

    @model_validator(mode="after")
    def _asks_of_style_alone(self) -> "OfPatches":
        self.leave_out("matching", "contrast", "contrast_generator", why="a restyler's rival hears of no condition but the style")
        return self


class PatchAdversary(OfPatches):
    """A discriminator of patches. Its penalty is of the sum of all places: gamma is that of one logit over their number."""

    network: PatchDiscriminatorConfig = PatchDiscriminatorConfig()


class ProjectedPatchAdversary(OfPatches):
    """A discriminator of patches with pretrained eyes."""

    network: ProjectedPatchesConfig = ProjectedPatchesConfig()


def check_discriminator(name: str, rival: PixelAdversary, size: Size) -> None:
    """Raise ValueError where a discriminator of pixels does not suit the size."""
    widths, seen = rival.network.widths, grids_seen(rival.network, size)
    through = " ".join(f"{columns}x{rows}" for rows, columns in seen)
    if len(seen) < 2:
        raise ValueError(f"{name}.network.shrunk = {rival.network.shrunk} leaves {through} to look at: give less")
    if widths and len(widths) != len(seen) - 1:
        raise ValueError(
            f"{name}.network.widths has {len(widths)} entries, and looks at all but the last of {len(seen)} sizes: {through}"
        )
