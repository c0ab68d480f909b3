"""Penalties on the discriminator's gradient, by exact double backward.

Finite differences of the score measure its curvature and its rounding, not its gradient, so there is no cheap form here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ganvas.training.objectives.base import Images, Loss, Objective, Scorer, Scores, zero_loss


def squared_gradient_norm(scores: Scores, views: Images) -> Float[Tensor, " n"]:
    """Return ||d score / d view||^2 of each picture, summed over its numbers."""
    (gradient,) = torch.autograd.grad(scores.sum(), views, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3))


def zero_centred(scores: Scores, views: Images) -> Float[Tensor, ""]:
    """Return E[ ||d score / d view||^2 ]: summed over a picture, mean over the batch (Mescheder et al. 2018, eq. 9)."""
    return squared_gradient_norm(scores, views).mean()


@dataclass(frozen=True)
class ZeroCentred:
    """R1 on reals and R2 on fakes: gamma / 2 each (Mescheder et al. 2018, eq. 9 and 10; both together in R3GAN).

    on: "real" is R1 alone, "fake" R2 alone. Roth et al. 2017 have both, weighed besides by how wrong the discriminator is.
    """

    gamma: float = 1.0
    on: Literal["both", "real", "fake"] = "both"
    needs_gradient = True

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Flatten the discriminator around the distributions."""
        views = {"both": (real, fake), "real": (real,), "fake": (fake,)}[self.on]
        first, *rest = (zero_centred(score(view), view) for view in views)
        penalty = sum(rest, start=first)
        return Loss(self.gamma / 2 * penalty, {"d/penalty": penalty})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Say nothing: the penalty is the discriminator's."""
        return zero_loss(fake)


def interpolate(real: Images, fake: Images) -> Images:
    """Return a point on the line from each fake to its real, a leaf.

    How far along is uniform over the batch, (n + 1/2) / N: pairs come together by chance, so which pair gets which share
    need not be drawn as well, and shares that are spread evenly leave less noise than drawn ones.
    """
    share = (torch.arange(len(real), device=real.device, dtype=real.dtype) + 0.5) / len(real)
    return torch.lerp(fake, real, share[:, None, None, None]).detach().requires_grad_()


@dataclass(frozen=True)
class Interpolated:
    """gamma E[(||d score / d x|| - centre)^2] on the lines between fakes and reals.

    centre 1: WGAN-GP (Gulrajani et al. 2017, eq. 3). centre 0: Thanh-Tung et al. 2019.
    """

    gamma: float = 10.0
    centre: float = 1.0
    needs_gradient = True

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Hold the discriminator's slope where neither real nor fake pictures are."""
        views = interpolate(real, fake)
        slope = (squared_gradient_norm(score(views), views) + ROOT_EPSILON).sqrt()
        penalty = (slope - self.centre).square().mean()
        return Loss(self.gamma * penalty, {"d/penalty": penalty})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Say nothing: the penalty is the discriminator's."""
        return zero_loss(fake)


ROOT_EPSILON = 1e-12
"""Under the root, whose own slope is infinite at nothing."""

PENALTIES: Mapping[str, Callable[[float], Objective]] = {
    "r1": partial(ZeroCentred, on="real"),
    "r2": partial(ZeroCentred, on="fake"),
    "r1+r2": ZeroCentred,
    "one-centred": Interpolated,
    "zero-centred": partial(Interpolated, centre=0.0),
}
