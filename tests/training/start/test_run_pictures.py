"""Kind: the same command goes on. Siblings: spellings of a folder, moved folders, added, missing and changed pictures, labels."""

import os
import shlex
from pathlib import Path

import pytest

from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.conditions import takes_of
from ganvas.ground.commands import command
from ganvas.ground.errors import InputError
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.reading import dump, name_of, resume_recipe
from ganvas.training.start.run_pictures import RunPictures, check_run_pictures, find_sources, keep_pictures, same_places
from ganvas.vocabulary.manifest import Takes
from tests.data.folders import picture
from tests.training.fakes import read_recipe


def opened(folder: Path) -> tuple[Pictures, Takes]:
    """What a training opens of a folder."""
    pictures = open_pictures(folder, size=16)
    return pictures, takes_of(pictures.records, conditional=True, encoder_width=512)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that began with two classes of two pictures."""
    for number, name in enumerate(("cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png")):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes(picture((50 * number, 9, 9)))
    (tmp_path / "run").mkdir()
    keep_pictures(tmp_path / "run", *opened(tmp_path / "data"))
    return tmp_path / "run"


def goes_on(run: Path, folder: Path, *, moved: bool = False) -> list[str]:
    """Check the pictures of a run that goes on, and return what is said."""
    said: list[str] = []
    check_run_pictures(run, RunPictures.of(*opened(folder)), where=str(folder), moved=moved, say=said.append)
    return said


def test_a_folder_is_one_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    spellings = ("data", "data/", "./data", f"{tmp_path}/data", f"{tmp_path}/data/", "data/../data")
    assert all(same_places([one], ["data"]) for one in spellings) and len({name_of([one]) for one in spellings}) == 1
    assert not same_places(["data"], ["data2"]) and not same_places(["data"], ["data", "data"])
    first = read_recipe(["data"], overrides={"images": 64})
    (tmp_path / "recipe.toml").write_text(dump(first), encoding="utf-8")
    for one in spellings:
        again = resume_recipe(read_recipe([one], overrides={"images": 96}), tmp_path / "recipe.toml")
        assert again.images == 96 and again.name == "data"
        assert not find_sources(again, first, tmp_path)


def test_a_run_is_told_where_its_pictures_are_now(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.parent)
    first = read_recipe(["data"], overrides={"images": 64})
    (run / "recipe.toml").write_text(dump(first), encoding="utf-8")
    (run.parent / "data").rename(run.parent / "new place")
    with pytest.raises(InputError, match="ganvas train FOLDER -o"):
        find_sources(first, first, run)
    again = resume_recipe(read_recipe(["new place"], overrides={"images": 96}), run / "recipe.toml")
    assert again.sources == ("new place",) and again.name == "data"
    assert find_sources(again, first, run) and goes_on(run, run.parent / "new place", moved=True) == []
    (run / "pictures.json").unlink()
    with pytest.raises(InputError, match="sources is"):
        find_sources(again, first, run)


def test_changed_pictures_are_named(run: Path) -> None:
    folder = run.parent / "data"
    assert goes_on(run, folder) == []
    (folder / "cat" / "9.png").write_bytes(picture((1, 200, 1)))
    (folder / "dog" / "1.png").unlink()
    (line,) = goes_on(run, folder)
    assert "1 added (cat/9.png); 1 missing (dog/1.png)" in line
    with pytest.raises(InputError, match="not those that this run began with: 1 added"):
        goes_on(run, folder, moved=True)


def test_pixels_that_changed_are_said(run: Path) -> None:
    changed = run.parent / "data" / "cat" / "0.png"
    changed.write_bytes(picture((1, 200, 1)))
    os.utime(changed, (9e8, 9e8))
    assert "pixels, captions or labels changed" in goes_on(run, run.parent / "data")[0]


def test_another_class_is_named_before_torch_sees_it(run: Path) -> None:
    (run.parent / "data" / "emu").mkdir()
    (run.parent / "data" / "emu" / "0.png").write_bytes(picture((1, 200, 1)))
    with pytest.raises(InputError, match=r"1 added \(emu/0.png\); class also has emu \(give another folder with -o\)"):
        goes_on(run, run.parent / "data")


def test_a_run_of_an_earlier_version_goes_on(run: Path) -> None:
    (run / "pictures.json").unlink()
    assert goes_on(run, run.parent / "data") == []


def test_a_name_that_was_given_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(dump(read_recipe(["data"], overrides={"images": 64, "name": "mine"})), encoding="utf-8")
    other: AnyRecipe = read_recipe(["data"], overrides={"images": 64, "name": "other"})
    with pytest.raises(InputError, match="name is 'mine' in this run and 'other' now"):
        resume_recipe(other, path)


def test_printed_commands_can_be_pasted() -> None:
    words = ["ganvas", "train", "my pictures", "it's", "a;b", "$HOME", "图片", "-o", "runs/x"]
    if os.name != "nt":
        assert shlex.split(command(words)) == words
    assert command(["ganvas", "train", "data", "-o", Path("runs")]) == "ganvas train data -o runs"
