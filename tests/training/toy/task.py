"""Points against a discriminator of points."""

import numpy as np
import torch
from torch import nn

from ganvas.data.order import Order
from ganvas.ground.seeds import stream
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress, cosine_rate
from ganvas.training.networks.base import equalise_rates, initialise
from ganvas.training.networks.ring import PointDiscriminator, PointGenerator, Points
from ganvas.training.objectives import Loss, sum_losses
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from ganvas.training.tasks.ring.task import plot
from tests.training.toy.recipe import PointsRecipe

LATENT, SHOWN = 2, 100


class PointsTask:
    """Data, networks and objective of points; they are drawn around a fitted middle (2,)."""

    score_name, fitted, half_life = "Distance", (), 1000.0

    def __init__(self, recipe: PointsRecipe, points: np.ndarray, middle: np.ndarray) -> None:
        self.recipe, self.points, self.batch_size = recipe, points, recipe.batch
        self.order = Order(len(points), batch=recipe.batch, seed=recipe.seed)
        self.generator, discriminator = PointGenerator(latent=LATENT), PointDiscriminator()
        self.networks: dict[str, nn.Module] = {"generator": self.generator, "discriminator": discriminator}
        for name, network in self.networks.items():
            initialise(network, seed=recipe.seed, name=name)
        with torch.no_grad():
            self.generator.last.bias.copy_(torch.from_numpy(np.array(middle)))
        self.adversaries = DiscriminatorTerms(discriminator, recipe.rules, conditional=False)
        turns = (discriminator, self.discriminator_loss), (self.generator, self.generator_loss)
        self.players = [
            Player(name, (network,), torch.optim.Adam(equalise_rates([network], rate=0.02)), loss, cosine_rate)
            for name, (network, loss) in zip(("discriminator", "generator"), turns, strict=True)
        ]

    def batch(self, step: int) -> tuple[int, Points]:
        return step, torch.from_numpy(self.points[self.order.indices(step)])[:, :, None, None]

    def discriminator_loss(self, batch: tuple[int, Points], progress: Progress) -> Loss:
        with torch.no_grad():
            fake = self.draw(self.generator, f"discriminator/{batch[0]}", self.batch_size)
        return sum_losses(self.adversaries.discriminator_terms(self.scorer(), batch[1], fake, progress))

    def generator_loss(self, batch: tuple[int, Points], progress: Progress) -> Loss:
        fake = self.draw(self.generator, f"generator/{batch[0]}", self.batch_size)
        return sum_losses(self.adversaries.generator_terms(self.scorer(), batch[1], fake, progress))

    def draw(self, generator: nn.Module, name: str, count: int) -> Points:
        return generator(torch.from_numpy(stream(self.recipe.seed, name).normal((count, LATENT))))

    def scorer(self) -> BoundScorer:
        return BoundScorer(self.adversaries.network, {}, torch.ones(self.batch_size, self.batch_size, dtype=torch.bool))

    def sheet(self, generator: nn.Module) -> np.ndarray:
        with torch.no_grad():
            return plot(self.draw(generator, "sheet", SHOWN).flatten(1).numpy())

    def score(self, generator: nn.Module) -> float | None:
        """Return how far the drawn points' spread is from that of the true ones."""
        with torch.no_grad():
            drawn = self.draw(generator, "sheet", SHOWN).flatten(1).numpy()
        return float(np.abs(drawn.std(axis=0) - self.points.std(axis=0)).mean())

    def signs(self, progress: Progress) -> dict[str, torch.Tensor]:
        return {}
