"""The command line as a person and as a program meet it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganvas.cli import main
from ganvas.ground.images import open_image, read_texts
from ganvas.store.folder import read_works
from ganvas.vocabulary.provenance import KEY, PARAMETERS
from tests.pipelines.fakes import write_model


class Ended(Exception):
    """How a command ended."""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


def ganvas(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["ganvas", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_imagine_keeps_pictures_and_a_sheet(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert ganvas(monkeypatch, "imagine", "春天里 the robot", "-m", model, "-o", out, "--seed", 3, "-n", 5) == 0
    said = capsys.readouterr()
    paths = [Path(line) for line in said.out.splitlines()]
    assert len(paths) == 6 and all(path.is_file() for path in paths) and paths[-1].name.endswith("-sheet.png")
    assert "seed 3" in said.err
    texts = read_texts(paths[0])
    assert json.loads(texts[KEY])["idea"] == "春天里 the robot" and texts[PARAMETERS].startswith("春天里 the robot\n")
    assert len(read_works(paths[-1])) == 5


def test_nothing_is_overwritten(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", out, "--seed", 1, "-n", 1) == 0
    assert sorted(path.name for path in out.iterdir()) == ["cat-001-1.png", "cat-002-1.png"]
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", out / "cat-001-1.png", "-n", 1) == 2


def test_replay_is_identical_and_asks_nobody(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", out, "--seed", 1, "-n", 6, "--truncation", "0.7") == 0

    def never(*_: object, **__: object) -> None:
        raise AssertionError("replay asked a language model")

    monkeypatch.setattr("ganvas.service.write.open_language_model", never)
    monkeypatch.setattr("ganvas.service.write.direct", never)
    for spec, original in ((out / "cat-001-4.png", "cat-001-4.png"), (f"{out / 'cat-001-sheet.png'}#6", "cat-001-6.png")):
        capsys.readouterr()
        assert ganvas(monkeypatch, "replay", spec, "-m", model, "-o", tmp_path / "again") == 0
        again = Path(capsys.readouterr().out.strip())
        np.testing.assert_array_equal(np.asarray(open_image(again)), np.asarray(open_image(out / original)))


def test_replay_refuses_another_model(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", tmp_path / "out", "-n", 1) == 0
    other = write_model(tmp_path / "other", manifest={"summary": "another"})
    capsys.readouterr()
    assert ganvas(monkeypatch, "replay", tmp_path / "out" / "cat-001-1.png", "-m", other) == 2
    assert "made by another tiny" in capsys.readouterr().err


def test_json_says_what_was_made(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "-o", tmp_path / "out", "-n", 2, "--seed", 9, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"files", "works"} and len(said["files"]) == 3
    assert [work.get("number", 0) for work in said["works"]] == [0, 1]
    assert set(said["works"][1]) == {"format", "version", "pipeline", "model", "model_digest", "idea", "writer", "note", "brief",
                                     "conditions", "words_seed", "noise_seed", "number", "truncation", "kept", "enlarger",
                                     "transparent", "size", "restyled", "picture", "parents"}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("imagine", "  "), "idea: is empty (say it in a few words)"),
        (("imagine", "x" * 2000), "1,000"),
        (("imagine", "cat", "-n", 0), "ganvas: -n: must be at least 1, not 0"),
        (("imagine", "cat", "-n", 10_000), "-n: must be at most 64, not 10000"),
        (("imagine", "cat", "--llm", "gpt-9"), "choose one of"),
        (("imagine", "cat", "--seed", -4), "seed"),
        (("imagine", "cat", "-o", "x.gif"), "ends in .png"),
        (("imagine", "cat", "-m", "nowhere"), "is no model"),
        (("imagine", "cat", "--best-of", 0), "ganvas: --best-of: must be at least 1, not 0"),
        (("imagine", "cat", "--best-of", 4), "has no judge"),
        (("imagine", "cat", "--style", "oil"), "knows no style 'oil'"),
        (("imagine", "cat", "--brief", "nowhere.toml"), "no such file"),
        (("imagine", "cat", "--brief", "scene.yaml"), "name a .toml or .json file"),
        (("replay", "nowhere.png"), "no such file"),
        (("info", "nowhere"), "no such file"),
        (("data", "mnist"), "choose one of"),
        (("train", "nowhere"), "no such folder"),
        (("train", "note.txt"), "note.txt: is a file and no folder (name a folder of pictures or a recipe"),
        (("train", "x" * 300), "File name too long (give a shorter one)"),
        (("replay", "model"), "model: is a folder and no file (name a file in it)"),
        (("info", "note.txt"), "note.txt: is neither a picture nor a folder (name a work, a picture"),
        (("info", "recipe.toml"), "recipe.toml: is neither a picture nor a folder (a recipe is for `ganvas train`"),
        (("imagine", "cat", "-m", "emoji-65"), "or a bundled model: emoji-64)"),
        (("imagine", "cat", "-m", "emoji-styles"), "ganvas: emoji-styles: is a model of the kind 'restyle', which draws nothing"),
        (("imagine", "cat", "-m", "emoji-styles"), "(take a bundled model, emoji-64; or train one: ganvas train"),
        (("restyle", "note.txt", "--to", "x", "-m", "emoji-64"), "a bundled model, emoji-styles, sketch-to-emoji; or train one"),
        (("data", "digits", "-n", 5), "ganvas: -n: the set of digits has a fixed number of pictures (leave -n out)"),
        (("data", "shapes", "-n", 0), "0 shapes at 32 pixels cannot be made"),
        (("data", "shapes", "--size", 0), "512 shapes at 0 pixels cannot be made"),
        (("llm", "use", "none"), "'none' is a choice for one command, with --llm, and cannot be the default (choose one of"),
        (("llm", "use", "auto"), "(choose one of local, rules"),
        (("llm", "use", "home", "ftp://x"), "not the address"),
        (("llm", "get", "--from", "nowhere.whl"), "no such file"),
    ],
)
def test_bad_input_is_one_line_and_two(
    words: tuple[object, ...], reason: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    named = () if words[0] != "imagine" or "-m" in words else ("-m", model)
    for name in ("note.txt", "recipe.toml"):
        (tmp_path / name).write_text("seed = 1", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert ganvas(monkeypatch, *words, *named) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and reason in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_class_that_is_not_known_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_model(tmp_path / "model", labels={"class": ("ankle-boot", "bag")})
    words = ("-m", model, "-o", tmp_path / "out", "-n", 2, "--json")
    assert ganvas(monkeypatch, "imagine", "a cat", *words) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip() == "ganvas: 'a cat': tiny takes no words; it knows class: ankle-boot, bag"
    assert ganvas(monkeypatch, "imagine", "Ankle boots", *words) == 0
    works = json.loads(capsys.readouterr().out)["works"]
    assert [one["labels"] for work in works for one in work["conditions"]] == [{"class": "ankle-boot"}] * 2


@pytest.mark.parametrize(
    "words",
    [("imagine", "cat"), ("restyle", "a.png", "--to", "pixel"), ("replay", "a.png"), ("data", "shapes"), ("train", "pictures")],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("out", ["note.txt/sub", "note.txt/sub/deep"])
def test_what_is_made_goes_through_no_file(
    out: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").touch()
    monkeypatch.setattr("ganvas.service.imagine.plan_works", None)
    assert ganvas(monkeypatch, *words, "-o", out) == 2
    assert capsys.readouterr().err == "ganvas: note.txt: is a file and no folder (give another name)\n"


def test_a_language_model_named_outright_must_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = write_model(tmp_path / "words", words=True)
    monkeypatch.setenv("GANVAS_LLM_URL", "http://127.0.0.1:9/v1")
    assert ganvas(monkeypatch, "imagine", "cat", "-m", words, "--llm", "http", "-o", tmp_path / "out") == 4
    assert not (tmp_path / "out").exists()
    capsys.readouterr()
    assert ganvas(monkeypatch, "imagine", "cat", "-m", words, "--llm", "auto", "-o", tmp_path / "out", "-n", 1) == 0
    assert "rules" in capsys.readouterr().err


def test_our_own_bug_is_said_as_such(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr("ganvas.service.imagine.plan_works", broken)
    assert ganvas(monkeypatch, "imagine", "cat") == 1
    assert "our bug: RuntimeError: oops" in capsys.readouterr().err


def test_drawing_never_imports_torch(model: Path, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom ganvas.cli import main\nsys.argv = ['ganvas', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print([name for name in ('torch', 'onnx', 'jaxtyping') if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, "imagine", "cat", "-m", str(model), "-o", str(tmp_path / "out"), "-n", "2"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


SCENE = """
background = "sand"
[[elements]]
caption = "a cat"
size = "medium"
place = "left"
[[elements]]
caption = "月亮"
"""


def test_a_scene_of_ones_own_is_drawn_and_nobody_asked(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ganvas.service.imagine.write", None)
    (tmp_path / "scene.toml").write_text(SCENE, encoding="utf-8")
    words = ("imagine", "x", "-m", model, "--seed", 1, "-n", 1, "--json")
    assert ganvas(monkeypatch, *words, "--brief", tmp_path / "scene.toml", "-o", tmp_path / "out") == 0
    (work,) = json.loads(capsys.readouterr().out)["works"]
    assert work["writer"] == "person" and [one["caption"] for one in work["brief"]["elements"]] == ["a cat", "月亮"]
    (tmp_path / "same.json").write_text(json.dumps(work["brief"]), encoding="utf-8")  # what --json printed is a brief again
    assert ganvas(monkeypatch, *words, "--brief", tmp_path / "same.json", "-o", tmp_path / "out") == 0
    assert json.loads(capsys.readouterr().out)["works"] == [work]


HOSTILE = {
    "empty.toml": "", "no.toml": "[[", "bytes.toml": "\x00", "deep.toml": "a = " + "[" * 9_000, "deep.json": "[" * 9_000,
    "no.json": "{", "nan.json": '{"elements": NaN}', "list.json": "[]", "none.json": '{"elements": []}',
    "seven.json": json.dumps({"elements": [{"caption": "x"}] * 7}), "path.json": '{"elements": [{"caption": "x", "path": "/x"}]}',
    "bell.json": '{"elements": [{"caption": "\\u0007"}]}', "half.json": '{"elements": [{"caption": "\\ud800"}]}',
    "size.toml": 'elements = [{caption = "x", size = "huge"}]', "colour.toml": 'background = "red"\nelements = [{caption = "x"}]',
    "long.json": json.dumps({"elements": [{"caption": "x" * 121}]}), "huge.json": " " * 30_000 + "{}",
    "style.json": '{"elements": [{"caption": "x", "style": "oil"}]}',
    "shell.json": '{"elements": [{"caption": "x", "style": "$(x)"}]}',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_scene_is_one_line(
    name: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(HOSTILE[name], encoding="utf-8")
    assert ganvas(monkeypatch, "imagine", "x", "-m", model, "--brief", tmp_path / name, "-o", tmp_path / "out") == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and len(said.err) < 500
    assert not (tmp_path / "out").exists()


def editor(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Make a program the person's editor: `path` is the file, `text` what stands in it."""
    script = folder / "editor.py"
    head = "import sys\nfrom pathlib import Path\npath = Path(sys.argv[-1])\ntext = path.read_text(encoding='utf-8')\n"
    script.write_text(head + code, encoding="utf-8")
    monkeypatch.setenv("VISUAL", f'"{sys.executable}" "{script}"')
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def write(text: str) -> str:
    return f"path.write_text({text}, encoding='utf-8')\n"


