"""How the program starts and ends."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganvas import __version__
from ganvas.cli import main

HEAVY = ("numpy", "pydantic", "PIL", "onnxruntime", "httpx", "safetensors", "torch", "ganvas.imagine", "ganvas.training")


def python(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, ganvas.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert python("-c", code).stdout == "[]\n"


def test_the_module_is_the_program() -> None:
    done = python("-m", "ganvas", "--help")
    assert done.returncode == 0
    for panel in ("make", "explore", "teach", "house"):
        assert f" {panel} " in done.stdout


def test_an_unknown_verb_is_the_persons_turn() -> None:
    done = python("-m", "ganvas", "paint", "a cat")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "ganvas: no such command 'paint'. Did you mean 'train', 'plane'? (ganvas -h shows what it takes)\n"


def test_the_version_is_said() -> None:
    assert python("-m", "ganvas", "--version").stdout == f"ganvas {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("imagine a red robot", "imagine: takes one idea, and 'red robot' is left over (put several words in quotes)"),
        ("llm list please", "llm list: takes none, and 'please' is left over (put several words in quotes)"),
        ("imagine", "imagine: idea is missing (What to draw, in your own words and language)"),
        ("restyle a.png", "restyle: --to is missing (A style by its name, or in your own words)"),
        ("imagine cat -n many", "imagine -n: must be a whole number, not 'many'"),
        ("train a --images 0", "train --images: must be at least 1, not '0'"),
        ("train a --device tpu", "train --device: 'tpu' is not one of 'auto', 'cpu', 'cuda', 'mps'"),
        ("imagine cat --truncatio 1", "imagine: no such option: --truncatio (did you mean --truncation?)"),
        ("info -x", "info: no such option: -x (ganvas info -h shows what it takes)"),
        ("imagine cat -n", "option '-n' requires an argument"),
    ],
)
def test_a_command_that_cannot_be_read_is_one_line(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, *words.split()) == 2
    assert capsys.readouterr() == ("", f"ganvas: {said}\n")


def ended(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.setattr("sys.argv", ["ganvas", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ganvas.service.imagine.plan_works", interrupted)
    assert ended(monkeypatch, "imagine", "a cat") == 130


def test_debug_shows_where_a_bug_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr("ganvas.service.imagine.plan_works", broken)
    monkeypatch.setenv("GANVAS_DEBUG", "1")
    monkeypatch.setattr("sys.argv", ["ganvas", "imagine", "a cat"])
    with pytest.raises(RuntimeError, match="oops"):
        main()


def test_a_full_disk_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "runs/a/log.jsonl")

    monkeypatch.setattr("ganvas.service.imagine.plan_works", full)
    assert ended(monkeypatch, "imagine", "a cat") == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "runs/a/log.jsonl: No space left on device (make room" in said


def test_training_without_torch_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert ended(monkeypatch, "train", str(tmp_path)) == 2
    assert "pip install 'ganvas[train]'" in capsys.readouterr().err


def test_words_in_any_script_survive_a_poor_terminal(tmp_path: Path) -> None:
    done = python("-m", "ganvas", "replay", str(tmp_path / "猫.png"), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 2 and "猫.png" in done.stderr
