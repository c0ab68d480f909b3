"""The judge: two small heads over frozen features. One scores how real a picture looks, one how well it fits its condition."""

import math

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from ganvas.ground.config import Frozen
from ganvas.pipelines.features import WIDTH
from ganvas.training.networks.base import Given
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig, Whitening
from ganvas.training.networks.layers import GAIN, Linear, leaky, normalised
from ganvas.vocabulary.manifest import Takes

MATCH_WEIGHT = 2.0
"""Weight of the match relative to realism, chosen in docs/decisions/007-the-judge.md."""


class JudgeConfig(Frozen):
    """Configures a judge: widths of its heads, and the temperature of its match."""

    realism: int = Field(default=64, ge=1, le=1024)
    hidden: int = Field(default=256, ge=1, le=1024)
    embedding: int = Field(default=128, ge=1, le=1024)
    temperature: float = Field(default=0.1, gt=0, le=10)
    condition: ConditionerConfig = ConditionerConfig()


class JudgeNetwork(nn.Module):
    """Maps features and a condition to two log odds: real against generated, matching against not matching."""

    mean: Tensor
    scale: Tensor
    balance: Tensor

    def __init__(self, config: JudgeConfig, takes: Takes, *, sentences: Whitening | None = None) -> None:
        super().__init__()
        self.temperature = config.temperature
        self.register_buffer("mean", torch.zeros(WIDTH))
        self.register_buffer("scale", torch.ones(WIDTH))
        self.register_buffer("balance", torch.ones(1))
        self.realism_layers = nn.ModuleList([Linear(WIDTH, config.realism, gain=GAIN), Linear(config.realism, 1)])
        self.shows = nn.ModuleList([Linear(WIDTH, config.hidden, gain=GAIN), Linear(config.hidden, config.embedding)])
        self.conditioner = Conditioner(config.condition, takes, sentences=sentences)
        wide = self.conditioner.width
        self.means = nn.ModuleList([Linear(wide, config.hidden, gain=GAIN), Linear(config.hidden, config.embedding)])

    def standardise(self, features: Float[Tensor, "n f"]) -> None:
        """Set mean and scale from the features of the training pictures."""
        deviation, mean = torch.std_mean(features, dim=0)
        self.mean.copy_(mean)
        self.scale.copy_(1 / deviation.clamp(min=1e-2))

    def weigh(self, verdicts: Float[Tensor, "n k 2"]) -> None:
        """Set the balance so that match varies MATCH_WEIGHT times as much as realism over the k drawings of one condition.

        Log odds may be added only if both are calibrated. Real and generated pictures are easy to
        distinguish, so those of realism are far too large.
        """
        realism, match = verdicts.std(dim=1).mean(dim=0)
        self.balance.mul_(match / (MATCH_WEIGHT * realism).clamp(min=1e-6))

    def see(self, features: Float[Tensor, "n f"]) -> Float[Tensor, "n f"]:
        """Standardise features to mean 0 and deviation 1."""
        return (features - self.mean) * self.scale

    def realism(self, seen: Float[Tensor, "n f"]) -> Float[Tensor, "n 1"]:
        """Return the log odds that a picture is real."""
        first, last = self.realism_layers
        return last(leaky(first(seen)))

    def picture(self, seen: Float[Tensor, "n f"]) -> Float[Tensor, "n d"]:
        """Embed what a picture shows as a unit vector."""
        first, last = self.shows
        return _unit(last(leaky(first(seen))))

    def meaning(self, given: Given) -> Float[Tensor, "n d"]:
        """Embed a condition as a unit vector."""
        first, last = self.means
        return _unit(last(leaky(first(self.conditioner(given)))))

    def forward(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n 2"]:
        """Judge pictures, each under its condition: balanced realism, and match (cosine / temperature)."""
        seen = self.see(features)
        match = (self.picture(seen) * self.meaning(given)).sum(dim=1, keepdim=True) * (1 / self.temperature)
        return torch.cat([self.realism(seen) * self.balance, match], dim=1)


def _unit(x: Float[Tensor, "n d"]) -> Float[Tensor, "n d"]:
    return normalised(x) * (1 / math.sqrt(x.shape[1]))
