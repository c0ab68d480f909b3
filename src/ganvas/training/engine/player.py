"""A player: networks, an optimiser and a loss. A GAN has two, the discriminator first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from ganvas.training.engine.schedule import Progress
from ganvas.training.objectives.base import Loss


@dataclass
class Player:
    """Who plays a turn of each step.

    every: plays at each n-th step. start: sits out until so many images were seen. rate: learning-rate factor by share of budget.
    """

    name: str
    networks: tuple[nn.Module, ...]
    optimiser: Optimizer
    loss: Callable[[Any, Progress], Loss]
    rate: Callable[[float], float]
    every: int = 1
    start: int = 0

    def __post_init__(self) -> None:
        self.base_rates: list[float] = [group["lr"] for group in self.optimiser.param_groups]

    def plays(self, progress: Progress) -> bool:
        """Say whether it is this player's turn."""
        return progress.images >= self.start and progress.step % self.every == 0

    @property
    def parameters(self) -> list[Tensor]:
        """Return what the optimiser moves."""
        return [parameter for group in self.optimiser.param_groups for parameter in group["params"]]
