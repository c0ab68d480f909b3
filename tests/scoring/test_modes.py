"""Modes, counted by hand."""

import math

import numpy as np
import pytest

from ganvas.scoring.modes import kl_to_uniform, mode_counts, modes_seen


def test_modes_are_counted_by_the_classes_of_all_parts_in_order() -> None:
    parts = np.array([[0, 1], [0, 1], [1, 0], [2, 2]])
    counts = mode_counts(parts, classes=3)
    assert counts.tolist() == [0, 2, 0, 1, 0, 0, 0, 0, 1]
    assert modes_seen(counts) == 3
    assert mode_counts(np.zeros((0, 3), dtype=int), classes=10).shape == (1000,)


def test_kl_to_uniform_by_hand() -> None:
    assert kl_to_uniform(np.array([5, 5, 5, 5])) == 0
    assert kl_to_uniform(np.array([0, 7, 0, 0])) == pytest.approx(math.log(4))
    # 3/4 log(3/4 * 2) + 1/4 log(1/4 * 2)
    assert kl_to_uniform(np.array([3, 1])) == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))


def test_kl_of_a_fair_sample_is_about_what_its_doc_says() -> None:
    counts = np.bincount(np.random.default_rng(0).integers(0, 1000, 26_000), minlength=1000)
    assert kl_to_uniform(counts) == pytest.approx(999 / 52_000, rel=0.1)
