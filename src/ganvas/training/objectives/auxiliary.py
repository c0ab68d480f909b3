"""The auxiliary classifier (Odena et al. 2017, "Conditional image synthesis with auxiliary classifier GANs", eq. 3): L_C."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganvas.training.objectives.base import ClassifyingScorer, Images, Loss, Scorer


def label_cross_entropy(score: ClassifyingScorer, view: Images) -> Tensor:
    """Return the mean cross entropy, in nats, of the labels that were told; a label that was dropped is not asked for."""
    each: list[Tensor] = []
    for logits, label in score.classes(view):
        told = label.sum(dim=1)
        each.append((cross_entropy(logits, label, reduction="none") * told).sum() / told.sum().clamp(min=1))
    return torch.stack(each).mean()


@dataclass(frozen=True)
class Auxiliary:
    """Both players want each picture's labels to be read from it, real or fake; beside any objective that says what is real."""

    needs_gradient = False

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Learn to read the labels of real pictures, and of fakes as the paper has it."""
        assert isinstance(score, ClassifyingScorer)
        loss = label_cross_entropy(score, real) + label_cross_entropy(score, fake)
        return Loss(loss, {"d/classes": loss})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Make the labels readable."""
        assert isinstance(score, ClassifyingScorer)
        loss = label_cross_entropy(score, fake)
        return Loss(loss, {"g/classes": loss})