def test_a_scene_is_changed_before_it_is_drawn(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor(tmp_path, monkeypatch, write("""text.replace('"white"', '"night blue"').replace("cat", "狗")"""))
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "--edit", "-n", 1, "-o", tmp_path / "out", "--json") == 0
    (work,) = json.loads(capsys.readouterr().out)["works"]
    assert work["brief"]["background"] == "night blue" and work["brief"]["elements"][0]["caption"] == "狗"
    assert work["idea"] == "cat" and not list(tmp_path.glob("ganvas-brief-*"))


@pytest.mark.parametrize(
    "code",
    [
        write("'background = 3  # 我的'"),
        write("text + 'style = \"oil\"  # 我的'"),
        "path.write_bytes(b'\\xff')\n",
        "sys.exit(3)",
        "path.unlink()\n",
    ],
)
def test_what_was_written_is_not_lost(
    code: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor(tmp_path, monkeypatch, code)
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "--edit", "-o", tmp_path / "out") == 2
    (line,) = capsys.readouterr().err.strip().splitlines()[1:]
    kept = list(tmp_path.glob("ganvas-brief-*"))
    assert len(kept) == (0 if "unlink" in code else 1) and all(str(path) in line and "--brief" in line for path in kept)
    assert "我的" not in code or "我的" in kept[0].read_text(encoding="utf-8")
    assert not (tmp_path / "out").exists()


