"""The non-saturating loss: the generator keeps its gradient while the discriminator wins (Goodfellow et al. 2014, sec. 3)."""

from dataclasses import dataclass

from torch.nn.functional import softplus

from ganvas.training.objectives.base import Images, Loss, Scorer
from ganvas.training.objectives.minimax import Minimax


@dataclass(frozen=True)
class NonSaturating:
    """Pairs the minimax discriminator with a generator that ascends E[log D(G(z))] instead of descending E[log(1 - D(G(z)))]."""

    needs_gradient = False
    middle = 0.0

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Ascend the value function."""
        return Minimax().discriminator(score, real, fake)

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Ascend E[log D(G(z))]."""
        loss = softplus(-score(fake)).mean()
        return Loss(loss, {"g/passing": loss})
