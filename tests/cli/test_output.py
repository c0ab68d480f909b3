"""`-o x.svg`: shapes where the model has any, refused before anything is drawn where it has not."""

from pathlib import Path

import pytest

from ganvas.pipelines import image
from ganvas.store.folder import read_works
from ganvas.vocabulary.provenance import SceneProvenance
from tests.cli.test_cli import ganvas
from tests.pipelines.fakes import FakeEncoder, write_model, write_painter


def test_works_are_kept_as_svg_and_drawn_again_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    model, one = write_painter(tmp_path / "m", encode=FakeEncoder().encode), tmp_path / "one.svg"
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-n", 1, "--size", 128, "--llm", "rules", "-o", one) == 0
    (made,) = read_works(one)
    assert capsys.readouterr().out == f"{one}\n" and isinstance(made, SceneProvenance) and made.size == 128
    assert ganvas(monkeypatch, "replay", one, "-m", model, "-o", tmp_path / "again.svg") == 0
    assert (tmp_path / "again.svg").read_bytes() == one.read_bytes()
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", one) == 2  # nothing is overwritten


def test_a_model_without_a_palette_is_refused_before_it_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was asked to draw")

    monkeypatch.setattr("ganvas.service.imagine.draw_works", never)
    assert ganvas(monkeypatch, "imagine", "cat", "-m", write_model(tmp_path / "m"), "-o", tmp_path / "x.svg") == 2
    assert "paints from no palette" in capsys.readouterr().err
    assert ganvas(monkeypatch, "restyle", "a.png", "--to", "pixel", "-o", tmp_path / "x.svg") == 2
    assert "ends in .png" in capsys.readouterr().err
