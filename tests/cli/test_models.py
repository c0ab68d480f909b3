"""What the house says of itself: models, info."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.cli import main
from ganvas.data.cache import open_pictures
from ganvas.ground.images import save_png
from ganvas.store.folder import Folder
from tests.data.folders import picture
from tests.pipelines.fakes import write_enlarger, write_model
from tests.service.fakes import imagine

Said = pytest.CaptureFixture[str]


@pytest.fixture
def ganvas(monkeypatch: pytest.MonkeyPatch, capsys: Said):
    """Run a command that must end well, and return what it printed."""

    def run(*words: object) -> str:
        monkeypatch.setattr("sys.argv", ["ganvas", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        return said.out

    return run


def test_models_are_told_with_their_styles_and_licence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ganvas) -> None:
    write_model(tmp_path / "tiny", words=True, manifest={"summary": "Small things."})
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path)
    said = ganvas("models")
    for word in ("tiny: Small things.", "16 px, RGBA", "outline, solid", "CC0-1.0"):
        assert word in said
    write_enlarger(tmp_path / "tiny-x4")
    assert "tiny-x4: \n  makes RGBA of 16 px four times as large\n  licence: CC0-1.0" in ganvas("models")
    listed = json.loads(ganvas("models", "--json"))
    assert [one["name"] for one in listed] == ["tiny", "tiny-x4"]
    assert [one["folder"] for one in listed] == [str(tmp_path / "tiny"), str(tmp_path / "tiny-x4")]
    assert f"folder: {tmp_path / 'tiny-x4'}\n" in ganvas("models")
    assert json.loads(ganvas("info", tmp_path / "tiny-x4", "--json"))["does"] == "makes RGBA of 16 px four times as large"


def test_info_tells_what_a_thing_is(tmp_path: Path, ganvas) -> None:
    model = write_model(tmp_path / "model")
    works, _ = imagine("a cat", model=str(model), count=2, seed=5, llm="none")
    *one, sheet = Folder(tmp_path / "works").keep(works)
    save_png(tmp_path / "plain.png", np.zeros((4, 6, 3), dtype=np.uint8))
    Image.new("RGB", (6, 4)).save(tmp_path / "photo.jpg")

    told = {thing: json.loads(ganvas("info", thing, "--json")) for thing in (model, one[1], sheet, f"{sheet}#2")}
    assert [facts["kind"] for facts in told.values()] == ["model", "work", "sheet of 2 works", "work"]
    assert told[model]["judge"] == "none"
    assert told[one[1]] == told[f"{sheet}#2"]
    assert (told[one[1]]["idea"], told[one[1]]["number"], told[one[1]]["seed"]) == ("a cat", 1, 5)
    for name in ("plain.png", "photo.jpg"):
        assert "6 x 4" in ganvas("info", tmp_path / name)


LOG = """{"step": 1, "images": 4000, "seconds": 600.2, "g/loss": 0.5}
{"step": 2, "images": 8000, "seconds": 1201.0, "g/loss": 0.5}
{"step": 2, "images": 8000, "event": "collapse: over"}
{"step": 3, "ima"""


def test_info_says_how_far_a_run_is_and_whether_it_is_finished(tmp_path: Path, ganvas) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "recipe.toml").write_text("images = 32_000", encoding="utf-8")
    assert "state: not finished\npictures seen: 0 of 32,000 (0%), in 0 minutes\n" in ganvas("info", run)
    (run / "log.jsonl").write_text(LOG, encoding="utf-8")
    said = ganvas("info", run)
    assert said == (
        "kind: run\nstate: not finished\npictures seen: 8,000 of 32,000 (25%), in 20 minutes\nlast event: collapse: over\n"
        f"goes on with: ganvas train {run / 'recipe.toml'} -o {run}\n"
    )
    write_model(run / "model")
    told = json.loads(ganvas("info", run, "--json"))
    assert (told["state"], told["model"]) == ("finished", str(run / "model")) and "goes on with" not in told


def test_info_looks_into_the_pictures_as_a_training_does(tmp_path: Path, ganvas) -> None:
    for name, content in (("a.png", picture((1, 2, 3))), ("b.png", picture((1, 2, 3))), ("c.png", b"no picture")):
        (tmp_path / name).write_bytes(content)
    told = json.loads(ganvas("info", tmp_path, "--json"))
    assert told["count"] == 1 and told["left out"] == list(open_pictures(tmp_path, size=8).left)
    assert ganvas("info", tmp_path).count("left out: ") == 2
    (tmp_path / "a.png").write_bytes(b"nor this")
    (tmp_path / "b.png").unlink()
    assert "count: 0\n" in ganvas("info", tmp_path)


def test_out_may_be_one_file(tmp_path: Path, ganvas) -> None:
    model = write_model(tmp_path / "model")
    assert ganvas("imagine", "cat", "-m", model, "-n", 3, "-o", tmp_path / "sheet.png") == f"{tmp_path / 'sheet.png'}\n"
    assert ganvas("replay", f"{tmp_path / 'sheet.png'}#3", "-m", model, "-o", tmp_path / "third.png").endswith("third.png\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "sheet.png", "third.png"]


def test_info_says_what_a_model_of_a_folder_would_be_told(ganvas: Callable[..., str], tmp_path: Path) -> None:
    for name, colour in (("cats/a", (1, 2, 3)), ("cats/b", (4, 5, 6)), ("dogs/a", (7, 8, 9))):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture(colour))
    told = json.loads(ganvas("info", tmp_path, "--json"))
    assert (told["count"], told["class"], told["a model of it takes"]) == (3, "cats 2, dogs 1", "class")
    (tmp_path / "dogs" / "a.txt").write_text("a dog\n", encoding="utf-8")
    assert json.loads(ganvas("info", tmp_path, "--json"))["a model of it takes"] == "words, class"
    (tmp_path / "cats" / "a.txt").write_text("a cat\n", encoding="utf-8")
    assert json.loads(ganvas("info", tmp_path, "--json"))["a model of it takes"] == "words"
    (tmp_path / "cats" / "a.txt").unlink()
    assert json.loads(ganvas("info", tmp_path / "cats", "--json"))["a model of it takes"].startswith("nothing")
