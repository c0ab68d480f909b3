"""Wrong labels: a real picture with its own words and a wrong label must score lower (after Reed et al. 2016, algorithm 1).

Mismatched captions alone make a discriminator use the words. Where two pictures of one thing differ only by a label, it would
still need no label. Here all of the condition is right but one label.
"""

from dataclasses import dataclass
from typing import Literal

from torch.nn.functional import relu, softplus

from ganvas.training.objectives.base import Images, LabelledScorer, Loss, Scorer, zero_loss


@dataclass(frozen=True)
class Mislabelled:
    """margin "relative": the right label must score above the wrong one. "hinge": the wrong one must score below -1."""

    margin: Literal["relative", "hinge"] = "relative"
    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Tell a real picture's own label from another, where its condition has one."""
        assert isinstance(score, LabelledScorer)
        exchanged = score.exchanged()
        wrong = score.mislabelled(real)
        each = softplus(wrong - score(real)) if self.margin == "relative" else relu(1 + wrong)
        loss = (each * exchanged).sum() / (exchanged.sum() * wrong.shape[1]).clamp(min=1)
        return Loss(loss, {"d/mislabelled": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Return zero: the generator learns from it through the discriminator."""
        return zero_loss(fake)
