"""ONNX graphs from strangers: inspected field by field before a runtime is given a byte of them.

Only what Ganvas's own exporter writes passes: one flat graph of operators from a closed
list, every tensor inside the file, no functions, no loops, no subgraphs, no custom domains, bounded
sizes. A field that is not on the list refuses the file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, read_bytes
from ganvas.models.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, Malformed, fields, message, numbers, text

if TYPE_CHECKING:
    import onnxruntime


OPERATORS = frozenset(
    "Add Cast Concat Constant Conv Exp Gemm Greater Identity LeakyRelu MatMul Mul Pow Reciprocal ReduceMean ReduceSum Reshape"
    " Resize Slice Sqrt Sub Transpose Unsqueeze".split()
)
MAX_BYTES = 20_000_000
MAX_FIELDS = 200_000
MAX_NODES = 2_000
MAX_ELEMENTS = 20_000_000
MAX_RESIZES = 8
"""Six doublings bring a picture from 4 pixels a side to 256; a sketch is enlarged twice."""
MAX_MEMORY = 512_000_000
"""Bytes that all graphs of a process may hold while they draw: a graph whose shapes grow
without end fails here.
"""

IR_VERSIONS = range(7, 14)
OPSETS = range(13, 24)
_BYTES_OF = {1: 4, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2}
"""Bytes an element, by tensor type: float, int8, int32, int64, bool, float16, double, bfloat16.
Other types are refused.
"""

Rules = Mapping[int, tuple[tuple[int, ...], bool]]
"""Field number -> the wire types it may have, and whether it may come more than once. Other fields
refuse the file.

A runtime skips a field of the wrong wire type and merges a field that comes twice; a guard that
reads it differently can be led past. So both are refused.
"""
_WORD, _WORDS, _INT, _INTS = ((BYTES,), False), ((BYTES,), True), ((VARINT,), False), ((VARINT, BYTES), True)
_FLOAT, _FLOATS, _DOUBLES = ((FIXED32,), False), ((FIXED32, BYTES), True), ((FIXED64, BYTES), True)
_MODEL: Rules = {1: _INT, 2: _WORD, 3: _WORD, 4: _WORD, 5: _INT, 7: _WORD, 8: _WORD}
_OPSET: Rules = {1: _WORD, 2: _INT}
_GRAPH: Rules = {1: _WORDS, 2: _WORD, 5: _WORDS, 11: _WORDS, 12: _WORDS}
_VALUE: Rules = {1: _WORD, 2: _WORD}
_NODE: Rules = {1: _WORDS, 2: _WORDS, 3: _WORD, 4: _WORD, 5: _WORDS, 7: _WORD}
_ATTRIBUTE: Rules = {1: _WORD, 2: _FLOAT, 3: _INT, 4: _WORD, 5: _WORD, 7: _FLOATS, 8: _INTS, 20: _INT}
_TENSOR: Rules = {1: _INTS, 2: _INT, 4: _FLOATS, 5: _INTS, 7: _INTS, 8: _WORD, 9: _WORD, 10: _DOUBLES, 14: _INT}


@dataclass
class _Spent:
    """What was found in the file so far, of what is bounded."""

    fields: int = 0
    resizes: int = 0
    elements: int = 0


def inspect(content: bytes, *, inputs: tuple[str, ...], output: str, where: object) -> None:
    """Inspect an ONNX file and refuse it unless it is what the manifest says. Raises
    InputError, and nothing else.
    """
    try:
        if len(content) > MAX_BYTES:
            raise Malformed(f"it has {len(content):,} bytes, more than {MAX_BYTES:,}")
        _model(memoryview(content), inputs=inputs, output=output, spent=_Spent())
    except Malformed as error:
        raise InputError(f"the graph is refused: {error}", where=where, do="take the model from a source you trust") from error


def open_session(content: bytes, *, threads: int | None = None) -> "onnxruntime.InferenceSession":
    """Open a session on bytes that passed `inspect`. Nothing is read from disk, and memory is
    bounded by MAX_MEMORY.
    """
    import onnxruntime

    _bound_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.use_env_allocators", "1")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def shrinking() -> Any:
    """Return run options that free memory after the run: else the runtime keeps some for every size
    of picture.
    """
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def open_own(path: Path, *, sha256: str) -> "onnxruntime.InferenceSession":
    """Open a bundled feature network: it is known by its sha256, so it needs no inspection."""
    content = read_bytes(path, limit=MAX_BYTES)
    if digest_of(content) != sha256:
        raise InputError("is not the bundled feature network: its sha256 differs", where=path,
                         do="install Ganvas again")  # fmt: skip
    return open_session(content)


@cache
def _bound_memory() -> None:
    """Register one bounded memory arena that all sessions of the process share; the runtime accepts
    one only once.
    """
    import onnxruntime

    place = onnxruntime.OrtMemoryInfo("Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT)
    bounds = onnxruntime.OrtArenaCfg({"max_mem": MAX_MEMORY, "arena_extend_strategy": 1})  # 1: allocate no more than is needed
    onnxruntime.create_and_register_allocator(place, bounds)


def _read(part: memoryview, rules: Rules, spent: _Spent, name: str) -> dict[int, list[Field]]:
    """Sort a message's fields by number, refusing what the rules do not know."""
    found: dict[int, list[Field]] = {}
    for one in fields(part):
        spent.fields += 1
        if spent.fields > MAX_FIELDS:
            raise Malformed(f"it has more than {MAX_FIELDS:,} fields")
        kinds, many = rules.get(one.number, ((), False))
        if one.kind not in kinds or (one.number in found and not many):
            raise Malformed(f"{name} has a field that is not allowed ({one.number})")
        found.setdefault(one.number, []).append(one)
    return found


