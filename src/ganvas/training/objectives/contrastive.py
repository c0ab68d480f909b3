"""Contrastive loss of pictures and conditions in a batch (InfoNCE, van den Oord et al. 2018, eq. 4; both ways, as in CLIP)."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import log_softmax

from ganvas.training.objectives.base import ConditionalScorer, Images, Loss, Scorer


def info_nce(similarity: Float[Tensor, "n n"], distinct: Bool[Tensor, "n n"], *, temperature: float) -> Float[Tensor, ""]:
    """Return the mean of -log softmax(similarity / temperature) on the diagonal, both ways.

    Only pairs of different meaning count as negatives; rows without a negative are left out.
    """
    own = torch.eye(len(similarity), dtype=torch.bool, device=similarity.device)
    logits = (similarity / temperature).masked_fill(~(distinct | own), -1e4)
    counted = distinct.any(dim=1).to(similarity.dtype)
    each = -(log_softmax(logits, dim=1).diagonal() + log_softmax(logits, dim=0).diagonal()) / 2
    return (each * counted).sum() / counted.sum().clamp(min=1)


@dataclass(frozen=True)
class Contrastive:
    """Aligns pictures with their conditions: the discriminator on real ones, the generator on its own."""

    temperature: float = 0.1
    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Identify each real picture's condition among those of the batch, and each condition's picture."""
        assert isinstance(score, ConditionalScorer)
        loss = info_nce(score.similarity(real), score.distinct, temperature=self.temperature)
        return Loss(loss, {"d/contrast": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Draw fakes that can be identified by their condition."""
        assert isinstance(score, ConditionalScorer)
        loss = info_nce(score.similarity(fake), score.distinct, temperature=self.temperature)
        return Loss(loss, {"g/contrast": loss})
