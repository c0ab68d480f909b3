"""Penalties on the discriminator's gradient, by exact double backward.

Finite differences of the score measure its curvature and its rounding, not its gradient, so there is no cheap form here.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ganvas.training.objectives.base import Images, Loss, Scorer, Scores, nothing


def zero_centred(scores: Scores, views: Images) -> Float[Tensor, ""]:
    """Return E[ ||d score / d view||^2 ]: summed over a picture, mean over the batch (Mescheder et al. 2018, eq. 9)."""
    (gradient,) = torch.autograd.grad(scores.sum(), views, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


@dataclass(frozen=True)
class ZeroCentred:
    """R1 on reals and R2 on fakes: gamma / 2 each (Mescheder et al. 2018, eq. 9 and 10; both together in R3GAN)."""

    gamma: float = 1.0
    needs_gradient = True

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Flatten the discriminator around both distributions."""
        penalty = zero_centred(score(real), real) + zero_centred(score(fake), fake)
        return Loss(self.gamma / 2 * penalty, {"d/penalty": penalty})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Say nothing: the penalty is the discriminator's."""
        return nothing(fake)
