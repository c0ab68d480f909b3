"""examples/four_steps.py does by hand, in 40 lines, what the loop does: the same bits after ten steps."""

import runpy
import sys
from pathlib import Path

import pytest
import torch

from ganvas.data.sets import make_set
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.tasks.image.data import ImageData
from tests.training.engine.test_loop import CutAt
from tests.training.fakes import read_recipe

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_ten_steps_by_hand_are_the_loops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    make_set("shapes", data, size=32)
    monkeypatch.setattr(sys, "argv", ["four_steps.py", str(data), str(tmp_path / "by_hand.pt")])
    runpy.run_path(str(EXAMPLES / "four_steps.py"))
    by_hand = dict(zip(("generator", "pixel"), torch.load(tmp_path / "by_hand.pt", weights_only=True), strict=True))

    recipe = read_recipe([str(EXAMPLES / "four_steps.toml")], overrides={"sources": (str(data),)})
    data_of = ImageData.open(recipe, None, say=print)
    task = data_of.task(recipe, data_of.fit_priors(recipe))
    start = {name: value.clone() for name, value in task.generator.state_dict().items()}
    Loop(task, run=Run(tmp_path / "run"), budget=recipe.images or 0).fit(CutAt(step=10))

    for name, weights in by_hand.items():
        mine = task.networks[name].state_dict()
        assert mine.keys() == weights.keys()
        assert all(torch.equal(mine[key], weights[key]) for key in weights)
    assert not torch.equal(start["synthesis.colour.weight"], by_hand["generator"]["synthesis.colour.weight"])


def test_it_is_40_lines_and_has_no_loop_of_ours() -> None:
    text = (EXAMPLES / "four_steps.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert "ganvas.training.engine.loop" not in text and "objectives" not in text
