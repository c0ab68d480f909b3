"""A new kind of work is one folder and a line in each registry: points train, are killed, go on, export, draw and report."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.ground.locking import locked
from ganvas.ground.seeds import stream
from ganvas.models.read import read_model
from ganvas.pipelines.registry import PIPELINES, open_model
from ganvas.service.replay import REPLAYS, replay
from ganvas.store.folder import Folder
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint
from ganvas.training.engine.schedule import Progress
from ganvas.training.start.train import Trained, train
from ganvas.training.tasks.priors import FILE
from ganvas.training.tasks.registry import KINDS
from ganvas.training.tasks.ring.task import ring
from ganvas.vocabulary.manifest import MANIFESTS
from ganvas.vocabulary.provenance import KINDS as PROVENANCES
from ganvas.vocabulary.request import ReplayRequest
from tests.training.toy.pipeline import PointsManifest, PointsPipeline
from tests.training.toy.save import POINTS
from tests.training.toy.work import PointsProvenance, draw_points, replay_points


class KilledError(Exception):
    """The process is gone, with what it had not saved."""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each wing, and one for each record that both read."""
    monkeypatch.setitem(KINDS, "points", POINTS)
    monkeypatch.setitem(PIPELINES, "points", PointsPipeline)
    monkeypatch.setitem(MANIFESTS, "points", PointsManifest)
    monkeypatch.setitem(PROVENANCES, "points", PointsProvenance)
    monkeypatch.setitem(REPLAYS, "points", replay_points)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    points = ring(stream(0, "points"), 64)
    (tmp_path / "set").mkdir()
    lines = "\n".join(f"{x} {y}" for x, y in points.tolist())
    (tmp_path / "set" / "points.txt").write_text(lines, encoding="utf-8")
    return tmp_path / "set"


def train_points(folder: Path, out: Path, *, kill_at: int | None = None, said: list[str] | None = None) -> Trained:
    def watch(progress: Progress) -> None:
        if progress.step == kill_at:
            raise KilledError

    given = {"task": "points", "images": 160, "batch": 16, "precision": "float32", "threads": 1, "log_every": 1, "sheets": 2}
    say = (lambda line: None) if said is None else said.append
    return train([str(folder)], out=out, overrides=given | {"keep_minutes": 0.0}, explain=True, say=say, watch=watch)


def last(run: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(checkpoints(run / "checkpoints")[-1])[0]


def test_a_new_kind_trains_and_draws_without_a_word_in_src(folder: Path, tmp_path: Path) -> None:
    said: list[str] = []
    whole = train_points(folder, tmp_path / "whole", said=said)
    with pytest.raises(KilledError):
        train_points(folder, tmp_path / "cut", kill_at=5)
    again = train_points(folder, tmp_path / "cut")
    one, other = last(whole.run), last(again.run)
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
    assert (whole.run / FILE).read_bytes() == (again.run / FILE).read_bytes()

    assert whole.model is not None and again.model is not None
    models = [open_model(found) for found in (whole.model, again.model)]
    assert all(isinstance(model, PointsPipeline) for model in models)
    drawn = [model(5, seed=3) for model in models if isinstance(model, PointsPipeline)]
    assert np.array_equal(*drawn) and np.isfinite(drawn[0]).all() and drawn[0].std() > 0
    assert read_model(whole.model).digest == read_model(again.model).digest, "equal runs, one digest"

    work = draw_points(whole.model, 300, seed=4)
    (path,) = Folder(tmp_path / "works").keep([work])
    replayed = replay(ReplayRequest(work=str(path), model=str(again.model)))
    assert np.array_equal(replayed.pixels, work.pixels) and replayed.provenance == work.provenance

    entries = [json.loads(line) for line in (whole.run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any("score/distance" in entry for entry in entries)
    assert any(line.startswith("best score: Distance ") for line in said)
    page = (whole.run / "report.html").read_text(encoding="utf-8")
    assert "64 points" in page and "200 points" in page and "Points over marks" in page


def test_priors_of_a_run_are_read_and_not_fitted_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KilledError):
        train_points(folder, tmp_path / "run", kill_at=5)
    with monkeypatch.context() as patch:
        patch.setattr("tests.training.toy.data.PointsData.fit_priors", lambda *_: pytest.fail("fitted again"))
        train_points(folder, tmp_path / "run")
    (tmp_path / "run" / FILE).write_bytes((tmp_path / "run" / FILE).read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match=r"priors\.safetensors.*is damaged"):
        train_points(folder, tmp_path / "run")


def test_the_folder_is_held_until_the_model_is_saved(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge takes minutes after the last step; another training would replace the model meanwhile, and both would say saved."""
    refused: list[str] = []

    def save(model: Path, **given: Any) -> Any:
        with pytest.raises(InputError, match="another process works in this folder") as caught, locked(model.parent):
            pass
        refused.append(str(caught.value))
        return POINTS.save(model, **given)

    monkeypatch.setitem(KINDS, "points", replace(POINTS, save=save))
    assert train_points(folder, tmp_path / "run").model is not None and refused
    with locked(tmp_path / "run"):
        pass
