"""Each objective against its formula, by hand, on a discriminator with one number."""

import math

import pytest
import torch
from torch import Tensor

from ganvas.training.objectives import Anchor, Contrastive, Hinge, Matching, Minimax, NonSaturating, Relativistic, ZeroCentred
from ganvas.training.objectives.anchor import unevenness
from ganvas.training.objectives.contrastive import info_nce


class Slope:
    """D(x) = slope x sum of pixels; under a wrong condition one less; similarity is given."""

    def __init__(self, slope: float = 1.0, *, distinct: Tensor | None = None, similarity: Tensor | None = None) -> None:
        self.slope = torch.tensor(slope, requires_grad=True)
        self.distinct = distinct if distinct is not None else ~torch.eye(2, dtype=torch.bool)
        self.cosines = similarity if similarity is not None else torch.eye(2)

    def __call__(self, view: Tensor) -> Tensor:
        return self.slope * view.sum(dim=(1, 2, 3))[:, None]

    def wrong(self, view: Tensor) -> Tensor:
        return self(view) - 1

    def similarity(self, view: Tensor) -> Tensor:
        return self.cosines


def views(*sums: float) -> Tensor:
    return torch.tensor(sums)[:, None, None, None]


REAL, FAKE = views(2.0, 0.5), views(-1.0, 0.0)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_minimax_is_the_value_function() -> None:
    value = sum(math.log(sigmoid(x)) for x in (2.0, 0.5)) / 2 + sum(math.log(1 - sigmoid(x)) for x in (-1.0, 0.0)) / 2
    assert Minimax().discriminator(Slope(), REAL, FAKE).total.item() == pytest.approx(-value, abs=1e-6)
    lost = sum(math.log(1 - sigmoid(x)) for x in (-1.0, 0.0)) / 2
    assert Minimax().generator(Slope(), REAL, FAKE).total.item() == pytest.approx(lost, abs=1e-6)


def test_nonsaturating_generator_ascends_log_d() -> None:
    wanted = -sum(math.log(sigmoid(x)) for x in (-1.0, 0.0)) / 2
    assert NonSaturating().generator(Slope(), REAL, FAKE).total.item() == pytest.approx(wanted, abs=1e-6)


def test_hinge_leaves_alone_what_is_beyond_the_margin() -> None:
    assert Hinge().discriminator(Slope(), REAL, FAKE).total.item() == pytest.approx((0 + 0.5) / 2 + (0 + 1) / 2)
    assert Hinge().generator(Slope(), REAL, FAKE).total.item() == pytest.approx(0.5)


def test_relativistic_sees_only_differences() -> None:
    plain = Relativistic().discriminator(Slope(), REAL, FAKE).total
    shifted = Relativistic().discriminator(Slope(), REAL + 5, FAKE + 5).total
    assert plain.item() == pytest.approx(shifted.item(), abs=1e-5)
    assert plain.item() == pytest.approx((math.log1p(math.exp(-3)) + math.log1p(math.exp(-0.5))) / 2, abs=1e-6)


def test_penalty_is_the_exact_squared_gradient() -> None:
    real, fake = (view.expand(2, 3, 4, 4).clone().requires_grad_() for view in (REAL, FAKE))
    score = Slope(3.0)
    loss = ZeroCentred(gamma=0.5).discriminator(score, real, fake)
    assert loss.total.item() == pytest.approx(0.5 / 2 * 2 * 9 * 3 * 16)  # gamma/2 (R1 + R2), slope^2 for each of 48 numbers
    loss.total.backward()
    assert score.slope.grad is not None and score.slope.grad.item() == pytest.approx(0.5 * 2 * 3 * 48)  # twice differentiable


def test_matching_leaves_out_pairs_that_mean_the_same() -> None:
    everything_wrong = Matching().discriminator(Slope(), REAL, FAKE).total
    assert everything_wrong.item() == pytest.approx(math.log1p(math.exp(-1)), abs=1e-6)
    same = Slope(distinct=torch.zeros(2, 2, dtype=torch.bool))
    assert Matching().discriminator(same, REAL, FAKE).total.item() == 0
    assert Matching("hinge").discriminator(Slope(), REAL, FAKE).total.item() == pytest.approx((2 + 0.5) / 2)


def test_contrast_prefers_the_own_condition() -> None:
    apart = ~torch.eye(3, dtype=torch.bool)
    right, lost = (info_nce(s, apart, temperature=0.1).item() for s in (torch.eye(3), torch.ones(3, 3)))
    assert right < 0.01 and lost == pytest.approx(math.log(3), abs=1e-5)
    assert info_nce(torch.ones(3, 3), torch.zeros(3, 3, dtype=torch.bool), temperature=0.1).item() == 0
    assert Contrastive().generator(Slope(), REAL, FAKE).total.item() < 0.01


def test_anchor_pulls_only_where_the_condition_names_a_picture() -> None:
    real = torch.zeros(2, 4, 8, 8)
    fake = torch.stack([torch.zeros(4, 8, 8), torch.ones(4, 8, 8)])
    pull = Anchor(layout=5.0, colour=1.0, features=0.0)
    assert pull.generator(real, fake, weights=torch.tensor([1.0, 0.0])).total.item() == 0
    assert pull.generator(real, fake, weights=torch.tensor([0.0, 1.0])).total.item() == pytest.approx(6)


def test_even_surfaces_are_to_stay_even_and_edges_are_none() -> None:
    real = torch.zeros(2, 3, 8, 8)
    real[:, :, :, 4:] = 1  # two even halves
    spotted = real.clone()
    spotted[0, :, 2, 2] = 0.5
    moved = unevenness(real, spotted)
    assert moved[0] > 0 and moved[1] == 0
    shifted = unevenness(real, real.roll(1, dims=3))
    assert 0 < shifted[0] < 8 * 2 / (3 * 8 * 7) * 3, "an edge elsewhere is one step a row, however large the surfaces"
    faint = unevenness(real, real + 0.01 * torch.rand(2, 3, 8, 8))
    assert float(faint.max()) == 0, "two levels of 255 are even"
    whole = Anchor(surfaces=2.0).generator(real, spotted, weights=torch.ones(2), own=torch.tensor([1.0, 1.0]))
    assert whole.total - whole.parts["g/anchor"] == pytest.approx(2 * float(moved.mean()))
