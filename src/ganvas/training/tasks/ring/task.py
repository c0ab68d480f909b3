"""Eight Gaussians on a ring: the smallest training that can converge, oscillate or lose modes (Metz et al. 2017)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ganvas.ground.seeds import Stream, stream
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress, cosine_rate
from ganvas.training.engine.task import Unscored
from ganvas.training.networks.base import equalise_rates, initialise
from ganvas.training.networks.ring import PointDiscriminator, PointGenerator, Points
from ganvas.training.objectives import Loss, sum_losses
from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.tasks.adversarial.scorer import BoundScorer
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms

MODES, SPREAD = 8, 0.02
"""Gaussians on a circle of radius 1, and their standard deviation."""
LATENT, BATCH, RATE = 2, 128, 2e-2
ENOUGH, POINTS = 20, 2500
"""Good points that make a mode, of POINTS drawn. VEEGAN (Srivastava et al. 2017, section 4.1) counts a mode from one."""


class RingTask(Unscored):
    """Data, networks and objective of points. rules: objective and penalty of the discriminator."""

    batch_size, half_life, fitted = BATCH, 30.0 * BATCH, ()

    def __init__(self, rules: Adversary, *, seed: int, spectral: bool = False) -> None:
        self.seed = seed
        self.generator = PointGenerator(latent=LATENT)
        discriminator = PointDiscriminator(spectral=spectral)
        self.adversary = DiscriminatorTerms(discriminator, rules, conditional=False)
        self.networks: dict[str, nn.Module] = {"generator": self.generator, "discriminator": discriminator}
        for name, network in self.networks.items():
            initialise(network, seed=seed, name=name)

        def optimiser(network: nn.Module) -> torch.optim.Optimizer:
            return torch.optim.Adam(equalise_rates([network], rate=RATE), betas=(0.0, 0.99), fused=True)

        self.players = [
            Player("discriminator", (discriminator,), optimiser(discriminator), self.discriminator_loss, cosine_rate),
            Player("generator", (self.generator,), optimiser(self.generator), self.generator_loss, cosine_rate),
        ]

    def batch(self, step: int) -> tuple[int, Points]:
        """Return a step and its true points, new ones at each step."""
        return step, _points(ring(stream(self.seed, "ring", step=step), BATCH))

    def discriminator_loss(self, batch: tuple[int, Points], progress: Progress) -> Loss:
        """Tell true points from drawn ones."""
        step, real = batch
        with torch.no_grad():
            fake = self.draw(self.generator, stream(self.seed, "noise/discriminator", step=step), BATCH)
        exact = self.adversary.exact(progress)
        real, fake = (points.requires_grad_(exact) for points in (real.clone(), fake))
        return sum_losses(self.adversary.discriminator_terms(self._scorer(), real, fake, progress))

    def generator_loss(self, batch: tuple[int, Points], progress: Progress) -> Loss:
        """Pass drawn points as true."""
        step, real = batch
        fake = self.draw(self.generator, stream(self.seed, "noise/generator", step=step), BATCH)
        return sum_losses(self.adversary.generator_terms(self._scorer(), real, fake, progress))

    def draw(self, generator: nn.Module, numbers: Stream, count: int) -> Points:
        """Draw points."""
        return generator(torch.from_numpy(numbers.normal((count, LATENT))))

    def drawn(self, generator: nn.Module, count: int) -> np.ndarray:
        """Draw the same points each time for a seed, float32 (count, 2)."""
        with torch.no_grad():
            return self.draw(generator, stream(self.seed, "drawn"), count).flatten(1).numpy()

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Plot what a generator draws."""
        return plot(self.drawn(generator, POINTS))

    def _scorer(self) -> BoundScorer:
        return BoundScorer(self.adversary.network, {}, torch.ones(BATCH, BATCH, dtype=torch.bool))


def middles() -> np.ndarray:
    """Return the means of the Gaussians, float64 (MODES, 2)."""
    angles = 2 * np.pi * np.arange(MODES) / MODES
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def ring(numbers: Stream, count: int) -> np.ndarray:
    """Draw points of the true distribution, float32 (count, 2)."""
    return (middles()[numbers.integers(MODES, count)] + SPREAD * numbers.normal((count, 2))).astype(np.float32)


@dataclass(frozen=True)
class Caught:
    """How many modes points have. modes: with ENOUGH good points or more. good: share of points within 3 SPREAD of a mode."""

    modes: int
    good: float


def caught(points: np.ndarray) -> Caught:
    """Count modes and good points among points (N, 2)."""
    apart = np.linalg.norm(points[:, None] - middles()[None], axis=2)
    nearest = apart.argmin(axis=1)
    good = apart.min(axis=1) <= 3 * SPREAD
    counts = np.bincount(nearest[good], minlength=MODES)
    return Caught(modes=int((counts >= ENOUGH).sum()), good=float(good.mean()))


SIDE, REACH = 96, 1.35
PAPER, INK, MARK = np.array([255.0] * 3), np.array([28.0, 70.0, 160.0]), np.array([235.0, 150.0, 120.0])


def plot(points: np.ndarray) -> np.ndarray:
    """Plot points (N, 2) over marks where the modes are: uint8 (SIDE, SIDE, 3)."""
    page = np.tile(PAPER, (SIDE, SIDE, 1))
    spots = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="xy"), axis=-1)  # (row, column, x y)
    for middle in _pixels(middles()):
        ringed = np.abs(np.linalg.norm(spots - middle, axis=-1) - 5) < 0.8
        page[ringed] = MARK
    inside = _pixels(points)
    inside = inside[(np.abs(points) < REACH).all(axis=1)].round().astype(int).clip(0, SIDE - 1)
    density = np.bincount(inside[:, 1] * SIDE + inside[:, 0], minlength=SIDE * SIDE).reshape(SIDE, SIDE, 1)
    cover = 1 - 0.45**density
    return (page * (1 - cover) + INK * cover).round().astype(np.uint8)


def _pixels(points: np.ndarray) -> np.ndarray:
    return (points * [1, -1] / REACH + 1) / 2 * (SIDE - 1)


def _points(rows: np.ndarray) -> Points:
    return torch.from_numpy(rows)[:, :, None, None]
