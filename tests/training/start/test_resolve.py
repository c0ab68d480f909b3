"""What the machine is asked when a run begins: a task of its own for each precision that is timed, and no fit anew."""

import numpy as np
import pytest

from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.start import probe
from ganvas.training.start.resolve import resolve
from ganvas.training.tasks.priors import Priors
from tests.training.toy.data import PointsData
from tests.training.toy.recipe import PointsRecipe
from tests.training.toy.task import PointsTask


class Counted(PointsData):
    """Counts the tasks that are built, and fits nothing."""

    built = 0

    def fit_priors(self, recipe: PointsRecipe) -> Priors:
        raise AssertionError("the priors are fitted before the machine is asked")

    def task(self, recipe: PointsRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> PointsTask:
        self.built += 1
        return super().task(recipe, priors, ranks=ranks)


@pytest.mark.parametrize(
    ("precision", "images", "halves", "built"),
    [
        ("auto", None, True, 2),
        ("auto", None, False, 1),
        ("auto", 99, False, 0),
        ("float32", None, True, 1),
        ("float32", 99, True, 0),
    ],
)
def test_only_what_is_open_is_asked(
    precision: str, images: int | None, halves: bool, built: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "halves_help", lambda device: halves)  # pyright: ignore[reportUnknownLambdaType]
    data = Counted(np.zeros((32, 2), dtype=np.float32), None)
    recipe = PointsRecipe(task="points", sources=("x",), precision=precision, images=images, minutes=None if images else 1.0)  # pyright: ignore
    said: list[str] = []
    settled = resolve(recipe, data, {"middle": np.zeros(2, dtype=np.float32)}, say=said.append)
    assert (
        data.built == built
        and settled.images
        and settled.precision != "auto"
        and len(said) == (precision == "auto") + (images is None)
    )
