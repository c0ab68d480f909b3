"""Adversaries in a recipe: a discriminator, its objective and penalty, and its weight in the generator's loss."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.engine.schedule import CONSTANT_ZERO, Ramp
from ganvas.training.networks.patch_discriminator import PatchDiscriminatorConfig, ProjectedPatchesConfig
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig, grids_seen
from ganvas.training.networks.projected import ProjectedDiscriminatorConfig
from ganvas.training.objectives import ObjectiveName

Weight = Annotated[float, Field(ge=0, le=1000)]


class Adversary(Frozen):
    """One discriminator with its objective, and its weight in the generator's loss.

    penalty: R1, R2 or both at half of gamma, or on the lines between real and fake at gamma, as their papers have it; gamma 0
    switches it off. It is taken every `lazy` steps at `lazy` times its weight.
    matching, mislabel, contrast: weights of mismatched captions, of wrong labels beside the right words (only for models with
    [appearance]) and of in-batch contrast (`contrast_generator` in the generator's turn).
    """

    objective: ObjectiveName = "relativistic"
    weight: Weight = 1.0
    penalty: Literal["r1", "r2", "r1+r2", "one-centred", "zero-centred"] = "r1+r2"
    gamma: Ramp = CONSTANT_ZERO
    lazy: int = Field(default=4, ge=1, le=64)
    matching: Weight = 0.0
    mislabel: Weight = 0.0
    contrast: Weight = 0.0
    contrast_generator: Weight = 0.0

    @property
    def penalised(self) -> bool:
        """Whether there is a penalty at any time."""
        return bool(self.gamma)

    @property
    def interval(self) -> int:
        """Steps from one penalty to the next; 1 where there is none."""
        return self.lazy if self.penalised else 1

    def leave_out(self, *names: str, why: str) -> None:
        """Raise ValueError where a weight is given that has no effect."""
        for name in names:
            if getattr(self, name):
                raise ValueError(f"{name} has no effect here: {why}. Leave it out")


class PixelAdversary(Adversary):
    """A discriminator of pixels. classify: weight of its auxiliary classifier of labels, in both turns; 0 is none."""

    network: PixelDiscriminatorConfig = PixelDiscriminatorConfig()
    classify: Ramp = CONSTANT_ZERO

    @model_validator(mode="after")
    def _uses_the_condition(self) -> "PixelAdversary":
        if self.network.conditioning == "none" and self.matching:
            raise ValueError('matching needs the condition, which is not used with network.conditioning = "none": give 0')
        return self


class ProjectedAdversary(Adversary):
    """A discriminator of pretrained features."""

    network: ProjectedDiscriminatorConfig = ProjectedDiscriminatorConfig()

    @model_validator(mode="after")
    def _has_no_contrast(self) -> "ProjectedAdversary":
        self.leave_out("contrast", "contrast_generator", why="only a discriminator of pixels compares pictures with conditions")
        return self


class OfPatches(Adversary):
    """A discriminator of patches, whose only condition is the style."""

    @model_validator(mode="after")
    def _has_style_alone(self) -> "OfPatches":
        why = "the only condition of a restyler's discriminator is the style"
        self.leave_out("matching", "mislabel", "contrast", "contrast_generator", why=why)
        return self


class PatchAdversary(OfPatches):
    """A discriminator of patches. Its penalty is of the sum of all places: gamma is that of one logit over their number."""

    network: PatchDiscriminatorConfig = PatchDiscriminatorConfig()


class ProjectedPatchAdversary(OfPatches):
    """A discriminator of patches of pretrained features."""

    network: ProjectedPatchesConfig = ProjectedPatchesConfig()


def check_discriminator(name: str, adversary: PixelAdversary, size: Size) -> None:
    """Raise ValueError where a discriminator of pixels does not suit the size."""
    widths, seen = adversary.network.widths, grids_seen(adversary.network, size)
    through = " ".join(f"{columns}x{rows}" for rows, columns in seen)
    if len(seen) < 2:
        raise ValueError(f"{name}.network.shrunk = {adversary.network.shrunk} leaves the grids {through}: give less")
    if widths and len(widths) != len(seen) - 1:
        raise ValueError(
            f"{name}.network.widths has {len(widths)} entries, one for all but the last of {len(seen)} grids: {through}"
        )
