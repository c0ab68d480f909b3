"""Propose k, judge, keep: the best is kept whatever its place, and the judge of a model folder judges what it says."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from ganvas.ground.errors import InputError
from ganvas.pipelines import load
from ganvas.pipelines.judge import best_of
from ganvas.vocabulary.condition import Condition, Weighted
from tests.pipelines.fakes import SIZE, FakeEncoder, constant, write_judged_model, write_model

ROBOT, CAT = (Condition(words=(Weighted(phrase=phrase),), labels={"style": "solid"}) for phrase in ("robot", "cat"))


@pytest.mark.parametrize("best", range(4))
def test_the_judge_chooses_and_not_the_order(best: int) -> None:
    works = ["a", "b", "c", "d"]
    kept, number = best_of(lambda number: works[number], lambda seen: np.array([work == works[best] for work in seen]), k=4)
    assert (kept, number) == (works[best], best)


def test_of_equals_the_first_is_kept() -> None:
    assert best_of(str, lambda seen: np.array([0.0, 1.0, 1.0]), k=3) == ("1", 1)


def test_all_are_judged_at_once_and_in_order() -> None:
    asked: list[list[int]] = []

    def judge(works: object) -> np.ndarray:
        asked.append(list(works))  # pyright: ignore
        return np.arange(5)

    assert best_of(lambda number: number * 10, judge, k=5) == (40, 4)
    assert asked == [[0, 10, 20, 30, 40]]


def test_one_needs_no_judge() -> None:
    def nobody(_: object) -> np.ndarray:
        raise AssertionError("there was nothing to choose")

    assert best_of(str, nobody, k=1) == ("0", 0)


def test_a_model_without_a_judge_has_none_and_draws(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m"))
    assert pipeline.judge is None
    assert pipeline([Condition()], pipeline.noise(0, number=0)).shape == (1, SIZE, SIZE, 4)


def test_verdicts_depend_on_picture_and_condition(tmp_path: Path) -> None:
    pipeline = load(write_judged_model(tmp_path / "m"))
    pipeline.encoder = FakeEncoder()
    assert pipeline.judge is not None
    pixels = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 4), dtype=np.uint8)
    first = pipeline.judge(pixels, [ROBOT, ROBOT])
    assert first.shape == (2,) and first.dtype == np.float32
    np.testing.assert_allclose(first, pipeline.judge.verdicts(pixels, [ROBOT, ROBOT]).sum(axis=1))
    np.testing.assert_array_equal(first, pipeline.judge(pixels, [ROBOT, ROBOT]))
    assert len({*first, *pipeline.judge(pixels, [CAT, CAT])}) == 4


def test_best_of_a_model_is_what_its_judge_prefers(tmp_path: Path) -> None:
    pipeline = load(write_judged_model(tmp_path / "m"))
    pipeline.encoder = FakeEncoder()
    judge = pipeline.judge
    assert judge is not None
    drawn = pipeline([ROBOT] * 6, np.concatenate([pipeline.noise(1, number=n) for n in range(6)]))
    kept, number = best_of(lambda n: drawn[n], lambda works: judge(np.stack(works), [ROBOT] * len(works)), k=6)
    assert number == int(np.argmax(judge(drawn, [ROBOT] * 6)))
    np.testing.assert_array_equal(kept, drawn[number])


def test_a_judge_that_says_nothing_finite_is_not_believed(tmp_path: Path) -> None:
    def mad(graph: onnx.ModelProto) -> None:
        graph.graph.initializer[0].CopyFrom(constant("to features", np.full((1792, 2), np.inf, dtype=np.float32)))

    pipeline = load(write_judged_model(tmp_path / "m", change=mad))
    pipeline.encoder = FakeEncoder()
    assert pipeline.judge is not None
    with pytest.raises(InputError, match="not two finite ones"):
        pipeline.judge(np.zeros((1, SIZE, SIZE, 4), dtype=np.uint8), [ROBOT])


def test_a_judge_of_other_widths_fails_in_one_line(tmp_path: Path) -> None:
    def narrow(graph: onnx.ModelProto) -> None:
        graph.graph.initializer[0].CopyFrom(constant("to features", np.zeros((7, 2), dtype=np.float32)))

    pipeline = load(write_judged_model(tmp_path / "m", change=narrow))
    pipeline.encoder = FakeEncoder()
    assert pipeline.judge is not None
    with pytest.raises(InputError, match="judge"):
        pipeline.judge(np.zeros((1, SIZE, SIZE, 4), dtype=np.uint8), [ROBOT])
