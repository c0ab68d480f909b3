"""A stranger's graphs are opened and run once in a process of their own, with limits, before this process opens them.

Inspection bounds what a graph holds, not what the runtime makes of it: one of a few kilobytes may compute for hours, take all
memory or end the process. A model that passed is known by its digest, and not tried again.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.files import user_cache
from ganvas.ground.version import __version__
from ganvas.models.graph import Inspected
from ganvas.models.session import GraphSession

MAX_SECONDS = 10
"""Seconds of computing that a trial may take, its start among them."""
MAX_WAIT = 10 if os.name == "nt" else 60
"""Seconds in all: on a busy machine a process computes for a part of them. Windows limits nothing else."""
MAX_ROOM = 900_000_000
"""Bytes of address space beyond what the process has when its libraries are loaded. Where the system has no such limit
(Windows, macOS) only time is bounded."""
FAILED = 3
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ganvas.models.trial import main; main()"
_DO = "take the model from a source you trust"


class Port(NamedTuple):
    """What a graph takes, by name with the shape of one example, and the names of what it gives."""

    takes: Mapping[str, tuple[int, ...]]
    gives: tuple[str, ...]


def ensure_tried(graphs: Mapping[str, Inspected], ports: Mapping[str, Port], *, digest: str, where: object) -> None:
    """Try the graphs of a model, by name, in a process of their own unless this model passed before.

    digest: the model's. Raises InputError where one fails, or needs more than MAX_SECONDS or MAX_ROOM.
    """
    known = _verdict(digest)
    if known is not None and known.is_file():
        return
    _try(graphs, ports, where=where)
    if known is not None:
        with contextlib.suppress(OSError):
            known.touch()


def _verdict(digest: str) -> Path | None:
    """Return the file that says that a model passed with these versions; None where there is no cache."""
    from ganvas.models.runtime import onnxruntime

    try:
        return user_cache("tried") / f"{digest}-{__version__}-{onnxruntime.__version__}"
    except OSError:
        return None


def _try(graphs: Mapping[str, Inspected], ports: Mapping[str, Port], *, where: object) -> None:
    if not sys.executable or getattr(sys, "frozen", False):
        return  # inside another program there is no interpreter to start
    head = [{"size": len(graph), "takes": dict(ports[name].takes), "gives": ports[name].gives} for name, graph in graphs.items()]
    given = b"".join((json.dumps(head).encode(), b"\n", *graphs.values()))
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-P", "-c", _START, root, str(MAX_SECONDS)]  # -P: the current folder may be a stranger's
    single = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=single, timeout=MAX_WAIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"it was tried, and needs more than {MAX_WAIT} s", where=where, do=_DO) from error
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        raise InputError(f"it was tried, and needs more than {MAX_SECONDS} s", where=where, do=_DO)
    if done.returncode == FAILED:
        raise InputError(f"it was tried: {done.stdout.decode('utf-8', 'replace')[:300]}", where=where, do=_DO)
    if done.returncode:
        raise InputError("it was tried, and ended the process: it asks for too much, or is broken", where=where, do=_DO)


def main() -> None:
    """Run in the process of its own: read graphs from stdin, open each and run it once."""
    from ganvas.models import runtime

    assert runtime
    head, _, rest = sys.stdin.buffer.read().partition(b"\n")
    _limit(int(sys.argv[2]))
    start = 0
    for one in json.loads(head):
        graph = Inspected(rest[start : start + one["size"]])
        start += one["size"]
        feed = {name: np.cos(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape) for name, shape in one["takes"].items()}
        try:
            GraphSession(graph, where="", threads=1).run(one["gives"], feed)
        except InputError as error:
            sys.stdout.buffer.write(str(error).encode())
            sys.exit(FAILED)


def _limit(seconds: int) -> None:
    """Limit what this process may still take: seconds, and address space where the system says how much is taken."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: seconds}
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + MAX_ROOM
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))
