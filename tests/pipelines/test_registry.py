"""Models by name or folder: what is loaded is what was shipped."""

import json
from pathlib import Path

import pytest

import ganvas
from ganvas.ground.errors import InputError
from ganvas.models.find import models
from ganvas.models.read import read_manifest
from ganvas.pipelines import load
from ganvas.pipelines.registry import open_model
from tests.pipelines.fakes import sign, write_model


def test_load_is_at_the_top(tmp_path: Path) -> None:
    pipeline = ganvas.load(write_model(tmp_path / "m"))
    assert pipeline.manifest.name == "tiny" and len(pipeline.digest) == 64


def test_the_digest_names_every_file(tmp_path: Path) -> None:
    """Another byte in any file is another model."""
    folder = write_model(tmp_path / "m")
    first = load(folder).digest
    (folder / "README.md").write_text("a card", encoding="utf-8")
    assert load(sign(folder)).digest != first


def test_a_shipped_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "zoo" / "tiny")
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path / "zoo")
    assert [folder.name for folder in models()] == ["tiny"]
    assert load("tiny").manifest.name == "tiny"
    with pytest.raises(InputError, match=r"is no model .*tiny"):
        load("huge")


def test_no_name_leads_out_of_the_zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "elsewhere" / "tiny")
    (tmp_path / "zoo").mkdir()
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path / "zoo")
    monkeypatch.chdir(tmp_path / "zoo")
    for name in ("tiny", "..", "."):
        with pytest.raises(InputError, match="is no model"):
            load(name)


def test_a_model_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_model(tmp_path / "m")
    monkeypatch.setattr("ganvas.models.read.MAX_MODEL", 100)
    with pytest.raises(InputError, match="more than 100 bytes"):
        load(folder)


def test_every_shipped_model_loads() -> None:
    for folder in models():
        assert folder.name.removesuffix("-1") == read_manifest(folder)[0].name  # an earlier edition keeps its name inside
        assert open_model(folder.name).digest == read_manifest(folder)[1]
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 20_000_000


def test_what_shipped_models_say_of_themselves_is_written_as_it_was() -> None:
    for folder in models():
        path = folder / "model.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        read = read_manifest(folder)[0].model_dump(mode="json")
        younger = {"fit": "crop", **({"palette": 0, "appearance": 0} if told["task"] == "image" else {})}
        assert told["task"] in ("music", "verse") or told["size"] == 64
        assert read == {**younger, **told}


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    (tmp_path / "outside.onnx").write_bytes((folder / "mapping.onnx").read_bytes())
    (folder / "mapping.onnx").unlink()
    try:
        (folder / "mapping.onnx").symlink_to(tmp_path / "outside.onnx")
    except OSError:
        pytest.skip("this system lets nobody make links")
    with pytest.raises(InputError, match="leads out of the folder"):
        load(folder)
