"""Redrawing pictures in Python and by command: EXIF, alpha, folders, provenance, replay, scenes in one style."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.ground.errors import InputError
from ganvas.ground.images import open_image, save_png
from ganvas.service.pictures import find_pictures
from ganvas.store.folder import Folder, read_work, read_works, save_sheet
from ganvas.vocabulary.work import Work
from tests.pipelines.fakes import write_model, write_restyler
from tests.service.fakes import imagine, redraw, replay


@pytest.fixture(autouse=True)
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A restyler and a model that draws, as if they were bundled."""
    zoo = tmp_path / "zoo"
    write_restyler(zoo / "hands")
    write_model(zoo / "tiny")
    monkeypatch.setattr("ganvas.models.find.ZOO", zoo)
    monkeypatch.chdir(tmp_path)
    return zoo


def redrawn(path: Path, style: str = "flat", strength: float = 1.0) -> Work:
    return redraw(path, style, model="hands", strength=strength)


def sticker(path: Path) -> np.ndarray:
    pixels = np.zeros((20, 30, 4), dtype=np.uint8)
    pixels[5:15, 5:25] = (200, 40, 90, 255)
    save_png(path, pixels)
    return pixels


def test_a_photograph_is_redrawn_upright(tmp_path: Path) -> None:
    pixels = np.zeros((20, 30, 3), dtype=np.uint8)
    pixels[:, 15:] = 255
    exif = Image.Exif()
    exif[274] = 6  # the camera was turned
    Image.fromarray(pixels).save(tmp_path / "p.jpg", exif=exif, quality=95)
    drawn = redrawn(tmp_path / "p.jpg").pixels
    assert drawn.shape == (30, 20, 3)
    assert drawn[-5:].mean() > drawn[:5].mean() + 100


def test_alpha_is_kept(tmp_path: Path) -> None:
    sticker(tmp_path / "s.png")
    drawn = redrawn(tmp_path / "s.png").pixels
    assert drawn.shape == (20, 30, 4) and drawn[10, 15, 3] == 255


def test_a_soft_shadow_stays_soft(tmp_path: Path) -> None:
    pixels = np.full((40, 40, 4), (0, 0, 0, 10), dtype=np.uint8)
    save_png(tmp_path / "s.png", pixels)
    alpha = redrawn(tmp_path / "s.png", strength=0.01).pixels[8:-8, 8:-8, 3]
    assert np.abs(alpha.astype(int) - 10).max() <= 2


def test_words_or_a_name_that_no_system_could_hold_names_nothing(tmp_path: Path) -> None:
    sticker(tmp_path / "s.png")
    with pytest.raises(InputError, match=r"no style|as near"):
        redraw(tmp_path / "s.png", "奇" * 300, model="hands")
    for name in ("x" * 300, "a**b[.png", "nothing-*.png"):
        with pytest.raises(InputError, match="names no file"):
            find_pictures([name], out=tmp_path / "out")


def test_a_work_says_how_it_was_made_and_is_made_again(tmp_path: Path) -> None:
    pixels = sticker(tmp_path / "s.png")
    work = redrawn(tmp_path / "s.png", strength=0.5)
    (kept,) = Folder(tmp_path / "out").keep([work], name="s flat")
    assert kept.name == "s-flat-001-1.png"
    told = read_work(str(kept))
    assert told == work.provenance and told.restyled is not None and told.picture is not None
    assert (told.pipeline, told.model, told.restyled.style, told.restyled.strength) == ("restyle", "hands", "flat", 0.5)
    assert "Style: flat 0.5 (hands)" in told.parameters()
    again = replay(told, work=str(kept))  # the picture lies in the folder above
    np.testing.assert_array_equal(again.pixels, work.pixels)

    moved = tmp_path / "elsewhere" / "other name.png"
    moved.parent.mkdir()
    (tmp_path / "s.png").rename(moved)
    with pytest.raises(InputError, match=r"s\.png, is not here .*--picture"):
        replay(told, work=str(kept))
    np.testing.assert_array_equal(replay(told, work=str(kept), picture=moved).pixels, work.pixels)
    save_png(tmp_path / "s.png", 255 - pixels)
    with pytest.raises(InputError, match="its pixels differ"):
        replay(told, work=str(kept), picture=tmp_path / "s.png")


