"""Nearest-neighbour measures counted by hand on a line, and against what papers say of them in closed form."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganvas.ground.seeds import stream
from ganvas.scoring import neighbours
from ganvas.scoring.neighbours import K, authentic, coverage, density, nearest, precision, radii, recall

Measure = Callable[..., np.ndarray]
MEASURES = (precision, recall, density, coverage)
seeds = st.integers(0, 1000)


def normal(name: str, *shape: int, seed: int = 0) -> np.ndarray:
    return stream(seed, name).normal(shape).astype(np.float64)


def line(*places: float) -> np.ndarray:
    return np.array(places)[:, None]


REAL = line(0, 1, 3, 7)  # nearest others at 1, 1, 2, 4


def test_counted_by_hand() -> None:
    drawn = line(2, 6, 20)
    assert radii(REAL, k=1).tolist() == [1, 1, 2, 4]
    assert radii(REAL, k=2).tolist() == [3, 2, 3, 6]
    assert precision(drawn, REAL, k=1).tolist() == [True, True, False]
    assert density(drawn, REAL, k=1).tolist() == [2, 1, 0]  # 2 lies on the rim of one ball and inside another
    assert density(drawn, REAL, k=2).tolist() == [2, 1, 0]  # 2 lies in all four, and it is divided by k
    assert coverage(drawn, REAL, k=1).tolist() == [False, True, True, True]
    assert recall(line(2, 2.5), REAL, k=1).tolist() == [False, False, True, False]


def test_the_nearest_but_itself() -> None:
    far, which = nearest(line(0, 4, 7), REAL)
    assert (far.tolist(), which.tolist()) == ([0, 1, 0], [0, 2, 3])
    far, which = nearest(line(0, 4, 7), REAL, np.array([0, -1, 3]))
    assert (far.tolist(), which.tolist()) == ([1, 1, 4], [1, 2, 2])


def test_memorised_is_nearer_to_a_picture_than_its_own_neighbour() -> None:
    assert authentic(line(0.4, 5.2, 12, -3), REAL).tolist() == [False, False, True, True]
    assert authentic(REAL, REAL).tolist() == [False] * 4  # copies
    assert authentic(REAL, REAL, np.arange(4)).tolist() == [False, False, True, True]  # each as if it had not been learned


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_leaving_a_picture_out_is_as_if_it_had_never_been_learned(seed: int) -> None:
    bank = normal("bank", 12, 2, seed=seed)
    found = authentic(bank, bank, np.arange(12))
    assert found.tolist() == [bool(authentic(bank[[n]], np.delete(bank, n, axis=0))[0]) for n in range(12)]


@settings(max_examples=20, deadline=None)
@given(seed=seeds, measure=st.sampled_from(MEASURES), scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_neither_scale_nor_place_nor_order_matters(seed: int, measure: Measure, scale: float, shift: float) -> None:
    drawn, real = normal("drawn", 15, 3, seed=seed), normal("real", 20, 3, seed=seed)
    found = measure(drawn, real)
    assert found.min() >= 0 and (found.dtype != bool or found.max() <= 1)
    assert measure(drawn * scale + shift, real * scale + shift).tolist() == found.tolist()
    assert measure(drawn[::-1], real[::-1]).tolist() == found[::-1].tolist()


@settings(max_examples=20, deadline=None)
@given(seed=seeds, more=st.integers(0, 10))
def test_copies_of_all_real_pictures_are_precise_and_miss_nothing(seed: int, more: int) -> None:
    real = normal("real", 20, 3, seed=seed)
    drawn = real[np.arange(20 + more) % 20]
    assert precision(drawn, real).all() and coverage(drawn, real).all() and recall(drawn, real).all()


def test_two_samples_of_one_distribution() -> None:
    drawn, real = normal("drawn", 1500, 4), normal("real", 1500, 4)
    assert density(drawn, real).mean() == pytest.approx(1, abs=0.07)
    assert coverage(drawn, real).mean() == pytest.approx(1 - 2.0**-K, abs=0.015)
    assert precision(drawn, real).mean() == pytest.approx(
        recall(drawn, real).mean(), abs=0.02
    )  # neither sample is the better one


def test_one_thing_drawn_well_is_precise_and_covers_little() -> None:
    real = np.concatenate([normal("a", 200, 3), normal("b", 200, 3) + 20])
    drawn = normal("drawn", 400, 3)
    assert precision(drawn, real).mean() > 0.85
    assert recall(drawn, real).mean() == pytest.approx(0.5, abs=0.1) and coverage(drawn, real).mean() <= 0.51
    noise = 40 * normal("noise", 400, 3)
    assert precision(noise, real).mean() < 0.1 and density(noise, real).mean() < 0.1


def test_an_outlier_makes_precision_kind_but_not_density() -> None:
    """What density is for (Naeem et al. 2020): one far real picture has a ball that holds all noise between."""
    real = np.concatenate([normal("real", 100, 2), np.array([[1000.0, 0.0]])])
    noise = normal("noise", 50, 2) + np.array([500.0, 0.0])
    assert precision(noise, real).all()
    assert density(noise, real).mean() <= 1 / K


def test_samples_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, real = normal("drawn", 23, 3), normal("real", 31, 3)
    own = np.arange(31)
    before = [measure(drawn, real).tolist() for measure in MEASURES], authentic(real, real, own).tolist()
    monkeypatch.setattr(neighbours, "BLOCK", 7)
    assert ([measure(drawn, real).tolist() for measure in MEASURES], authentic(real, real, own).tolist()) == before
