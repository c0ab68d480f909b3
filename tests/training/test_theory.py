"""The value function against theory: for the best discriminator V = -log 4 + 2 JSD(p, q) (Goodfellow et al. 2014, theorem 1)."""

import math

import numpy as np
import pytest
import torch

from ganvas.training.objectives import Minimax
from ganvas.training.objectives.minimax import value_function

ATOMS = 40
GRID = np.linspace(-4, 4, ATOMS)


def gaussian(mean: float, spread: float) -> np.ndarray:
    density = np.exp(-0.5 * ((GRID - mean) / spread) ** 2)
    return density / density.sum()


def mixture(*parts: np.ndarray) -> np.ndarray:
    return sum(parts) / len(parts)


PAIRS = {
    "the same": (gaussian(0, 1), gaussian(0, 1)),
    "apart a little": (gaussian(0, 1), gaussian(0.7, 1)),
    "wide and narrow": (gaussian(0, 2), gaussian(0, 0.5)),
    "one mode lost": (mixture(gaussian(-2, 0.4), gaussian(2, 0.4)), gaussian(2, 0.4)),
    "disjoint": (np.repeat([2 / ATOMS, 0], ATOMS // 2), np.repeat([0, 2 / ATOMS], ATOMS // 2)),
}


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    middle = (p + q) / 2
    return sum(float(np.sum(a[a > 0] * np.log(a[a > 0] / middle[a > 0]))) / 2 for a in (p, q))


class Table(torch.nn.Module):
    """A discriminator that can be any function of a picture: one logit for each atom (and condition)."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.logits = torch.nn.Parameter(torch.zeros(shape))

    def forward(self, view: torch.Tensor) -> torch.Tensor:
        return self.logits[tuple(view.flatten(1).long().T)][:, None]


def samples(p: np.ndarray, count: int) -> torch.Tensor:
    """Draw atoms in the shares of p, as exactly as `count` allows: pictures of one pixel that hold the atom's number."""
    numbers = np.searchsorted(np.cumsum(p), (np.arange(count) + 0.5) / count * np.sum(p))
    return torch.tensor(numbers, dtype=torch.float32)[:, None, None, None]


def train_out(network: Table, real: torch.Tensor, fake: torch.Tensor) -> float:
    """Train the discriminator with the shipped objective until it is done; return the value it reached."""
    optimiser = torch.optim.LBFGS(network.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = Minimax().discriminator(network, real, fake).total
        loss.backward()
        return loss

    optimiser.step(closure)
    with torch.no_grad():
        return float(value_function(network(real), network(fake)))


@pytest.mark.parametrize("name", PAIRS)
def test_value_is_jensen_shannon(name: str) -> None:
    p, q = PAIRS[name]
    reached = train_out(Table(ATOMS), samples(p, 20_000), samples(q, 20_000))
    assert reached == pytest.approx(-math.log(4) + 2 * jensen_shannon(p, q), abs=0.02)


def test_conditional_value_is_the_mean_of_each_conditions_own() -> None:
    """Given y, the conditional game is one game for each y: V = E_y[-log 4 + 2 JSD(p(.|y), q(.|y))]."""
    pairs = list(PAIRS.values())[1:4]
    reals, fakes = ([with_condition(samples(pair[side], 20_000), y) for y, pair in enumerate(pairs)] for side in (0, 1))
    network = Table(ATOMS, len(pairs))
    train_out(network, torch.cat(reals), torch.cat(fakes))
    for y, (p, q) in enumerate(pairs):
        with torch.no_grad():
            reached = float(value_function(network(reals[y]), network(fakes[y])))
        assert reached == pytest.approx(-math.log(4) + 2 * jensen_shannon(p, q), abs=0.02)


def with_condition(atoms: torch.Tensor, y: int) -> torch.Tensor:
    return torch.cat([atoms, torch.full_like(atoms, y)], dim=1)


def test_an_unconditional_discriminator_cannot_reach_it() -> None:
    """The conditional test would pass for nothing if conditions did not matter: without y the value is lower."""
    swap = [(PAIRS["apart a little"][0], PAIRS["apart a little"][1]), (PAIRS["apart a little"][1], PAIRS["apart a little"][0])]
    real, fake = (torch.cat([samples(pair[side], 20_000) for pair in swap]) for side in (0, 1))
    assert train_out(Table(ATOMS), real, fake) == pytest.approx(-math.log(4), abs=0.02)
