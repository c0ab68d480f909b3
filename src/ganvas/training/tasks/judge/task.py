"""The judge's training: real pictures against drawn ones, and pictures matched with conditions. It has one player."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganvas.data.order import Order
from ganvas.ground.images import make_sheet
from ganvas.ground.seeds import stream
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Progress, cosine_rate
from ganvas.training.engine.task import Unscored
from ganvas.training.networks.base import Given, equalise_rates, initialise
from ganvas.training.networks.conditioner import fit_whitening
from ganvas.training.networks.judge import JudgeConfig, JudgeNetwork
from ganvas.training.objectives.base import Loss
from ganvas.training.objectives.contrastive import info_nce
from ganvas.training.recipes.sections import Dropout
from ganvas.training.tasks.adversarial.scorer import distinct
from ganvas.training.tasks.image.conditions import Conditions

RULE = Dropout(words=0.05, tags=0.2, hashes=0.3, labels=0.2, noise=0.05)
"""How the conditions of real pictures are drawn."""
BLIND = 0.5
"""The share of the features that is hidden from the judge each time, so that it depends on none of them."""
RATE = 0.02
PUZZLES = 64
SAMPLE = 1_000
"""Real and drawn pictures that mean and scale of the features are computed from, at most."""


@dataclass(frozen=True)
class Evidence:
    """What a judge learns from. Row n of `drawn` was drawn for a condition made from the words of picture `chosen[n]`.

    real, drawn: features, float16 (N, views, F). given: the condition of each drawing, parts by input name (N, width).
    groups: pictures of one group mean the same (N,). shown: the drawn pictures, uint8 (N, S, S, C).
    several: features of several more drawings for the same as some rows of `drawn` (M, K, F); rows: which ones (M,).
    """

    chosen: np.ndarray
    real: np.ndarray
    drawn: np.ndarray
    given: dict[str, np.ndarray]
    groups: np.ndarray
    shown: np.ndarray
    several: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class Batch:
    """Features of n real pictures, then of as many drawn ones; what is kept; the conditions of the real ones; see `distinct`."""

    features: Float[Tensor, "m f"]
    kept: Float[Tensor, "m f"]
    given: Given
    distinct: Bool[Tensor, "n n"]


class JudgeTask(Unscored):
    """Data, network and objective of a judge."""

    def __init__(self, evidence: Evidence, conditions: Conditions, *, seed: int, batch: int = 128) -> None:
        self.evidence, self.conditions, self.seed = evidence, conditions, seed
        self.batch_size, self.half_life = min(batch, len(evidence.chosen)), 4.0 * len(evidence.chosen)
        self.fitted = ()
        self.order = Order(len(evidence.chosen), batch=self.batch_size, seed=seed, name="judge/order")
        sentences = fit_whitening(conditions.main) if conditions.takes.words else None
        self.network = JudgeNetwork(JudgeConfig(), conditions.takes, sentences=sentences)
        initialise(self.network, seed=seed, name="judge")
        some = np.linspace(0, len(evidence.chosen) - 1, min(SAMPLE, len(evidence.chosen))).astype(int)
        plain = np.concatenate([evidence.real[some, 0], evidence.drawn[some, 0]])
        self.network.standardise(torch.from_numpy(plain.astype(np.float32)))
        self.networks: dict[str, nn.Module] = {"judge": self.network}
        optimiser = torch.optim.Adam(equalise_rates([self.network], rate=RATE), betas=(0.9, 0.99))
        self.players = [Player("judge", (self.network,), optimiser, self.loss, cosine_rate)]

    @property
    def generator(self) -> nn.Module:
        """What the loop averages: the judge itself."""
        return self.network

    def batch(self, step: int) -> Batch:
        """Return the pictures of a step, each in one of its views, and their conditions."""
        evidence, rows = self.evidence, self.order.indices(step)
        numbers = stream(self.seed, "judge/batch", step=step)
        conditions = self.conditions.draw(evidence.chosen[rows], numbers, RULE)
        views = numbers.integers(evidence.real.shape[1], (2, len(rows)))
        features = np.concatenate([evidence.real[rows, views[0]], evidence.drawn[rows, views[1]]]).astype(np.float32)
        kept = (numbers.uniform(features.shape) >= BLIND) / (1 - BLIND)
        return Batch(
            features=torch.from_numpy(features),
            kept=torch.from_numpy(kept.astype(np.float32)),
            given={name: torch.from_numpy(part) for name, part in conditions.parts.items()},
            distinct=distinct(torch.from_numpy(evidence.groups[rows]), torch.from_numpy(conditions.spoken)),
        )

    def loss(self, batch: Batch, progress: Progress) -> Loss:
        """Tell real from drawn, and find each real picture's condition among the batch's, and the other way round.

        The condition of a drawing is never counted as right: the judge would learn the generator's style instead of the picture.
        """
        seen = self.network.see(batch.features) * batch.kept
        real, drawn = self.network.realism(seen).chunk(2)
        realism = (softplus(-real).mean() + softplus(drawn).mean()) / 2
        similarity = self.network.picture(seen.chunk(2)[0]) @ self.network.meaning(batch.given).mT
        match = info_nce(similarity, batch.distinct, temperature=self.network.temperature)
        right = ((real > 0).float().mean() + (drawn < 0).float().mean()) / 2
        return Loss(realism + match, {"judge/realism": realism, "judge/match": match, "judge/right": right})

    def balance(self, judge: JudgeNetwork) -> None:
        """Weigh a trained judge's realism against its match."""
        evidence = self.evidence
        count, times = evidence.several.shape[:2]
        features = torch.from_numpy(evidence.several.astype(np.float32)).flatten(0, 1)
        with torch.no_grad():
            judge.weigh(judge(features, self._given(np.repeat(evidence.rows, times))).unflatten(0, (count, times)))

    def _given(self, rows: np.ndarray) -> Given:
        return {name: torch.from_numpy(part[rows]) for name, part in self.evidence.given.items()}

    def sheet(self, generator: nn.Module) -> np.ndarray:
        """Show drawn pictures in the judge's order, the best first."""
        evidence = self.evidence
        rows = np.linspace(0, len(evidence.chosen) - 1, PUZZLES).astype(int)
        with torch.no_grad():
            verdicts = (
                generator(torch.from_numpy(evidence.drawn[rows, 0].astype(np.float32)), self._given(rows)).sum(dim=1).numpy()
            )
        return make_sheet([evidence.shown[row] for row in rows[np.argsort(-verdicts, kind="stable")]], columns=8)