def test_a_model_that_changed_makes_nothing_again(tmp_path: Path, zoo: Path) -> None:
    sticker(tmp_path / "s.png")
    work = redrawn(tmp_path / "s.png")
    manifest = json.loads((zoo / "hands" / "model.json").read_text(encoding="utf-8"))
    (zoo / "hands" / "model.json").write_text(json.dumps({**manifest, "summary": "another"}), encoding="utf-8")
    with pytest.raises(InputError, match="redrawn by another hands"):
        replay(work.provenance, work="s.png")


def test_a_work_of_a_work_is_made_again_without_the_first_file(tmp_path: Path) -> None:
    works, _ = imagine("a cat", model="tiny", count=1, seed=3)
    (first,) = Folder(tmp_path / "a").keep(works)
    second = redrawn(first)
    assert second.provenance.parents == (works[0].provenance,)
    first.unlink()
    np.testing.assert_array_equal(replay(second.provenance, work="gone.png").pixels, second.pixels)


def test_a_scene_is_drawn_in_a_restylers_style_and_drawn_again(tmp_path: Path) -> None:
    plain = imagine("a cat", model="tiny", count=2, seed=3)[0]
    works = imagine("a cat", model="tiny", count=2, seed=3, style="round")[0]
    assert (works[0].pixels != plain[0].pixels).any()
    told = works[1].provenance
    assert told.restyled is not None and (told.restyled.name, told.restyled.style) == ("hands", "round")
    np.testing.assert_array_equal(replay(told, work="x").pixels, works[1].pixels)
    save_sheet(tmp_path / "sheet.png", works)
    assert read_works(tmp_path / "sheet.png")[1] == told
    other = imagine("a cat", model="tiny", count=1, seed=3, style=f"{tmp_path / 'zoo' / 'hands'}/flat")[0]
    assert other[0].provenance.restyled is not None
    with pytest.raises(InputError, match="knows no style 'oil'"):
        imagine("a cat", model="tiny", count=1, style="oil")
    with pytest.raises(InputError, match="hands knows no style 'oil'"):
        imagine("a cat", model="tiny", count=1, style="hands/oil")


def test_a_style_of_the_model_is_redrawn_by_who_learned_from_its_own_pictures(zoo: Path, tmp_path: Path) -> None:
    pictures = f"2 pictures, sha256 {'a' * 64}"
    for name, learned in (("drawn", pictures), ("other", f"{pictures[:-1]}b")):
        write_model(zoo / name, labels={"style": ["flat", "oil"]}, manifest={"name": name, "trained_on": learned})
    write_restyler(zoo / "own", trained_on=f"2 redrawn, {pictures}")

    def draw(model: str, **asked: Any) -> Work:
        return imagine("a cat", model=model, count=1, seed=3, llm="none", **asked)[0][0]

    plain, work = draw("other", style="flat"), draw("drawn", style="Flat")
    assert plain.provenance.restyled is None, "it learned elsewhere"
    assert draw("drawn").provenance.restyled is None, "no style was asked for"
    assert draw("drawn", style="oil").provenance.restyled is None, "it knows no oil"
    told = work.provenance
    assert told.restyled is not None and (told.restyled.name, told.restyled.style) == ("own", "flat")
    assert (work.pixels != plain.pixels).any()
    (kept,) = Folder(tmp_path / "out").keep([work], name="cat")
    np.testing.assert_array_equal(replay(read_work(str(kept)), work=str(kept)).pixels, work.pixels)
    with pytest.raises(InputError, match="drawn knows no style 'ink'"):
        draw("drawn", style="ink")
    chosen = draw("drawn", style="own/flat")
    assert chosen.provenance.conditions[0].labels == {"style": "flat"}
    np.testing.assert_array_equal(chosen.pixels, work.pixels)
    brief = plain.provenance.brief
    assert brief is not None
    oil = brief.model_copy(update={"elements": (brief.elements[0].model_copy(update={"style": "oil"}),)})
    left, raw = (draw(model, style="flat", brief=oil) for model in ("drawn", "other"))
    np.testing.assert_array_equal(left.pixels, raw.pixels, "its brief says oil")


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["restyle", *words])
    error = f"{done.exception}" if done.exception and not isinstance(done.exception, SystemExit) else ""
    return done.exit_code, done.stdout, done.stderr + error


