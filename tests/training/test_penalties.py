"""Penalties and the losses of this theory's newer half against closed forms, on scores whose slope is known."""

import math

import pytest
import torch
from torch import Tensor

from ganvas.training.engine.schedule import Progress, Ramp
from ganvas.training.networks.ring import PointDiscriminator
from ganvas.training.objectives import (
    OBJECTIVES,
    PENALTIES,
    Auxiliary,
    Interpolated,
    LeastSquares,
    Minimax,
    NonSaturating,
    Wasserstein,
    overfitting_heuristic,
)
from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.tasks.adversarial.terms import DiscriminatorTerms
from tests.training.test_theory import ATOMS, PAIRS, Table, samples


class Bowl:
    """D(x) = steep / 2 ||x||^2: its slope at x is steep x."""

    def __init__(self, steep: float) -> None:
        self.steep = steep

    def __call__(self, view: Tensor) -> Tensor:
        return self.steep / 2 * view.square().sum(dim=(1, 2, 3))[:, None]


class Straight:
    """D(x) = w . x: its slope is w everywhere."""

    def __init__(self, *w: float) -> None:
        self.w = torch.tensor(w, requires_grad=True)

    def __call__(self, view: Tensor) -> Tensor:
        return view.flatten(1) @ self.w[:, None]


def points(*rows: tuple[float, ...]) -> Tensor:
    return torch.tensor(rows)[:, :, None, None].requires_grad_()


REAL, FAKE = points((3.0, 4.0), (0.0, 1.0)), points((-1.0, 0.0), (0.0, 2.0))  # ||x||^2: 25 and 1, 1 and 4


@pytest.mark.parametrize(("name", "squares"), [("r1", 13.0), ("r2", 2.5), ("r1+r2", 15.5)])
def test_r1_and_r2_are_mean_squared_gradient_norms_of_real_and_fake(name: str, squares: float) -> None:
    assert PENALTIES[name](0.5).discriminator(Bowl(2.0), REAL, FAKE).total.item() == pytest.approx(0.5 / 2 * 4 * squares)


@pytest.mark.parametrize(("name", "centre"), [("one-centred", 1.0), ("zero-centred", 0.0)])
def test_between_asks_on_the_lines(name: str, centre: float) -> None:
    """A quarter and three quarters of the way: (0, 1) of (-1, 0) to (3, 4), and (0, 1.25) of (0, 2) to (0, 1)."""
    wanted = ((2 * 1.0 - centre) ** 2 + (2 * 1.25 - centre) ** 2) / 2
    assert PENALTIES[name](10.0).discriminator(Bowl(2.0), REAL, FAKE).total.item() == pytest.approx(10 * wanted, rel=1e-5)


def test_between_spreads_its_shares_evenly() -> None:
    """On a slope that grows along the line the mean is the integral: 0 to 1 of x^2 is 1/3."""
    real, fake = torch.ones(100, 1, 1, 1), torch.zeros(100, 1, 1, 1)
    assert Interpolated(1.0, centre=0.0).discriminator(Bowl(1.0), real, fake).total.item() == pytest.approx(1 / 3, abs=1e-4)


def test_a_linear_critic_is_penalised_for_its_gradient_norm_only() -> None:
    critic = Straight(3.0, 4.0)
    loss = Interpolated(10.0).discriminator(critic, REAL, FAKE).total
    assert loss.item() == pytest.approx(10 * (5 - 1) ** 2, rel=1e-5)
    loss.backward()
    assert critic.w.grad is not None
    assert critic.w.grad.tolist() == pytest.approx([10 * 2 * 4 * 3 / 5, 10 * 2 * 4 * 4 / 5], rel=1e-5)


def test_a_flat_critic_has_a_finite_gradient() -> None:
    """The norm has no slope where the score has none: the root must not answer with an infinity."""
    for name in ("one-centred", "zero-centred"):
        critic = Straight(0.0, 0.0)
        PENALTIES[name](10.0).discriminator(critic, REAL, FAKE).total.backward()
        assert critic.w.grad is not None and torch.isfinite(critic.w.grad).all()


def test_the_best_straight_critic_of_wgan_gp() -> None:
    """Between distributions a shift t apart it minimises -a t + gamma (a - 1)^2: a = 1 + t / (2 gamma)."""
    shift, gamma = 0.8, 2.0
    fake = torch.linspace(-1, 1, 8)[:, None, None, None]
    for off, sign in ((0.0, 0), (0.1, 1), (-0.1, -1)):
        critic = Straight(1 + shift / (2 * gamma) + off)
        loss = Wasserstein().discriminator(critic, fake + shift, fake).total
        (loss + Interpolated(gamma).discriminator(critic, fake + shift, fake).total).backward()
        assert critic.w.grad is not None and critic.w.grad.item() == pytest.approx(2 * gamma * off, abs=1e-5)
        assert not sign or critic.w.grad.item() * sign > 0


def test_wasserstein_is_the_difference_of_means() -> None:
    critic = Straight(1.0, 2.0)
    assert Wasserstein().discriminator(critic, REAL, FAKE).total.item() == pytest.approx(-(11 + 2) / 2 + (-1 + 4) / 2)
    assert Wasserstein().generator(critic, REAL, FAKE).total.item() == pytest.approx(-(-1 + 4) / 2)


