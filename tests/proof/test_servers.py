"""Real language models: the packaged one in process, and behind llama.cpp's own server, over a socket."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ganvas.language.llm.gguf import LocalModel, fetch_local
from ganvas.language.llm.http import HttpModel
from tests.language.conformance import Conformance
from tests.language.servers import KEY

pytestmark = pytest.mark.proof
GANVAS = (sys.executable, "-m", "ganvas")


@contextmanager
def llama(*keys: str) -> Iterator[str]:
    """Run a llama.cpp server on a free port of this machine, and yield its address."""
    command = (sys.executable, str(Path(__file__).with_name("llama.py")), str(fetch_local()), *keys)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with llama() as one:
        yield one


@pytest.fixture(scope="module")
def packaged() -> LocalModel:
    fetch_local()
    return LocalModel()


class TestLocal(Conformance):
    @pytest.fixture
    def model(self, packaged: LocalModel) -> LocalModel:
        return packaged


class TestLlamaServer(Conformance):
    @pytest.fixture
    def model(self, address: str) -> HttpModel:
        return HttpModel(address, model="smollm2", name="llama")


def ganvas(*words: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with settings of its own, and the cache of these tests."""
    own = {**os.environ, "GANVAS_CONFIG": str(folder / "config"), **environment}
    return subprocess.run([*GANVAS, *map(str, words)], env=own, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("idea", ["a lonely robot in spring", "春天里孤独的机器人", "a red heart on fire", "一只开心的猫"])
def test_pictures_are_made_with_a_real_server(
    idea: str, address: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    assert ganvas("llm", "use", "llama", f"{address}/v1", "--model", "smollm2", folder=tmp_path).returncode == 0
    began = time.perf_counter()
    done = ganvas("imagine", idea, "--llm", "llama", "--seed", 1, "-n", 2, "--json", "-o", tmp_path / "out", folder=tmp_path)
    taken = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert all(Path(path).is_file() for path in made["files"]) and {work["writer"] for work in made["works"]} <= {
        "llama",
        "rules",
    }
    record_property(
        f"imagine {idea!r} --llm llama.cpp's server, seconds", f"{taken:.1f}, written by {made['works'][0]['writer']}"
    )


def test_the_environments_server_is_asked_and_its_brief_kept(address: str, tmp_path: Path) -> None:
    words = ("imagine", "a red heart", "--llm", "http", "--seed", 77, "-n", 1, "--json")
    first, again = (ganvas(*words, "-o", tmp_path / out, folder=tmp_path, GANVAS_LLM_URL=address) for out in ("a", "b"))
    (one,), (two,) = (json.loads(done.stdout)["works"] for done in (first, again))
    assert one["writer"] == two["writer"] == "http" and one["brief"] == two["brief"] and "from the cache" in two["note"]


def test_a_server_that_wants_a_key_gets_it_from_the_environment(tmp_path: Path) -> None:
    with llama(KEY) as address:
        ganvas("llm", "use", "locked", address, folder=tmp_path)
        refused = ganvas("llm", "ask", "Why is the sky blue?", "--llm", "locked", folder=tmp_path, LOCKED_KEY=KEY)
        assert refused.returncode == 4 and "--key-env" in refused.stderr
        told = ganvas("llm", "use", "locked", address, "--key-env", "LOCKED_KEY", folder=tmp_path, LOCKED_KEY=KEY)
        answered = ganvas("llm", "ask", "Why is the sky blue?", "--llm", "locked", folder=tmp_path, LOCKED_KEY=KEY)
    assert answered.returncode == 0 and answered.stdout.strip()
    said = "".join(done.stdout + done.stderr for done in (refused, told, answered))
    assert KEY not in said + (tmp_path / "config" / "llm.toml").read_text(encoding="utf-8")


def test_a_server_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with llama() as address:
        pass
    done = ganvas("llm", "ask", "Why?", "--llm", "http", folder=tmp_path, GANVAS_LLM_URL=address)
    assert done.returncode == 4 and len(done.stderr.splitlines()) == 1
