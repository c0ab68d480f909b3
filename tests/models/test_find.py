"""Where a model is looked for: the folder of a run stands for the model that it ended with."""

from pathlib import Path

import pytest

from ganvas.ground.errors import InputError
from ganvas.models.find import find_model
from tests.pipelines.fakes import write_model


def test_a_finished_run_stands_for_its_model(tmp_path: Path) -> None:
    run = tmp_path / "run"
    write_model(run / "model")
    (run / "recipe.toml").write_text("", encoding="utf-8")
    assert find_model(str(run)) == run / "model"
    assert find_model(str(run / "model")) == run / "model"


def test_a_run_without_a_model_says_how_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"has no model yet \(let it come to its end: ganvas train .*recipe.toml"):
        find_model(str(tmp_path))


def test_a_folder_that_is_neither_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "model")  # no run: nothing says so
    with pytest.raises(InputError, match="is no model"):
        find_model(str(tmp_path))
