"""`import ganvas`: what the command line does, as functions."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganvas
from ganvas.ground.errors import HealthError, InputError, Interrupted
from ganvas.ground.images import save_png
from tests.pipelines.fakes import FakeEncoder, write_model, write_painter, write_restyler


@pytest.fixture(autouse=True)
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that draws and a restyler, as if they were bundled."""
    write_model(tmp_path / "zoo" / "tiny")
    write_restyler(tmp_path / "zoo" / "hands")
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path / "zoo")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "zoo"


def test_works_have_an_image_and_a_record_and_are_saved_and_made_again(tmp_path: Path) -> None:
    first, second = ganvas.imagine("a red heart", n=2, model="tiny", seed=3, llm="none")
    assert isinstance(first.image, Image.Image) and first.image.size == (256, 256) and first.media_type == "image/png"
    assert (first.provenance.idea, first.provenance.number, second.provenance.number) == ("a red heart", 0, 1)
    np.testing.assert_array_equal(np.asarray(first.image), first.pixels)
    saved = first.save("heart.png")
    again = ganvas.replay(saved)
    assert saved == Path("heart.png") and again.provenance == first.provenance
    np.testing.assert_array_equal(again.pixels, first.pixels)
    assert (first.pixels != second.pixels).any()


def test_saving_overwrites_nothing_and_writes_png_only(tmp_path: Path) -> None:
    (work,) = ganvas.imagine("x", model="tiny", llm="none")
    work.save(tmp_path / "deep" / "work.png")
    for name, why in (("deep/work.png", "there already"), ("work.gif", "cannot write .gif"), ("work", "cannot write such files")):
        with pytest.raises(InputError, match=why):
            work.save(tmp_path / name)
    assert ganvas.replay(work.save(tmp_path / "deep" / "work.png", overwrite=True)).provenance == work.provenance


def test_a_file_an_image_and_a_work_are_redrawn_alike(tmp_path: Path) -> None:
    (work,) = ganvas.imagine("x", model="tiny", seed=1, llm="none", transparent=True)
    path = work.save("work.png")
    for picture in (path, str(path), work.image, work):
        redrawn = ganvas.restyle(picture, to="flat", model="hands", strength=0.5)
        assert redrawn.provenance.restyled is not None and redrawn.provenance.restyled.strength == 0.5
        assert redrawn.pixels.shape == work.pixels.shape
        np.testing.assert_array_equal(redrawn.pixels, ganvas.restyle(path, to="flat", model="hands", strength=0.5).pixels)
    redrawn = ganvas.restyle(work, to="flat", model="hands")
    assert redrawn.provenance.parents == (work.provenance,)
    path.unlink()
    np.testing.assert_array_equal(ganvas.replay(redrawn.save("redrawn.png")).pixels, redrawn.pixels)


def test_pillows_other_modes_are_redrawn_too() -> None:
    for mode in ("1", "L", "P", "CMYK", "I;16"):
        assert ganvas.restyle(Image.new(mode, (12, 9)), to="flat", model="hands").image.size == (12, 9)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"n": 0}, "n: must be at least 1, not 0"),
        ({"best_of": 100}, "best_of: must be at most 64, not 100"),
        ({"idea": " "}, "idea: is empty"),
        ({"model": "nowhere"}, "nowhere: is no model"),
    ],
)
def test_what_cannot_be_drawn_is_a_value_error_that_names_the_argument(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ganvas.imagine(**{"idea": "x", "model": "tiny", "llm": "none", **fields})  # pyright: ignore


def test_a_model_may_be_a_path(zoo: Path) -> None:
    assert ganvas.load(zoo / "tiny").manifest.name == "tiny"
    assert ganvas.imagine("x", model=zoo / "tiny", llm="none")[0].provenance.model == "tiny"


def test_train_fills_what_the_command_fills_and_returns_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    asked: list[tuple[object, ...]] = []
    ended = SimpleNamespace(model=tmp_path / "model", run=tmp_path, outcome=SimpleNamespace(reason="budget", troubles=()),
                            verdict=None)  # fmt: skip

    def run(sources: object, *, out: object, overrides: object) -> object:
        asked.append((sources, out, overrides))
        return ended

    monkeypatch.setattr("ganvas.training.train", run)
    assert ganvas.train("pictures", minutes=5.0, start_from=Path("emoji-64"), out="run") == tmp_path / "model"
    assert asked == [(["pictures"], Path("run"), {"minutes": 5, "start_from": "emoji-64"})]
    ended.outcome.troubles = (SimpleNamespace(name="collapse", words="all alike"),)
    with pytest.raises(HealthError, match="collapse: all alike"):
        ganvas.train("pictures")
    ended.model = None
    with pytest.raises(Interrupted, match="budget"):
        ganvas.train("pictures")


def test_importing_and_drawing_bring_in_no_torch_and_help_nothing_heavy(zoo: Path) -> None:
    code = (
        "import sys, ganvas\nassert 'numpy' not in sys.modules and 'pydantic' not in sys.modules\n"
        f"ganvas.imagine('x', model={str(zoo / 'tiny')!r}, llm='none')\nassert 'torch' not in sys.modules\n"
        "assert 'train' in dir(ganvas) and ganvas.SavableWork\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        ganvas.paint  # noqa: B018  # pyright: ignore
    save_png(Path("plain.png"), np.zeros((4, 4, 3), dtype=np.uint8))
    with pytest.raises(InputError, match="does not say how it was made"):
        ganvas.replay("plain.png")


def test_works_are_explored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.pipelines.image.open_encoder", lambda _: FakeEncoder())
    model = write_painter(tmp_path / "m", encode=FakeEncoder().encode, pixels=3)
    cat, robot = (ganvas.imagine(words, model=model, seed=1, llm="none")[0] for words in ("cat", "robot"))
    (near,) = ganvas.vary(cat, seed=1, model=model)
    both = ganvas.mix(near, robot, at=0.4, model=model)
    coloured = ganvas.recolour(both, to=["#0b7285", "#ffd43b"], model=model)
    path = ganvas.push(coloured, "cat->robot=0.5", model=model).save(tmp_path / "x.png")
    np.testing.assert_array_equal(
        ganvas.replay(path, model=model).pixels, ganvas.push(coloured, "cat->robot=0.5", model=model).pixels
    )
    walked = ganvas.walk(cat, path_of(robot, tmp_path), frames=3, size=64, model=model)
    assert walked.save(tmp_path / "w.gif").is_file() and len(list(walked.frames(1))) == 3
    with pytest.raises(InputError, match=r"\.gif or \.webp"):
        walked.save(tmp_path / "w.png")


def path_of(work: ganvas.SavableWork, folder: Path) -> Path:
    return work.save(folder / "robot.png")
