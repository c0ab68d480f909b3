"""Mismatched captions: a real picture under a wrong condition counts as fake (Reed et al. 2016, algorithm 1, GAN-CLS)."""

from dataclasses import dataclass
from typing import Literal

from torch.nn.functional import relu, softplus

from ganvas.training.objectives.base import ConditionalScorer, Images, Loss, Scorer, zero_loss


@dataclass(frozen=True)
class Matching:
    """Takes the wrong condition from the neighbour in the batch; pairs of the same meaning are left out.

    margin "relative": the right condition must score above the wrong one. "hinge": the wrong one
    must score below -1.
    """

    margin: Literal["relative", "hinge"] = "relative"
    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Score a real picture higher under its own condition than under another."""
        assert isinstance(score, ConditionalScorer)
        distinct = score.distinct.roll(1, dims=1).diagonal()[:, None].to(real.dtype)  # (N, 1): is the neighbour wrong for i?
        wrong = score.wrong(real)
        each = softplus(wrong - score(real)) if self.margin == "relative" else relu(1 + wrong)
        loss = (each * distinct).sum() / (distinct.sum() * wrong.shape[1]).clamp(min=1)
        return Loss(loss, {"d/mismatch": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Return 0: the generator learns of it through the discriminator."""
        return zero_loss(fake)
