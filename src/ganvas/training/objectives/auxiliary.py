"""The auxiliary classifier (Odena et al. 2017, "Conditional image synthesis with auxiliary classifier GANs", eq. 3): L_C."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganvas.training.objectives.base import ClassifyingScorer, Images, Loss, Scorer


def label_cross_entropy(score: ClassifyingScorer, view: Images) -> Tensor:
    """Return the mean cross entropy, in nats, of the labels of the condition; dropped labels do not count."""
    each: list[Tensor] = []
    for logits, label in score.classes(view):
        present = label.sum(dim=1)  # 1, or 0 where the label was dropped
        each.append((cross_entropy(logits, label, reduction="none") * present).sum() / present.sum().clamp(min=1))
    return torch.stack(each).mean()


@dataclass(frozen=True)
class Auxiliary:
    """Trains both networks so that a picture's labels can be classified from it; used beside a real-or-fake objective."""

    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Classify real pictures, and fakes too, as in the paper."""
        assert isinstance(score, ClassifyingScorer)
        loss = label_cross_entropy(score, real) + label_cross_entropy(score, fake)
        return Loss(loss, {"d/classes": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Make fakes that are classified as their labels."""
        assert isinstance(score, ClassifyingScorer)
        loss = label_cross_entropy(score, fake)
        return Loss(loss, {"g/classes": loss})
