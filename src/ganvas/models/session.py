"""Sessions of the runtime: opened on graphs that were inspected, in bounded memory."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_bytes
from ganvas.models.graph import MAX_BYTES, MAX_ELEMENTS, Inspected

if TYPE_CHECKING:
    from ganvas.models.runtime import onnxruntime

MAX_MEMORY = 512_000_000
"""Bytes that all graphs of a process may hold while they draw: a graph whose shapes grow
without end fails here.
"""
MAX_FOLDED = 4 * MAX_ELEMENTS
"""Bytes of one constant that the runtime may compute while a session opens."""
_ENTRIES = {
    "session.load_model_format": "ONNX",  # else the runtime looks at the bytes and may choose another format
    "session.intra_op.allow_spinning": "0",
    "session.use_env_allocators": "1",
    "optimization.constant_folding_max_output_size_in_bytes": str(MAX_FOLDED),
}

_OF_MEMORY = ("BFCArena", "bad_alloc", "Failed to allocate memory")
"""What stands in the runtime's errors where memory was refused."""


class GraphSession:
    """A graph ready to run. Errors of the runtime, which have no common class, become one line.

    where: the file, for errors. frees: give memory back after each run; else the runtime keeps some for every size of picture.
    """

    def __init__(self, graph: Inspected, *, where: object, threads: int | None = None, frees: bool = False) -> None:
        self._where, self._frees = where, frees
        try:
            self._session = _open(graph, threads)
        except Exception as error:
            raise InputError(f"the runtime refuses the graph: {_reason(error)}", where=where) from error

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of what the graph gives."""
        return tuple(one.name for one in self._session.get_outputs())

    def run(self, outputs: Sequence[str], feed: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """Run the graph on arrays by their input's name, and return outputs by name. Raises InputError where it fails."""
        given = {name: np.ascontiguousarray(part, dtype=np.float32) for name, part in feed.items()}
        try:
            found = self._session.run(list(outputs), given, _freeing() if self._frees else None)
        except Exception as error:
            raise InputError(f"the graph fails: {_reason(error)}", where=self._where) from error
        return [np.asarray(one) for one in found]


def open_own(path: Path, *, sha256: str) -> GraphSession:
    """Open a bundled feature network: it is known by its sha256, so it needs no inspection."""
    content = read_bytes(path, limit=MAX_BYTES)
    if digest_of(content) != sha256:
        raise InputError("is not the bundled feature network: its sha256 differs", where=path,
                         do="install Ganvas again")  # fmt: skip
    return GraphSession(Inspected(content), where=path)


def _open(graph: Inspected, threads: int | None) -> "onnxruntime.InferenceSession":
    """Open a session. Nothing is read from disk, and memory is bounded by MAX_MEMORY."""
    from ganvas.models.runtime import onnxruntime

    _bound_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    for name, value in _ENTRIES.items():
        options.add_session_config_entry(name, value)
    # enable_fallback: else the runtime prints to stdout when it refuses a graph, and tries again
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"], enable_fallback=0)


def _reason(error: Exception) -> str:
    """Say in one line why the runtime failed."""
    message = str(error)
    if any(sign in message for sign in _OF_MEMORY):
        return f"it needs more memory than the {MAX_MEMORY // 1_000_000} MB that a model may take"
    return (message.splitlines() or [type(error).__name__])[0][:200]


@cache
def _freeing() -> Any:
    """Return run options that free memory after the run."""
    from ganvas.models.runtime import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


@cache
def _bound_memory() -> None:
    """Register one bounded memory arena that all sessions of the process share; the runtime accepts
    one only once.
    """
    from ganvas.models.runtime import onnxruntime

    place = onnxruntime.OrtMemoryInfo("Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT)
    bounds = onnxruntime.OrtArenaCfg({"max_mem": MAX_MEMORY, "arena_extend_strategy": 1})  # 1: allocate no more than is needed
    onnxruntime.create_and_register_allocator(place, bounds)
