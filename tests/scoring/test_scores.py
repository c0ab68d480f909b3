"""Every score against a case whose answer is known in closed form or counted by hand."""

import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.scoring import scores
from ganvas.scoring.scores import (
    Estimate,
    concept_hits,
    fd,
    fd_floor,
    frechet,
    kid,
    kid_n,
    mean_of,
    median_ratio,
    ratio,
    retrieval_hits,
    share,
    unit,
)


def normal(name: str, *shape: int) -> np.ndarray:
    return stream(0, name).normal(shape).astype(np.float64)


def test_frechet_of_two_gaussians() -> None:
    mean, other = np.array([1.0, 2.0]), np.array([4.0, 6.0])
    cov, other_cov = np.diag([4.0, 9.0]), np.diag([1.0, 16.0])
    assert frechet(mean, cov, other, other_cov) == pytest.approx(25 + (2 - 1) ** 2 + (3 - 4) ** 2)  # of commuting covariances
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    turned = frechet(turn @ mean, turn @ cov @ turn.T, turn @ other, turn @ other_cov @ turn.T)
    assert turned == pytest.approx(27)
    assert frechet(mean, cov, mean, cov) == pytest.approx(0, abs=1e-9)


def test_fd_sees_a_shift_and_no_more() -> None:
    real = normal("real", 4000, 8)
    moved = real[::-1] + np.array([3.0, *[0.0] * 7])
    assert fd(moved, real, width=8).value == pytest.approx(9, rel=1e-3)
    assert fd(real, real, width=8).value == pytest.approx(0, abs=1e-6)


def test_the_floor_is_what_perfect_draws_have_and_falls_with_n() -> None:
    real = normal("real", 3000, 8)
    few, many = fd_floor(real, 500, width=8), fd_floor(real, 5000, width=8)
    assert 0 < many.value < few.value < 0.2
    perfect = real[stream(1, "draws").integers(len(real), 500)]
    assert few.low - 0.02 < fd(perfect, real, width=8).value < few.high + 0.02


def test_fd_takes_the_components_where_real_pictures_differ_most() -> None:
    real = normal("real", 2000, 4) * np.array([5.0, 3.0, 0.1, 0.1])
    moved = real + np.array([0.0, 0.0, 0.05, 0.0])
    assert fd(moved, real, width=2).value == pytest.approx(0, abs=1e-4)


def test_kid_is_zero_in_expectation_and_not_below_for_another_distribution() -> None:
    same = [kid(normal(f"a{number}", 60, 4), normal(f"b{number}", 80, 4)).value for number in range(60)]
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(60)
    assert min(same) < 0 < max(same)  # unbiased: a biased one never falls below zero
    assert kid(normal("a", 60, 4), normal("b", 80, 4) + 1).low > 0


def test_kid_counted_by_hand() -> None:
    x, y = np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])
    xx, yy = 1.0, (2 * 3 + 1) ** 3
    xy = np.mean([(0 * 2 + 1) ** 3, (0 * 3 + 1) ** 3, (1 * 2 + 1) ** 3, (1 * 3 + 1) ** 3])
    assert kid(x, y).value == pytest.approx(xx + yy - 2 * xy)


def test_kid_of_many_is_a_mean_over_blocks_that_all_have_a_say(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = kid(normal("a", 100, 4), normal("b", 100, 4) + 0.3)
    monkeypatch.setattr(scores, "BLOCK", 20)
    assert (kid_n(100, 100), kid_n(119, 300), kid_n(19, 300)) == (100, 100, 19)
    blocks = kid(normal("a", 100, 4), normal("b", 100, 4) + 0.3)
    assert whole.low < blocks.value < whole.high and blocks.value != whole.value
    assert 0.5 < (blocks.high - blocks.low) / (whole.high - whole.low) < 2  # no narrower than what all of them know
    x = normal("a", 100, 4)
    assert len({round(kid(np.where(np.arange(100)[:, None] == place, 9.0, x), x).value, 9) for place in range(100)}) == 100


def test_draws_of_one_concept_are_one_witness_of_a_kid() -> None:
    """Three draws of each thing, and each real thing in three styles, all but the same: no surer than one each."""
    x, y = normal("a", 100, 4), normal("b", 100, 4) + 0.3
    thrice = [np.repeat(rows, 3, axis=0) + 0.01 * normal("more", 300, 4) for rows in (x, y)]
    one, counted = kid(x, y), kid(*thrice)
    grouped = kid(*thrice, groups=np.repeat(np.arange(100), 3), real_groups=np.repeat(np.arange(100), 3))
    widths = [found.high - found.low for found in (one, grouped, counted)]
    assert 0.75 < widths[1] / widths[0] < 1.4 and widths[2] < 0.75 * widths[1]


def test_the_interval_of_kid_is_about_as_wide_as_its_spread() -> None:
    values = [kid(normal(f"a{number}", 100, 4), normal(f"b{number}", 100, 4) + 0.3).value for number in range(40)]
    found = kid(normal("a", 100, 4), normal("b", 100, 4) + 0.3)
    assert 0.5 < (found.high - found.low) / (2 * 1.96 * np.std(values)) < 2


def test_concepts_by_the_nearest_pictures_but_the_one_asked_for() -> None:
    bank = unit(np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]]))
    concepts = np.array(["cat", "dog", "cat", "dog"])
    asked = np.array([0, 0])
    pictures = unit(np.array([[1.0, 0.0], [0.0, 1.0]]))
    wanted = np.array(["cat", "cat"])
    assert concept_hits(pictures, wanted, bank, concepts, asked, count=1).tolist() == [False, True]  # the copy counts for nothing
    assert concept_hits(pictures, wanted, bank, concepts, np.array([-1, -1]), count=1).tolist() == [True, True]
    assert concept_hits(pictures, wanted, bank, concepts, asked, count=3).all()


