"""The critic's training: real poems against those that the finished writer writes, and poems with their themes. One player."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from ganvas.ground.seeds import stream
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.task import Unscored
from ganvas.training.networks.base import initialise
from ganvas.training.networks.verse import Critic, Writer
from ganvas.training.objectives.base import Loss
from ganvas.training.recipes.verse import CriticRecipe
from ganvas.training.tasks.verse.task import decaying_rate
from ganvas.vocabulary.verse import LONGEST

BLANK = 0.05
"""The share of characters that the critic does not see, so that it depends on no single one."""
AT_ONCE = 256


@dataclass(frozen=True)
class Evidence:
    """Real poems of one form, the poems that the writer wrote for the same themes, and these themes.

    real, written: int16 (N, size). themes: float16 (N, width).
    """

    real: np.ndarray
    written: np.ndarray
    themes: np.ndarray


@dataclass(frozen=True)
class Batch:
    """What enters the critic: real poems, written ones, each (N, T, D), and the themes of both."""

    real: Float[Tensor, "n t d"]
    written: Float[Tensor, "n t d"]
    themes: Float[Tensor, "n e"]


class CriticTask(Unscored):
    """Data, network and objective of a critic. evidence: by the number of the form."""

    def __init__(self, writer: Writer, evidence: dict[int, Evidence], recipe: CriticRecipe, *, seed: int) -> None:
        self.writer, self.evidence, self.recipe, self.seed = writer, evidence, recipe, seed
        self.batch_size, self.half_life, self.fitted = recipe.batch, 1_000.0, ()
        self.critic = Critic(recipe)
        initialise(self.critic, seed=seed, name="critic")
        self.critic.begin_as(writer)
        self.networks: dict[str, nn.Module] = {"critic": self.critic}
        optimiser = torch.optim.Adam(self.critic.parameters(), lr=recipe.rate, betas=(0.9, 0.98))
        self.players = [Player("critic", (self.critic,), optimiser, self.loss, decaying_rate)]

    @property
    def generator(self) -> nn.Module:
        """What the loop averages: the critic itself."""
        return self.critic

    def batch(self, step: int) -> Batch:
        """Return the poems of a step, of one form."""
        numbers = stream(self.seed, "critic/batch", step=step)
        forms = [form for form, evidence in self.evidence.items() if len(evidence.real)]
        weights = np.cumsum([len(self.evidence[form].real) for form in forms])
        form = forms[int(np.searchsorted(weights / weights[-1], numbers.uniform(), side="right"))]
        evidence = self.evidence[form]
        rows = numbers.integers(len(evidence.real), self.batch_size)
        kept = numbers.uniform((2, *evidence.real[rows].shape, 1)) >= BLANK
        real, written = (self.enter(some[rows], form, kept=one) for some, one in
                         zip((evidence.real, evidence.written), kept, strict=True))  # fmt: skip
        return Batch(real, written, torch.from_numpy(evidence.themes[rows].astype(np.float32)))

    def enter(self, poems: np.ndarray, form: int, *, kept: np.ndarray | None = None) -> Tensor:
        """Return the writer's vectors of poems at their places, (N, T, D)."""
        characters, size = self.writer.characters, poems.shape[1]
        with torch.no_grad():
            vectors = characters.vectors(torch.from_numpy(poems.astype(np.int64)))
            places = characters.places[form * LONGEST : form * LONGEST + size] * math.sqrt(self.writer.config.width)
            return (vectors if kept is None else vectors * torch.from_numpy(kept).to(vectors)) + places

    def loss(self, batch: Batch, progress: Progress) -> Loss:
        """Tell real from written, and find each real poem's theme among the batch's, and the other way round.

        At the optimum realism is log p(real) - log p(written) of a poem (Goodfellow et al. 2014, proposition 1), match
        log p(theme | poem) - log p(theme).
        """
        critic = self.critic
        read = critic.read(torch.cat([batch.real, batch.written]))
        real, written = critic.real(read).chunk(2)
        realism = (softplus(-real).mean() + softplus(written).mean()) / 2
        met = critic.means(read.chunk(2)[0]) @ critic.asks(batch.themes).T * critic.sharpness
        right = torch.arange(len(met))
        match = (cross_entropy(met, right) + cross_entropy(met.T, right)) / 2
        accuracy = ((real > 0).float().mean() + (written < 0).float().mean()) / 2
        return Loss(realism + 0.3 * match, {"critic/realism": realism, "critic/match": match, "critic/right": accuracy})

    def realism(self, critic: Critic, poems: np.ndarray, form: int) -> np.ndarray:
        """Return a critic's realism of poems, int16 (N, size): float32 (N,)."""
        with torch.no_grad():
            parts = [critic.real(critic.read(self.enter(poems[start : start + AT_ONCE], form)))[:, 0].numpy()
                     for start in range(0, len(poems), AT_ONCE)]  # fmt: skip
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    @cached_property
    def _shown(self) -> np.ndarray:
        return np.zeros((16, 16, 3), dtype=np.uint8)

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Show nothing: a critic makes no works."""
        return self._shown


def calibrate(critic: Critic, on_real: np.ndarray, on_written: np.ndarray) -> tuple[float, float]:
    """Scale and move a critic's realism so that it is a logit on poems that it did not learn from (Platt 1999). Returns both.

    on_real, on_written: realism of held out poems and of written ones, float (N,), (M,).
    """
    scores = np.concatenate([on_real, on_written]).astype(np.float64)
    truth = np.concatenate([np.full(len(on_real), 0.5 / len(on_real)), np.zeros(len(on_written))])
    weight = np.concatenate([np.full(len(on_real), 0.5 / len(on_real)), np.full(len(on_written), 0.5 / len(on_written))])
    steep, moved = 1.0, 0.0
    for _ in range(50):  # Newton's method on the logistic loss of two numbers
        chance = 1 / (1 + np.exp(-np.clip(steep * scores + moved, -60, 60)))
        gradient = np.array([np.sum((weight * chance - truth) * scores), np.sum(weight * chance - truth)])
        curve = weight * chance * (1 - chance)
        hessian = np.array([[np.sum(curve * scores**2), np.sum(curve * scores)], [np.sum(curve * scores), np.sum(curve)]])
        steep, moved = np.array([steep, moved]) - np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
    with torch.no_grad():
        critic.real.weight.mul_(float(steep))
        critic.real.bias.mul_(float(steep)).add_(float(moved))
    return float(steep), float(moved)