def _model(part: memoryview, *, inputs: tuple[str, ...], output: str, spent: _Spent) -> None:
    found = _read(part, _MODEL, spent, "the model")
    if 7 not in found or 8 not in found or _number(found, 1) not in IR_VERSIONS:
        raise Malformed("it must be of a known version, with one graph and one set of operators")
    opset = _read(message(found[8][0]), _OPSET, spent, "the set of operators")
    _own_domain(_text(opset, 1))
    if _number(opset, 2) not in OPSETS:
        raise Malformed(f"its set of operators has the version {_number(opset, 2)}")

    graph = _read(message(found[7][0]), _GRAPH, spent, "the graph")
    if len(graph.get(1, ())) > MAX_NODES:
        raise Malformed(f"it has more than {MAX_NODES:,} nodes")
    for node in graph.get(1, ()):
        _node(message(node), spent)
    held = {_tensor(message(tensor), spent) for tensor in graph.get(5, ())}
    given, made = ([_text(_read(message(one), _VALUE, spent, "a value"), 1) for one in graph.get(n, ())] for n in (11, 12))
    asked = [name for name in given if name not in held]
    if sorted(asked) != sorted(inputs) or made != [output]:
        raise Malformed(f"it takes {asked[:8]} and gives {made[:8]}, not what model.json says")


def _node(part: memoryview, spent: _Spent) -> None:
    found = _read(part, _NODE, spent, "a node")
    _own_domain(_text(found, 7))
    kind = _text(found, 4)
    if kind not in OPERATORS:
        raise Malformed(f"the operator {kind!r} is not allowed")
    spent.resizes += kind == "Resize"
    if spent.resizes > MAX_RESIZES:
        raise Malformed(f"it enlarges more than {MAX_RESIZES} times")
    for attribute in found.get(5, ()):
        for tensor in _read(message(attribute), _ATTRIBUTE, spent, "an attribute").get(5, ()):
            _tensor(message(tensor), spent)


def _tensor(part: memoryview, spent: _Spent) -> str:
    """Check one tensor and return its name."""
    found = _read(part, _TENSOR, spent, "a tensor")
    if _number(found, 14) != 0:
        raise Malformed("a tensor lies outside the file")
    if _number(found, 2) not in _BYTES_OF:
        raise Malformed(f"tensors of type {_number(found, 2)} are not allowed")
    dims = [size for one in found.get(1, ()) for size in numbers(one)]
    if len(dims) > 8 or any(not 0 <= size <= MAX_ELEMENTS for size in dims):
        raise Malformed("a tensor has impossible dimensions")
    elements = prod(dims)
    spent.elements += elements
    if spent.elements > MAX_ELEMENTS:
        raise Malformed(f"its tensors hold more than {MAX_ELEMENTS:,} numbers")
    listed = any(number in found for number in (4, 5, 7, 10))
    if 9 in found and len(message(found[9][0])) != elements * _BYTES_OF[_number(found, 2)]:
        raise Malformed("a tensor holds another number of bytes than its dimensions say")
    if (listed and (9 in found or elements > 64)) or (elements and not listed and 9 not in found):
        raise Malformed("a tensor must hold its numbers as bytes, or a few of them as a list")
    return _text(found, 8)


def _own_domain(name: str) -> None:
    if name not in ("", "ai.onnx"):
        raise Malformed(f"operators of the domain {name!r} are not allowed")


def _number(found: Mapping[int, list[Field]], number: int) -> int:
    """Return a field that is one whole number; 0 when it is not there, as in the format."""
    return numbers(found[number][0])[0] if number in found else 0


def _text(found: Mapping[int, list[Field]], number: int) -> str:
    """Return a field that is one text, cut to 100 letters; empty when it is not there."""
    return text(found[number][0])[:100] if number in found else ""