def test_no_editor_opens_for_what_cannot_be_drawn(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor(tmp_path, monkeypatch, "(path.parent / 'opened').touch()\n")
    for wish in (("-n", 0), ("--style", "oil"), ("--best-of", 65), ("--seed", -1)):
        assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "--edit", *wish, "-o", tmp_path / "out") == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1 and not (tmp_path / "opened").exists()


def test_an_editor_that_is_none_is_said(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("no-such-editor-here", '"unclosed'):
        monkeypatch.setenv("VISUAL", command)
        assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "--edit", "-o", tmp_path / "out") == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 2  # who wrote the scene, and what is wrong


def test_stickers_have_a_clear_ground_and_come_again(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ganvas(monkeypatch, "imagine", "cat", "-m", model, "--transparent", "-n", 1, "-o", tmp_path / "out") == 0
    path = Path(capsys.readouterr().out.strip())
    picture = np.asarray(open_image(path))
    assert picture.shape == (256, 256, 4) and picture[0, 0, 3] == 0
    assert ganvas(monkeypatch, "replay", path, "-m", model, "-o", tmp_path / "out") == 0
    np.testing.assert_array_equal(np.asarray(open_image(Path(capsys.readouterr().out.strip()))), picture)
    opaque = write_model(tmp_path / "opaque", channels=3)
    assert ganvas(monkeypatch, "imagine", "cat", "-m", opaque, "--transparent", "-o", tmp_path / "no") == 2
    assert "draws no transparency" in capsys.readouterr().err
