"""Other people's Inception is shown folders and believed; nothing of it is installed here."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.data.sets import make_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import open_image
from ganvas.scoring import inception, score
from ganvas.scoring.scores import Estimate
from ganvas.training.bench.inception import WEIGHTS, open_inception
from tests.pipelines.fakes import write_model


class Sees:
    """Compares two folders by their mean colour, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[list[np.ndarray], list[np.ndarray]]] = []

    def __call__(self, drawn: Path, real: Path) -> dict[str, Estimate]:
        one, other = ([np.asarray(open_image(path)) for path in sorted(folder.iterdir())] for folder in (drawn, real))
        self.shown.append((one, other))
        far = abs(float(np.mean(one) - np.mean(other)))
        return {"FID": Estimate(far, far, far), "IS": Estimate(1.0, 0.9, 1.1)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inception")
    make_set("shapes", folder / "shapes", size=16, count=30)
    for path in (folder / "shapes").glob("*.json*"):
        path.unlink()  # pictures in folders, no words
    write_model(folder / "tiny", channels=3)
    return folder


def test_inception_is_shown_drawings_and_real_pictures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inception, "FD_LEAST", 20)
    sees = Sees()
    found = score(str(folder / "tiny"), folder / "shapes", compare=sees)
    ours, floor = found.find("ours", "all splits", "FID"), found.find("real pictures", "all splits", "FID")
    assert ours and floor
    assert ours.value > floor.value
    assert ours.name == f"FID (Inception of torch-fidelity; all splits; n = {ours.n})"
    (again, real), (drawn, same) = sees.shown
    assert len(again) == len(real) == len(drawn) == len(same) == ours.n
    assert all(one.shape == (16, 16, 3) for one in (*again, *real, *drawn))  # what is transparent lies on white
    assert {one.tobytes() for one in again} < {one.tobytes() for one in real}  # drawn with replacement


def test_few_pictures_are_not_shown_to_inception(folder: Path) -> None:
    found = score(str(folder / "tiny"), folder / "shapes", compare=Sees())
    assert found.find("ours", "all splits", "FID") is None
    assert any(line.startswith("FID, IS:") for line in found.left_out)


def test_torch_fidelity_is_asked_for_fid_and_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}
    library = ModuleType("torch_fidelity")

    def calculate_metrics(**given: object) -> dict[str, float]:
        asked.update(given)
        return {"frechet_inception_distance": 12.5, "inception_score_mean": 3.0, "inception_score_std": 0.1}

    library.calculate_metrics = calculate_metrics  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "torch_fidelity", library)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(InputError, match="weights of Inception are not there"):
        open_inception()
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    (tmp_path / "hub" / "checkpoints" / WEIGHTS).write_bytes(b"")
    said = open_inception()(tmp_path / "drawn", tmp_path / "real")
    assert said["FID"].value == 12.5
    assert (said["IS"].value, said["IS"].high) == (3.0, pytest.approx(3 + 1.96 * 0.1 / 10**0.5))
    assert asked["input1"] == str(tmp_path / "drawn") and asked["input2"] == str(tmp_path / "real")
    assert asked["feature_extractor_weights_path"] == str(tmp_path / "hub" / "checkpoints" / WEIGHTS)


def test_the_verb_says_in_one_line_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["score", "emoji-64", "nowhere", "--inception"])
    assert isinstance(done.exception, InputError) and "torch-fidelity" in str(done.exception)
