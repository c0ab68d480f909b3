"""Penalties on the discriminator's gradient, by exact double backward.

There is no cheaper form by finite differences: in float32 these measure curvature and rounding more
than the gradient.
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
    """Penalises gradients at reals (R1) and fakes (R2), gamma / 2 each (Mescheder et al. 2018, eq. 9, 10; both in R3GAN).

    on: "real" is R1 alone, "fake" R2 alone. Roth et al. 2017 weight both by the discriminator's
    error as well.
    """

    gamma: float = 1.0
    on: Literal["both", "real", "fake"] = "both"
    needs_gradient = True

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Penalise the squared gradient norm at real and fake pictures."""
        views = {"both": (real, fake), "real": (real,), "fake": (fake,)}[self.on]
        first, *rest = (zero_centred(score(view), view) for view in views)
        penalty = sum(rest, start=first)
        return Loss(self.gamma / 2 * penalty, {"d/penalty": penalty})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Return 0: the penalty is the discriminator's."""
        return zero_loss(fake)


def interpolate(real: Images, fake: Images) -> Images:
    """Return a point on the line from each fake to its real, as a leaf.

    The shares are spread evenly over the batch, (n + 1/2) / N, and not drawn: pairs are random
    already, and even shares leave less noise.
    """
    share = (torch.arange(len(real), device=real.device, dtype=real.dtype) + 0.5) / len(real)
    return torch.lerp(fake, real, share[:, None, None, None]).detach().requires_grad_()


@dataclass(frozen=True)
class Interpolated:
    """Penalises gamma E[(||d score / d x|| - centre)^2] on the lines between fakes and reals.

    centre 1: WGAN-GP (Gulrajani et al. 2017, eq. 3). centre 0: Thanh-Tung et al. 2019.
    """

    gamma: float = 10.0
    centre: float = 1.0
    needs_gradient = True

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Penalise the gradient norm between real and fake pictures."""
        views = interpolate(real, fake)
        norm = (squared_gradient_norm(score(views), views) + ROOT_EPSILON).sqrt()
        penalty = (norm - self.centre).square().mean()
        return Loss(self.gamma * penalty, {"d/penalty": penalty})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Return 0: the penalty is the discriminator's."""
        return zero_loss(fake)


ROOT_EPSILON = 1e-12
"""Added under the square root, whose derivative is infinite at 0."""

PENALTIES: Mapping[str, Callable[[float], Objective]] = {
    "r1": partial(ZeroCentred, on="real"),
    "r2": partial(ZeroCentred, on="fake"),
    "r1+r2": ZeroCentred,
    "one-centred": Interpolated,
    "zero-centred": partial(Interpolated, centre=0.0),
}
