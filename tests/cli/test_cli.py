"""The command line as a person and as a program meet it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganvas import service
from ganvas.cli import main
from ganvas.ground.images import open_image, read_texts
from ganvas.shelf import read_works
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

    monkeypatch.setattr(service, "open_language_model", never)
    monkeypatch.setattr(service, "direct", never)
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
                                     "conditions", "words_seed", "noise_seed", "number", "truncation", "parents"}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("imagine", "  "), "the idea is empty"),
        (("imagine", "x" * 2000), "1,000"),
        (("imagine", "cat", "-n", 0), "choose 1 to "),
        (("imagine", "cat", "-n", 10_000), "choose 1 to "),
        (("imagine", "cat", "--llm", "gpt-9"), "choose one of"),
        (("imagine", "cat", "--seed", -4), "seed"),
        (("imagine", "cat", "-o", "x.gif"), "ends in .png"),
        (("imagine", "cat", "-m", "nowhere"), "is no model"),
        (("replay", "nowhere.png"), "no such file"),
        (("info", "nowhere"), "no such file"),
        (("data", "mnist"), "choose one of"),
        (("train", "nowhere"), "no such folder"),
        (("llm", "use", "ftp://x"), "no address"),
        (("llm", "get", "--from", "nowhere.whl"), "no such file"),
    ],
)
def test_bad_input_is_one_line_and_two(
    words: tuple[object, ...], reason: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    named = () if words[0] != "imagine" or "-m" in words else ("-m", model)
    before = sorted(tmp_path.rglob("*"))
    assert ganvas(monkeypatch, *words, *named) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and reason in said.err
    assert sorted(tmp_path.rglob("*")) == before


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

    monkeypatch.setattr(service, "imagine", broken)
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


FLAGS = {
    "imagine": {"-m", "-n", "--seed", "--llm", "--truncation", "-o", "--json", "--open"},
    "replay": {"-m", "-o", "--json", "--open"},
    "data": {"-o", "--size", "-n", "--seed", "--from", "--json"},
    "train": {"-o", "--images", "--minutes", "--from", "--device", "--threads", "--seed", "--json"},
    "models": {"--json"},
    "info": {"--json"},
    "llm get": {"--from"},
    "llm use": {"--model"},
    "llm try": {"--llm", "-m"},
}


def test_the_grammar_is_frozen() -> None:
    """A flag that comes, goes or changes its name changes this table, on purpose."""
    import typer.main

    from ganvas.cli import app

    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # pyright: ignore
        for sub, one in getattr(command, "commands", {"": command}).items():
            flags = {option.opts[0] for option in one.params if option.param_type_name == "option"}
            found[f"{name} {sub}".strip()] = flags - {"--help"}
    assert found == FLAGS
