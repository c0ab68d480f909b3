"""A composer trains, is killed, goes on to the same bits, and its folder composes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.data.pieces import piece, write_pieces

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.models.read import read_model
from ganvas.pipelines.music_grid import outline_of_score
from ganvas.pipelines.registry import load_composer
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint
from ganvas.training.engine.schedule import Progress
from ganvas.training.start.train import Trained, train
from ganvas.training.tasks.music.task import draw_hidden

GIVEN = {
    "task": "music", "images": 24, "batch": 4, "precision": "float32", "threads": 1, "log_every": 1, "sheets": 2, "beats": 12,
    "alone": 0.5, "keep_minutes": 0.0, "generator": {"width": 8, "blocks": 2, "latent": 2},
    "critic": {"network": {"width": 8, "blocks": 1}, "gamma": 0.1, "lazy": 2},
}  # fmt: skip


class KilledError(Exception):
    """The process is gone, with what it had not saved."""


def compose_trained(folder: Path, out: Path, *, kill_at: int | None = None) -> Trained:
    def watch(progress: Progress) -> None:
        if progress.step == kill_at:
            raise KilledError

    return train([str(folder)], out=out, overrides=GIVEN, say=lambda _: None, watch=watch)


def test_a_composer_trains_goes_on_and_composes(tmp_path: Path) -> None:
    folder = write_pieces(tmp_path / "set")
    whole = compose_trained(folder, tmp_path / "whole")
    with pytest.raises(KilledError):
        compose_trained(folder, tmp_path / "cut", kill_at=4)
    again = compose_trained(folder, tmp_path / "cut")
    one, other = (load_checkpoint(checkpoints(done.run / "checkpoints")[-1])[0] for done in (whole, again))
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
    assert whole.model is not None and again.model is not None
    assert read_model(whole.model).digest == read_model(again.model).digest

    composer, outline = load_composer(whole.model), outline_of_score(piece(0))
    made = [composer.compose(outline, seed=seed, rounds=2) for seed in (1, 1, 2)]
    assert np.array_equal(made[0], made[1]) and not np.array_equal(made[0], made[2])
    assert made[0].shape == (4, 96) and np.isfinite(composer.judge(made[0], outline))
    page = (whole.run / "report.html").read_text(encoding="utf-8")
    assert "Whole pieces" in page and "soprano" in page


def test_a_folder_of_few_windows_is_refused(tmp_path: Path) -> None:
    write_pieces(tmp_path / "set")
    with pytest.raises(InputError, match="no piece to learn from"):
        train([str(tmp_path / "set")], out=tmp_path / "run", overrides={**GIVEN, "beats": 36}, say=lambda _: None)


def test_something_is_hidden_of_each_window_and_often_all_or_all_but_the_melody() -> None:
    hidden = draw_hidden(stream(0, "hidden"), 400, 12)
    assert hidden.shape == (400, 4, 12) and hidden.any(axis=(1, 2)).all()
    everything, melody = hidden.all(axis=(1, 2)), hidden[:, 1:].all(axis=(1, 2)) & ~hidden[:, 0].any(axis=1)
    assert 0.2 < everything.mean() < 0.4 and 0.1 < melody.mean() < 0.25