def test_a_folder_is_redrawn_and_what_is_no_picture_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for name in ("a", "sub/b"):
        sticker(folder / f"{name}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    code, out, said = run("mine", "--to", "flat", "-m", "hands", "-o", "out", "--json")
    made = json.loads(out)
    assert code == 0 and [Path(name).name for name in made["files"]] == ["a-flat-001-1.png", "b-flat-001-1.png"]
    assert made["works"][0]["pipeline"] == "restyle" and "left out: mine/broken.png" in said.replace("\\", "/")
    assert said.startswith("flat, strength 1, model hands")


def test_a_folder_does_not_take_in_what_was_drawn_from_it_and_no_picture_comes_twice(tmp_path: Path) -> None:
    for name in ("a.png", ".hidden.png", "sub/b.png", "out/a-flat-001-1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name)

    def found(*names: str, out: str = "out") -> list[Path]:
        return [one.path for one in find_pictures(names, out=tmp_path / out)]

    inside = [tmp_path / "a.png", tmp_path / "sub" / "b.png"]
    assert found(f"{tmp_path}") == inside
    assert found(f"{tmp_path / 'out'}", out="") == [tmp_path / "out" / "a-flat-001-1.png"]
    assert found(f"{tmp_path}/*") == [tmp_path / ".hidden.png", tmp_path / "a.png"]
    assert found(f"{tmp_path / 'a.png'}", f"{tmp_path / 'sub' / '..' / 'a.png'}") == [tmp_path / "a.png"]


def test_patterns_and_single_files(tmp_path: Path) -> None:
    sticker(tmp_path / "a.png")
    code, out, _ = run("*.png", "--to", "round", "-m", "hands", "-o", "half-0.5", "--strength", "0.5")
    assert code == 0 and (tmp_path / "half-0.5").is_dir()
    code, out, _ = run("*.png", "--to", "round", "-m", "hands", "-o", "one.png", "--strength", "0.5")
    assert code == 0 and out.strip() == "one.png" and open_image(tmp_path / "one.png").size == (30, 20)
    assert run("a.png", "--to", "round", "-m", "hands", "-o", "one.png")[2].endswith("(give another name)")
    assert "2 pictures do not fit into one file" in run("a.png", "one.png", "--to", "flat", "-m", "hands", "-o", "two.png")[2]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nowhere.png", "--to", "flat", "-m", "hands"), "there is no such file"),
        (("*.gif", "--to", "flat", "-m", "hands"), "names no file"),
        (("empty", "--to", "flat", "-m", "hands"), "holds no pictures"),
        (("text.png", "--to", "flat", "-m", "hands"), "is not a whole"),
        (("text.png", "--to", "text.png", "-m", "hands"), "no model here learns a style from one picture"),
        (("text.png", "--to", " ", "-m", "hands"), "--to: is empty"),
        (("text.png", "--to", "flat", "-m", "hands", "--strength", "2"), "--strength: must be at most 1"),
        (("text.png", "--to", "flat", "-m", "tiny"), "which redraws nothing"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(words: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    code, out, said = run(*words)
    assert code != 0 and out == "" and reason in said and "\n" not in said.removeprefix("flat, strength 1, model hands\n").strip()
