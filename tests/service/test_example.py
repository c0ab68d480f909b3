"""What a person can type after a training: a command with something that the model knows."""

import shlex
from pathlib import Path

import pytest

from ganvas.service.example import example_of
from tests.pipelines.fakes import THINGS, write_enlarger, write_model, write_speaking_model


@pytest.mark.parametrize(("write", "known"), [(write_speaking_model, THINGS[0]), (write_model, "anything")])
def test_the_command_names_something_that_the_model_knows(write: object, known: str, tmp_path: Path) -> None:
    write(tmp_path / "model")  # pyright: ignore
    said = example_of(tmp_path / "model", tmp_path)
    assert said is not None and shlex.split(said) == ["ganvas", "imagine", known, "-m", str(tmp_path), "-n", "4"]


def test_what_draws_nothing_has_none(tmp_path: Path) -> None:
    write_enlarger(tmp_path / "model")
    assert example_of(tmp_path / "model", tmp_path) is None
