"""A discriminator in its task: the terms of its losses at a step, and how sure of real pictures it is."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ganvas.training.engine.schedule import CONSTANT_ZERO, Progress, Ramp
from ganvas.training.networks.base import Discriminator, Images
from ganvas.training.objectives import (
    OBJECTIVES,
    PENALTIES,
    Auxiliary,
    Contrastive,
    Loss,
    Matching,
    Mislabelled,
    Objective,
    Scorer,
    overfitting_heuristic,
    weight_loss,
)
from ganvas.training.recipes.adversaries import Adversary


@dataclass(frozen=True)
class DiscriminatorTerms:
    """One discriminator with its rules.

    conditional: there is a condition. classifier_weight: of its auxiliary classifier. name: the prefix of its values in
    the log; empty for the first one of a task, from which health is diagnosed.
    """

    network: Discriminator
    rules: Adversary
    conditional: bool
    classifier_weight: Ramp = CONSTANT_ZERO
    name: str = ""

    def terms(self, progress: Progress, *, turn: str) -> list[tuple[float, Objective]]:
        """Return the weighted terms of this step, the penalty only where it is due."""
        rules = self.rules
        terms: list[tuple[float, Objective]] = [(1.0, OBJECTIVES[rules.objective]())]
        if self.classifier_weight:
            terms.append((self.classifier_weight.at(progress.share), Auxiliary()))
        if turn == "generator":
            return [*terms, (rules.contrast_generator, Contrastive())] if rules.contrast_generator and self.conditional else terms
        gamma = rules.gamma.at(progress.share)
        if gamma and progress.step % rules.lazy == 0:
            terms.append((float(rules.lazy), PENALTIES[rules.penalty](gamma)))
        if rules.matching and self.conditional:
            margin = "hinge" if rules.objective == "hinge" else "relative"
            terms.append((rules.matching, Matching(margin)))
        if rules.mislabel and self.conditional:
            margin = "hinge" if rules.objective == "hinge" else "relative"
            terms.append((rules.mislabel, Mislabelled(margin)))
        if rules.contrast and self.conditional:
            terms.append((rules.contrast, Contrastive()))
        return terms

    def exact(self, progress: Progress) -> bool:
        """Return whether a term of the discriminator's turn takes a gradient of its own, which needs full precision."""
        return any(term.needs_gradient for _, term in self.terms(progress, turn="discriminator"))

    def discriminator_terms(self, score: Scorer, real: Images, fake: Images, progress: Progress) -> list[Loss]:
        """Return the terms of the discriminator's loss."""
        terms = self.terms(progress, turn="discriminator")
        return [self._named(weight_loss(by, term.discriminator(score, real, fake))) for by, term in terms]

    def generator_terms(self, score: Scorer, real: Images, fake: Images, progress: Progress) -> list[Loss]:
        """Return the terms of the generator's loss, times the weight of this discriminator."""
        terms = self.terms(progress, turn="generator")
        return [self._named(weight_loss(self.rules.weight * by, term.generator(score, real, fake))) for by, term in terms]

    def overfitting(self, score: Scorer, real: Images, fake: Images) -> Tensor:
        """Return the overfitting heuristic, -1 to 1: how much surer it is of real pictures than it should be (ADA)."""
        with torch.no_grad():
            return overfitting_heuristic(score(real), score(fake), middle=OBJECTIVES[self.rules.objective]().middle)

    def _named(self, loss: Loss) -> Loss:
        return Loss(loss.total, {self.name + part: value for part, value in loss.parts.items()})
