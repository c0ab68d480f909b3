"""What every adversarial task of pictures does alike: its two players, and what each discriminator is asked in both turns."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import CONSTANT_ZERO, Progress, Ramp, cosine_rate
from ganvas.training.networks.base import Discriminator, Images, initialise, place_on
from ganvas.training.objectives import Loss
from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.tasks.adversarial.pictures import PictureTask
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms

Views = tuple[Images, Images]
"""Real pictures and drawn ones as the discriminators see them, each (N, 3, H, W)."""
LossOf = Callable[[Any, Progress], Loss]


class AdversarialTask(PictureTask, ABC):
    """A picture task with any number of discriminators. adversaries: terms by name; health is diagnosed from the first."""

    def __init__(self, *, device: str, precision: str, betas: tuple[float, float]) -> None:
        super().__init__(device=device, precision=precision, betas=betas)
        self.adversaries: dict[str, DiscriminatorTerms] = {}
        self.networks: dict[str, nn.Module] = {}

    def _add_discriminator(
        self,
        name: str,
        network: Discriminator,
        rules: Adversary,
        *,
        conditional: bool = False,
        classifier_weight: Ramp = CONSTANT_ZERO,
    ) -> None:
        """Add a discriminator; see DiscriminatorTerms. The parts of the record begin with its name, but for the first one's."""
        self.adversaries[name] = DiscriminatorTerms(
            network, rules, conditional, classifier_weight, name=f"{name}/" if self.adversaries else ""
        )

    def _initialise(self, generator: nn.Module, others: Mapping[str, nn.Module], *, seed: int) -> None:
        """Initialise all networks, the generator, the discriminators and others, and put them on the device."""
        discriminators = {name: one.network for name, one in self.adversaries.items()}
        self.networks = {"generator": generator, **discriminators, **others}
        for name, network in self.networks.items():
            initialise(network, seed=seed, name=name)
            place_on(network, self.device)

    def _make_players(
        self, recipe: AnyRecipe, drawing: Sequence[nn.Module], losses: tuple[LossOf, LossOf], *, start: int = 0, every: int = 1,
        rate: Callable[[float], float] = cosine_rate,
    ) -> list[Player]:  # fmt: skip
        """Return the two players, discriminators first. drawing: what learns in the generator's turn. losses: of both turns.

        start: the discriminators sit out until so many pictures were seen. every: the generator plays at each n-th step.
        rate: the learning rates' factor by the share of the budget.
        """
        rated = tuple(one.network for one in self.adversaries.values())
        rates = self._optimiser(rated, recipe.rate_discriminator), self._optimiser(drawing, recipe.rate_generator)
        return [
            Player("discriminator", rated, rates[0], losses[0], rate, start=start),
            Player("generator", tuple(drawing), rates[1], losses[1], rate, every=every),
        ]

    @abstractmethod
    def _scorer(self, adversary: DiscriminatorTerms, batch: Any) -> BoundScorer:
        """Bind a discriminator to the condition of a batch."""

    def _observe(self, adversary: DiscriminatorTerms, score: BoundScorer, real: Tensor, fake: Tensor) -> list[Loss]:
        """Look at a discriminator in its turn; what is returned is added to its loss."""
        return []

    def _discriminator_terms(self, batch: Any, views: Views, progress: Progress) -> list[Loss]:
        """Return the discriminators' losses, in full precision where a penalty takes the gradient of a gradient."""
        losses: list[Loss] = []
        for adversary in self.adversaries.values():
            exact = adversary.exact(progress)
            real, fake = (view.detach().requires_grad_(exact) for view in views)
            with self._precision(exact=exact):
                score = self._scorer(adversary, batch)
                losses += adversary.discriminator_terms(score, real, fake, progress)
                losses += self._observe(adversary, score, real, fake)
        return losses

    def _generator_terms(self, batch: Any, views: Views, progress: Progress) -> list[Loss]:
        """Return the terms of the generator's loss, of each discriminator."""
        losses: list[Loss] = []
        for adversary in self.adversaries.values():
            real, fake = views
            losses += adversary.generator_terms(self._scorer(adversary, batch), real, fake, progress)
        return losses
