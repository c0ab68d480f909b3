"""The value function of the first paper, exactly: min_G max_D E[log D(x)] + E[log(1 - D(G(z)))] (Goodfellow et al. 2014, eq. 1).

The conditional form E[log D(x|y)] + E[log(1 - D(G(z|y)|y))] (Mirza and Osindero 2014, eq. 2) is the
same function of a scorer that is bound to y. With D = sigmoid(score): log D = -softplus(-score) and
log(1 - D) = -softplus(score).
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from ganvas.training.objectives.base import Images, Loss, Scorer, Scores, pair_accuracy


def value_function(on_real: Scores, on_fake: Scores) -> Float[Tensor, ""]:
    """Return V(D, G) in nats. For the best discriminator it is -log 4 + 2 JSD(p_data, p_g) (theorem 1 of the paper)."""
    return (-softplus(-on_real)).mean() + (-softplus(on_fake)).mean()


@dataclass(frozen=True)
class Minimax:
    """Optimises one value function: the discriminator ascends it, the generator descends it."""

    needs_gradient = False
    middle = 0.0

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Ascend V."""
        on_real, on_fake = score(real), score(fake)
        value = value_function(on_real, on_fake)
        return Loss(-value, {"d/value": value, "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Descend E[log(1 - D(G(z)))], the part of V that depends on the generator."""
        term = (-softplus(score(fake))).mean()
        return Loss(term, {"g/value": term})
