"""The ring: its measure is right, and the games that theory calls good catch its modes."""

import json

import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.training.bench.ring import AGAINST, as_json, picture, train_row
from ganvas.training.objectives import OBJECTIVES
from ganvas.training.tasks.ring.task import POINTS, SIDE, caught, middles, plot, ring


def test_the_true_points_are_good() -> None:
    found = caught(ring(stream(0, "true"), POINTS))
    assert found.modes == 8
    assert found.good == pytest.approx(1 - np.exp(-4.5), abs=0.01)  # the share of a plane's Gaussian within 3 deviations


def test_a_mode_takes_twenty_good_points() -> None:
    first, second, far = middles()[0], middles()[1], np.zeros(2)
    found = caught(np.stack([*[first] * 20, *[second] * 19, *[far] * 61]))
    assert found.modes == 1 and found.good == pytest.approx(0.39)


def test_points_are_plotted_where_they_are() -> None:
    blank, dot = plot(np.zeros((0, 2))), plot(np.array([[0.0, 1.0]]))
    (changed,) = np.argwhere((blank != dot).any(axis=-1))
    assert changed[0] < SIDE / 4 and abs(changed[1] - SIDE / 2) <= 1  # up is up


def test_relativistic_with_both_penalties_catches_the_ring() -> None:
    row = train_row("relativistic", "r1+r2", seed=0, steps=900)
    assert row.modes >= 7 and row.good > 0.25


@pytest.mark.parametrize("penalty", AGAINST)
def test_every_game_can_be_played(penalty: str) -> None:
    for objective in OBJECTIVES:
        assert np.isfinite(train_row(objective, penalty, seed=3, steps=2).points).all()


def test_a_seed_plays_the_same_game_again() -> None:
    one, again, other = (train_row("relativistic", "r1+r2", seed=seed, steps=5).points for seed in (3, 3, 4))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_rows_are_told_as_data_and_as_a_picture() -> None:
    rows = [train_row("hinge", penalty, seed=0, steps=2) for penalty in AGAINST]
    told = json.loads(json.dumps(as_json(rows, seed=0)))
    assert [row["penalty"] for row in told["rows"]] == list(AGAINST)
    assert set(told["rows"][0]) == {"objective", "penalty", "modes", "good"}
    assert picture(rows).shape[2] == 3
