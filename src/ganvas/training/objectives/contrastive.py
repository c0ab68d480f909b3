"""In-batch contrast between pictures and conditions (InfoNCE, van den Oord et al. 2018, eq. 4; both directions as in CLIP)."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import log_softmax

from ganvas.training.objectives.base import ConditionalScorer, Images, Loss, Scorer


def info_nce(similarity: Float[Tensor, "n n"], distinct: Bool[Tensor, "n n"], *, temperature: float) -> Float[Tensor, ""]:
    """Return the mean of -log softmax(similarity / temperature) on the diagonal, both ways.

    Only pairs that mean something else count as negatives; rows without a negative are left out.
    """
    own = torch.eye(len(similarity), dtype=torch.bool, device=similarity.device)
    logits = (similarity / temperature).masked_fill(~(distinct | own), -1e4)
    asked = distinct.any(dim=1).to(similarity.dtype)
    each = -(log_softmax(logits, dim=1).diagonal() + log_softmax(logits, dim=0).diagonal()) / 2
    return (each * asked).sum() / asked.sum().clamp(min=1)


@dataclass(frozen=True)
class Contrastive:
    """The discriminator learns which words belong to a real picture; the generator is pulled to its own words."""

    temperature: float = 0.1
    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Find each real picture's condition among the batch's, and the other way round."""
        assert isinstance(score, ConditionalScorer)
        loss = info_nce(score.similarity(real), score.distinct, temperature=self.temperature)
        return Loss(loss, {"d/contrast": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Make each fake findable by its condition."""
        assert isinstance(score, ConditionalScorer)
        loss = info_nce(score.similarity(fake), score.distinct, temperature=self.temperature)
        return Loss(loss, {"g/contrast": loss})
