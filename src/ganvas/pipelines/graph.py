"""ONNX graphs from strangers: looked through, field by field, before a runtime is handed a byte of them.

Only what Ganvas's own exporter writes is let through: one flat graph of operators from a closed list, every tensor inside the
file, no functions, no loops, no subgraphs, no custom domains, bounded sizes. A field that is not on the list refuses the file.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from ganvas.ground.errors import InputError
from ganvas.pipelines.protobuf import Field, Malformed, fields, message, numbers, text

if TYPE_CHECKING:
    import onnxruntime

OPERATORS = frozenset(
    "Add Cast Concat Constant Conv Gemm Greater LeakyRelu MatMul Mul Pow Reciprocal ReduceMean ReduceSum Reshape Resize Sqrt Sub"
    " Unsqueeze".split()
)
MAX_BYTES = 20_000_000
MAX_NODES = 2_000
MAX_ELEMENTS = 20_000_000
MAX_RESIZES = 6
OPSETS = range(13, 24)
_WIDTHS = {1: 4, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2}
"""Bytes an element, by tensor type: float, int32, int64, bool, float16, double, bfloat16. Other types are refused."""


@dataclass
class _Seen:
    """What was met on the way through a graph."""

    inputs: list[str] = field(default_factory=list[str])
    outputs: list[str] = field(default_factory=list[str])
    initializers: set[str] = field(default_factory=set[str])
    opsets: list[int] = field(default_factory=list[int])
    nodes: int = 0
    resizes: int = 0
    elements: int = 0
    graphs: int = 0


Visit = Callable[[Field, _Seen], None]


def inspect(content: bytes, *, inputs: tuple[str, ...], output: str, where: object) -> None:
    """Look through an ONNX file and refuse it unless it is what the manifest says. Raises InputError, and nothing else."""
    seen = _Seen()
    try:
        if len(content) > MAX_BYTES:
            raise Malformed(f"it has {len(content):,} bytes, more than {MAX_BYTES:,}")
        _visit(memoryview(content), _MODEL, seen, "the model")
        if seen.graphs != 1 or len(seen.opsets) != 1 or seen.opsets[0] not in OPSETS:
            raise Malformed("it must hold one graph and one operator set of a known version")
        given = [name for name in seen.inputs if name not in seen.initializers]
        if sorted(given) != sorted(inputs) or seen.outputs != [output]:
            raise Malformed(f"it takes {given[:8]} and gives {seen.outputs[:8]}, not what model.json says")
    except Malformed as error:
        raise InputError(f"the graph is refused: {error}", where=where, do="take the model from a source you trust") from error


def open_session(content: bytes, *, threads: int | None = None) -> "onnxruntime.InferenceSession":
    """Open a session on bytes that `inspect` let through. Nothing is read from disk."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _visit(part: memoryview, known: Mapping[int, Visit], seen: _Seen, name: str) -> None:
    for found in fields(part):
        visit = known.get(found.number)
        if visit is None:
            raise Malformed(f"{name} has a field that is not allowed ({found.number})")
        visit(found, seen)


def _pass(_found: Field, _seen: _Seen) -> None:
    """Let a harmless field through: a name, a version, a scalar."""


def _opset(found: Field, seen: _Seen) -> None:
    domain, version = "", 0
    for part in fields(message(found)):
        if part.number == 1:
            domain = text(part)
        elif part.number == 2:
            version = numbers(part)[0]
    if domain not in ("", "ai.onnx"):
        raise Malformed(f"operators of the domain {domain[:60]!r} are not allowed")
    seen.opsets.append(version)


def _graph(found: Field, seen: _Seen) -> None:
    seen.graphs += 1
    _visit(message(found), _GRAPH, seen, "the graph")


def _node(found: Field, seen: _Seen) -> None:
    seen.nodes += 1
    if seen.nodes > MAX_NODES:
        raise Malformed(f"it has more than {MAX_NODES:,} nodes")
    kind = ""
    for part in fields(message(found)):
        if part.number == 4:
            kind = text(part)
        elif part.number == 5:
            _visit(message(part), _ATTRIBUTE, seen, "an attribute")
        elif part.number == 7 and text(part) not in ("", "ai.onnx"):
            raise Malformed(f"operators of the domain {text(part)[:60]!r} are not allowed")
        elif part.number not in (1, 2, 3, 7):
            raise Malformed(f"a node has a field that is not allowed ({part.number})")
    if kind not in OPERATORS:
        raise Malformed(f"the operator {kind[:60]!r} is not allowed")
    seen.resizes += kind == "Resize"
    if seen.resizes > MAX_RESIZES:
        raise Malformed(f"it enlarges more than {MAX_RESIZES} times")


def _tensor(found: Field, seen: _Seen) -> None:
    dims: list[int] = []
    kind, raw, listed, name = 0, None, False, ""
    for part in fields(message(found)):
        if part.number == 1:
            dims += numbers(part)
        elif part.number == 2:
            kind = numbers(part)[0]
        elif part.number in (4, 5, 7, 10):
            listed = True
        elif part.number == 8:
            name = text(part)
        elif part.number == 9:
            raw = len(message(part))
        elif part.number == 14 and numbers(part) != [0]:
            raise Malformed("a tensor lies outside the file")
        elif part.number in (12, 14):
            pass
        else:
            raise Malformed(f"a tensor has a field that is not allowed ({part.number})")
    if kind not in _WIDTHS:
        raise Malformed(f"tensors of type {kind} are not allowed")
    if len(dims) > 8 or any(not 0 <= size <= MAX_ELEMENTS for size in dims):
        raise Malformed("a tensor has impossible dimensions")
    elements = prod(dims)
    seen.elements += elements
    if seen.elements > MAX_ELEMENTS:
        raise Malformed(f"its tensors hold more than {MAX_ELEMENTS:,} numbers")
    if raw is not None and raw != elements * _WIDTHS[kind]:
        raise Malformed("a tensor holds another number of bytes than its dimensions say")
    if raw is None and not listed and elements:
        raise Malformed("a tensor holds nothing")
    if listed and elements > 64:
        raise Malformed("a tensor lists its numbers one by one")
    seen.initializers.add(name)


def _value(found: Field, seen: _Seen, names: list[str]) -> None:
    for part in fields(message(found)):
        if part.number == 1:
            names.append(text(part)[:200])
        elif part.number not in (2, 3):
            raise Malformed(f"an input or output has a field that is not allowed ({part.number})")


_MODEL: dict[int, Visit] = {1: _pass, 2: _pass, 3: _pass, 4: _pass, 5: _pass, 7: _graph, 8: _opset}
_GRAPH: dict[int, Visit] = {
    1: _node,
    2: _pass,
    5: _tensor,
    11: lambda found, seen: _value(found, seen, seen.inputs),
    12: lambda found, seen: _value(found, seen, seen.outputs),
}
_ATTRIBUTE: dict[int, Visit] = {1: _pass, 2: _pass, 3: _pass, 4: _pass, 5: _tensor, 7: _pass, 8: _pass, 20: _pass}
