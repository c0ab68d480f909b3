"""Every answer to "usable?", from signs alone: nothing is usable without evidence, and only a curve promises minutes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.scoring.signs import Signs
from ganvas.scoring.verdict import DISTANCE, LONGEST, in_words, judge, minutes_until, stopped

GOOD = Signs(96, distance=0.1, recall=0.8, spread=0.95, soft=0.03, rough=0.02, copied=0.1,
             classes=(("cat", 0.9), ("dog", 1.0)), recognised=0.97)  # fmt: skip
FALLING = [(60.0 * n, 1.0 / n) for n in range(1, 11)]
LEVEL = [(60.0 * n, 0.5) for n in range(1, 11)]


def test_a_good_model_is_usable_and_says_for_what() -> None:
    found = judge(GOOD, FALLING)
    assert found.answer == "yes" and found.minutes is None and "new pictures like yours" in found.text
    assert all(sign.good for sign in found.signs) and "distance 0.10" in found.text


def test_what_draws_its_pictures_again_is_usable_for_that() -> None:
    found = judge(replace(GOOD, copied=0.9), FALLING)
    assert found.answer == "yes" and "your pictures again" in found.text and "new pictures like" not in found.text


def test_troubles_of_the_training_do_not_hide_behind_a_good_score() -> None:
    assert "overfitting" in judge(GOOD, FALLING, troubles=["overfitting"]).text


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ({"distance": 0.5}, "do not look like your pictures"), ({"recall": 0.1}, "missing"), ({"soft": 0.5}, "blurred"),
        ({"rough": 0.5}, "noisy"), ({"recognised": 0.4}, "class that was asked for"),
        ({"classes": (("cat", 0.1), ("dog", 1.0))}, "cat"),
    ],
)  # fmt: skip
def test_each_sign_alone_is_enough_against_it(harm: dict[str, object], words: str) -> None:
    signs = replace(GOOD, **harm)  # pyright: ignore[reportArgumentType]
    later, never, unknown, unmeasured = (judge(signs, curve, images=1000) for curve in (FALLING, LEVEL, FALLING[:3], ()))
    assert later.answer == "not yet" and words in later.text and later.minutes and "--images" in later.do
    assert never.answer == "no" and words in never.text and never.minutes is None and "no longer falls" in never.text
    assert unknown.answer == "no" and "train it longer" in unknown.do
    assert unmeasured.answer == "no" and "train it longer" in unmeasured.do
    assert sum(not sign.good for sign in later.signs) >= 1 and all(sign.means for sign in later.signs)


def test_collapse_is_not_mended_by_minutes() -> None:
    each = judge(replace(GOOD, classes=(("cat", 0.1), ("dog", 0.2))), FALLING)
    every = judge(replace(GOOD, spread=0.1), FALLING)
    assert each.answer == every.answer == "no" and "each class" in each.text and "name the files" in each.do
    assert "name the files" not in judge(replace(GOOD, spread=0.1), FALLING, named=True).do


def test_without_pictures_enough_nothing_is_claimed() -> None:
    assert judge(None).answer == "not judged" and not judge(None).signs


def test_minutes_follow_the_curve() -> None:
    assert minutes_until(FALLING, 0.5) == pytest.approx(10, rel=0.01)  # 1 / t: twice the time halves it
    found = judge(replace(GOOD, distance=2 * DISTANCE), FALLING, images=1000)
    assert found.minutes == pytest.approx(10, rel=0.01) and "--images 2000" in found.do and "about 10 minutes" in found.text


@pytest.mark.parametrize("curve", [[], FALLING[:3], LEVEL, [(60.0 * n, float(n)) for n in range(1, 9)], [(0.0, 1.0)] * 8,
                                   [(60.0 * n, -1.0) for n in range(1, 9)]])  # fmt: skip
def test_no_minutes_are_promised_that_no_curve_says(curve: list[tuple[float, float]]) -> None:
    assert minutes_until(curve, 0.5) is None


def test_a_far_future_is_not_promised() -> None:
    assert minutes_until(FALLING, 1 / (LONGEST + 1)) is None


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1e-6, 1e3)), max_size=30), st.floats(0.01, 0.99))
def test_any_curve_gives_minutes_ahead_or_none(curve: list[tuple[float, float]], factor: float) -> None:
    minutes = minutes_until(sorted(curve), factor)
    assert minutes is None or 0 < minutes <= LONGEST * max(seconds for seconds, _ in curve) / 60


def test_a_stopped_run_says_how_long_the_rest_takes() -> None:
    found = stopped(500, 2000, 120.0, "it was stopped by hand")
    assert found.answer == "not yet" and found.minutes == pytest.approx(6) and "500 of 2,000" in found.text
    assert stopped(0, 2000, 0.0, "it was stopped by hand").minutes is None


def test_minutes_are_said_as_people_say_them() -> None:
    assert [in_words(value) for value in (0.2, 1.0, 7.4, 300.0)] == ["1 minute", "1 minute", "7 minutes", "5 hours"]
