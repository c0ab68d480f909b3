from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline, load
from ganvas.scoring.effects import Copies, label_effect, seed_effect, spread
from ganvas.scoring.evaluator import Evaluator
from ganvas.scoring.scores import unit
from ganvas.vocabulary.condition import Condition
from tests.pipelines.fakes import write_model


def known(features: np.ndarray, *, concepts: list[str], splits: list[str], families: list[str] | None = None) -> Evaluator:
    evaluator = object.__new__(Evaluator)
    evaluator.tables, evaluator.splits, evaluator.families = (
        {"features": features},
        np.array(splits),
        np.array(families or concepts),
    )
    evaluator.concepts = evaluator.things = np.array(concepts)
    return evaluator


def test_rows_at_right_angles_lie_the_root_of_two_apart() -> None:
    assert spread(np.eye(4)) == pytest.approx(2**0.5)
    assert spread(np.ones((3, 2)) / 2**0.5) == pytest.approx(0, abs=1e-6)
    assert np.isnan(spread(np.eye(1)))


def test_draws_are_held_against_their_family() -> None:
    real = np.concatenate([np.eye(6)[:3], np.eye(6)[3:5], np.eye(6)[5:]])
    evaluator = known(real, concepts=list("abcdef"), splits=["train"] * 6, families=["x"] * 3 + ["y"] * 2 + ["alone"])
    same = np.repeat(stream(0, "draws").normal((3, 6)), 2, axis=0)
    asked = np.array([0, 0, 3, 3, 5, 5])
    found = seed_effect(evaluator, same, asked)
    assert found is not None and found.value == pytest.approx(0, abs=1e-3)  # two draws of each prompt, the same
    found = seed_effect(evaluator, np.eye(6), asked)
    assert found is not None and found.value == pytest.approx(1)
    assert seed_effect(evaluator, np.eye(6), np.arange(6)) is None  # nothing was drawn twice


def test_a_copy_of_another_concept_is_found_and_one_of_its_own_is_not() -> None:
    chance = stream(0, "pictures")
    features = chance.normal((60, 8))
    evaluator = known(features, concepts=[f"c{n}" for n in range(60)], splits=["train"] * 40 + ["held out family"] * 20)
    copies, asked = Copies(evaluator), np.arange(40, 60)
    real = copies.share(features[asked], asked)
    assert real is not None and real.value == pytest.approx(0.05)  # by definition
    of_others = copies.share(features[:20] + 0.001 * chance.normal((20, 8)), asked)
    assert of_others is not None and of_others.value == 1
    own = copies.share(features[:20], np.arange(20))
    assert own is not None and own.value < 0.5


def test_concepts_that_are_all_there_is_copy_nothing() -> None:
    copies = Copies(known(np.eye(4), concepts=["a"] * 4, splits=["train"] * 4))
    assert copies.limit is None and copies.share(np.eye(4), np.arange(4)) is None


def test_only_the_label_is_swapped(tmp_path: Path) -> None:
    values = ("a", "b", "c")
    pipeline = load(write_model(tmp_path / "tiny", labels={"class": values, "other": ("p", "q")}))
    told = [Condition(labels={"class": value, "other": "p"}) for value in ("a", "b", "c", "a")]
    moved = label_effect(pipeline, told, "class", seed=5)
    assert moved.shape == (4,) and (moved > 0).all()
    noise = pipeline.noise(5, number=1)
    pairs = [
        lay_over(pipeline([Condition(labels={"class": value, "other": "p"})], noise)).astype(float) for value in ("b", "c", "a")
    ]
    apart = [np.abs(pairs[0] - other).mean() for other in pairs[1:]]
    assert min(np.abs(moved[1] - apart)) < 1e-9  # the same noise, the other label as it was
    assert not len(label_effect(pipeline, [Condition(labels={"other": "p"})], "class", seed=5))


def test_a_model_that_draws_from_appearances_is_given_the_same_twice(tmp_path: Path) -> None:
    seen: list[np.ndarray] = []

    class Painter(ImagePipeline):
        def __init__(self) -> None:
            self.manifest: Any = SimpleNamespace(takes=SimpleNamespace(labels={"style": ("a", "b")}))
            self.__dict__["appearances"] = SimpleNamespace(codes=np.zeros((9, 3)), vectors=lambda rows: unit(np.eye(9)[rows]))

        def noise(self, seed: int, *, number: int) -> np.ndarray:
            return stream(seed, "noise", step=number).normal((1, 4))

        def latents(self, told: list[Condition], noise: np.ndarray, *, appearances: np.ndarray) -> np.ndarray:
            seen.append(appearances)
            return np.array([[one.labels["style"] == "a"] for one in told])

        def draw(self, w: np.ndarray) -> np.ndarray:
            return np.where(w[..., None, None], 10, 30).astype(np.uint8) * np.ones((1, 4, 4, 3), dtype=np.uint8)

    assert label_effect(Painter(), [Condition(labels={"style": "a"})] * 3, "style", seed=0).tolist() == [20] * 3
    assert (seen[0] == seen[1]).all()