def test_retrieval_among_other_families_only() -> None:
    captions = unit(np.array([[1.0, 0.0], [1.0, 0.01], [0.0, 1.0]]))
    picture = unit(np.array([[1.0, 0.02]]))  # nearer to the second caption than to its own
    own = np.array([0])
    assert retrieval_hits(picture, own, captions, np.array(["cat", "cat", "dog"])).tolist() == [True]
    assert retrieval_hits(picture, own, captions, np.array(["cat", "lynx", "dog"])).tolist() == [False]


def test_a_tie_is_a_miss_and_chance_is_one_in_a_hundred() -> None:
    same = np.ones((3, 2), dtype=np.float32)
    assert not retrieval_hits(same[:1], np.array([0]), same, np.array(["a", "b", "c"])).any()
    captions, pictures = unit(normal("captions", 300, 16)), unit(normal("pictures", 3000, 16))
    own = stream(0, "own").integers(300, 3000)
    hits = retrieval_hits(pictures, own, captions, np.arange(300).astype(str))
    assert hits.mean() == pytest.approx(0.01, abs=0.006)


def test_medians_against_medians() -> None:
    found = median_ratio(np.array([1.0, 2.0, 9.0]), np.array([4.0, 4.0]))
    assert found.value == 0.5 and found.low <= 0.5 <= found.high


def test_medians_are_resampled_by_groups() -> None:
    """Nine drawings of one thing are one witness, not nine."""
    alone, real = np.abs(normal("distances", 200)), np.ones(2)
    once = median_ratio(alone, real)
    grouped = median_ratio(np.repeat(alone, 9), real, groups=np.repeat(np.arange(200), 9))
    counted = median_ratio(np.repeat(alone, 9), real)
    assert grouped.high - grouped.low == pytest.approx(once.high - once.low, rel=0.25)
    assert counted.high - counted.low < 0.6 * (once.high - once.low)


def test_a_mean_of_estimates_is_surer_than_each() -> None:
    found = mean_of([Estimate(1.0, 0.0, 2.0), Estimate(3.0, 3.0, 3.0), Estimate(2.0, 1.0, 3.0), Estimate(2.0, 2.0, 2.0)])
    assert (found.value, found.low, found.high) == pytest.approx((2, 2 - 2**0.5 / 4, 2 + 2**0.5 / 4))


def test_shares_are_resampled_by_concept() -> None:
    hits = np.tile([True, False], 50)
    alone = share(hits, np.arange(100))
    together = share(np.repeat([True, False], 50), np.repeat(["a", "b"], 50))
    assert alone.value == together.value == 0.5
    assert alone.high - alone.low == pytest.approx(2 * 1.96 * 0.05, rel=0.15)
    assert (together.low, together.high) == (0.0, 1.0)  # two concepts tell next to nothing


def test_a_ratio_to_real_is_of_the_same_concepts() -> None:
    groups = np.arange(200) // 2
    real = np.arange(200) % 4 < 2
    found = ratio(real, groups, real, groups)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))  # drawn independently it would not be so narrow
    half = ratio(real & (np.arange(200) % 8 < 2), groups, real, groups)
    assert half.value == 0.5 and half.low < 0.5 < half.high


def test_a_name_carries_extractor_split_and_n() -> None:
    score = Estimate(0.5, 0.4, 0.6).named("R-precision@100", extractor="EfficientNet-Lite2", split="held out pair", n=1623)
    assert score.name == "R-precision@100 (EfficientNet-Lite2; held out pair; n = 1,623)"
    assert scores.Score(score.name, 0.5, 0.4, 0.6, 1623) == score