def test_least_squares_by_hand() -> None:
    critic = Straight(1.0, 0.0)  # real 3 and 0, fake -1 and 0
    assert LeastSquares().discriminator(critic, REAL, FAKE).total.item() == pytest.approx((4 + 1) / 4 + (1 + 0) / 4)
    assert LeastSquares().generator(critic, REAL, FAKE).total.item() == pytest.approx((4 + 1) / 4)


def test_least_squares_leaves_the_generator_pearsons_chi_square() -> None:
    """With codes -1, 1 and 0, D* = (p - q) / (p + q), and what it leaves, E_p[D*^2] + E_q[D*^2], is chi^2(p + q || 2 q)."""
    p, q = PAIRS["wide and narrow"]
    network, rule = Table(ATOMS), LeastSquares(fake=-1.0, real=1.0, passing=0.0)
    real, fake = samples(p, 20_000), samples(q, 20_000)
    optimiser = torch.optim.LBFGS(network.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = rule.discriminator(network, real, fake).total
        loss.backward()
        return loss

    optimiser.step(closure)
    wanted = ((p - q) ** 2 / (p + q)).sum()
    with torch.no_grad():
        left = network(real).square().mean() + rule.generator(network, real, fake).total * 2
        assert left.item() == pytest.approx(wanted, abs=0.01)


def test_a_beaten_generator_hears_of_it_from_all_but_minimax() -> None:
    """At D(G(z)) near 0 the slope with respect to the score: minimax -D, non-saturating -(1 - D)."""
    score = -9.0
    steep: dict[str, float] = {}
    for name, objective in OBJECTIVES.items():
        critic = Straight(1.0)
        fake = torch.full((2, 1, 1, 1), score, requires_grad=True)
        objective().generator(critic, -fake.detach(), fake).total.backward()
        assert fake.grad is not None
        steep[name] = fake.grad.sum().item()
    beaten = 1 / (1 + math.exp(-score))
    assert steep["minimax"] == pytest.approx(-beaten, rel=1e-4) and abs(steep["minimax"]) < 1e-3
    assert steep["nonsaturating"] == pytest.approx(-(1 - beaten), rel=1e-4)
    assert steep["leastsquares"] == pytest.approx(score - 1)
    assert steep["hinge"] == steep["wasserstein"] == pytest.approx(-1)
    assert steep["relativistic"] == pytest.approx(-1, abs=1e-4)


def test_nonsaturating_and_minimax_agree_on_the_way_and_not_on_how_far() -> None:
    for score in (-3.0, 0.0, 3.0):
        slopes: list[float] = []
        for objective in (Minimax(), NonSaturating()):
            fake = torch.full((1, 1, 1, 1), score, requires_grad=True)
            objective.generator(Straight(1.0), fake.detach(), fake).total.backward()
            assert fake.grad is not None
            slopes.append(fake.grad.item())
        sure = 1 / (1 + math.exp(-score))
        assert slopes == pytest.approx([-sure, sure - 1], abs=1e-6)  # one fades where drawings fail, the other where they pass


@pytest.mark.parametrize("name", PENALTIES)
def test_a_lazy_penalty_is_the_exact_one_on_average(name: str) -> None:
    """StyleGAN2, appendix B: at each k-th step, k times as heavy."""

    def mean(lazy: int) -> float:
        rules = Adversary.model_validate({"penalty": name, "gamma": Ramp(start=0.6, end=0.6), "lazy": lazy})
        against = DiscriminatorTerms(PointDiscriminator(), rules, conditional=False)
        total = 0.0
        for step in range(12):
            terms = against.terms(Progress(step=step, budget=12), turn="discriminator")[1:]
            total += sum(weight * term.discriminator(Bowl(1.0), REAL, FAKE).total.item() for weight, term in terms)
        return total / 12

    exact = PENALTIES[name](0.6).discriminator(Bowl(1.0), REAL, FAKE).total.item()
    assert mean(1) == pytest.approx(exact) and mean(4) == pytest.approx(exact)


class Reader:
    """Says two logits for one label; the second picture's label was dropped."""

    def __call__(self, view: Tensor) -> Tensor:
        return view.flatten(1)[:, :1]

    def classes(self, view: Tensor) -> list[tuple[Tensor, Tensor]]:
        return [(view.flatten(1), torch.tensor([[1.0, 0.0], [0.0, 0.0]]))]


def test_dropped_labels_do_not_count_for_the_auxiliary_classifier() -> None:
    on_real, on_fake = math.log1p(math.exp(4.0 - 3.0)), math.log1p(math.exp(0.0 + 1.0))
    assert Auxiliary().discriminator(Reader(), REAL, FAKE).total.item() == pytest.approx(on_real + on_fake, rel=1e-5)
    assert Auxiliary().generator(Reader(), REAL, FAKE).total.item() == pytest.approx(on_fake, rel=1e-5)


def test_sure_is_measured_from_where_an_objective_is_in_doubt() -> None:
    on_real, on_fake = torch.tensor([[0.2], [0.8], [2.0], [-1.0]]), torch.tensor([[1.0], [1.0], [1.0], [1.0]])
    assert overfitting_heuristic(on_real, on_fake, middle=0.0).item() == pytest.approx(0.5)
    assert overfitting_heuristic(on_real, on_fake, middle=LeastSquares().middle).item() == pytest.approx(0.0)
    assert overfitting_heuristic(on_real, on_fake, middle=None).item() == pytest.approx(-0.5)
