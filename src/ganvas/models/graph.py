"""ONNX graphs from strangers: inspected field by field, and written again, before a runtime is given a byte of them.

Only what Ganvas's own exporter writes passes: one flat graph of operators from a closed
list, every tensor inside the file, no functions, no loops, no subgraphs, no custom domains, bounded
sizes. A field that is not on the list refuses the file. The runtime never gets the file itself but what
was understood of it, written again: what was not inspected is not there.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import NewType

from ganvas.ground.errors import InputError
from ganvas.models import operators
from ganvas.models.operators import BYTES_OF, OPERATORS
from ganvas.models.protobuf import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    Field,
    Malformed,
    fields,
    message,
    numbers,
    text,
    write_bytes,
    write_number,
    write_varint,
)  # fmt: skip

MAX_BYTES = 20_000_000
MAX_FIELDS = 200_000
MAX_NODES = 2_000
MAX_ELEMENTS = 20_000_000
MAX_LISTED = 64
"""Numbers that a tensor or an attribute may list one by one."""
MAX_JOINED = 64
"""Inputs or outputs of one node."""
MAX_DIMS = 8
MAX_NAME = 200
MAX_RESIZES = 8
"""Six doublings bring a picture from 4 pixels a side to 256; a sketch is enlarged twice."""

IR_VERSIONS = range(7, 14)
OPSETS = range(13, 24)
_FLOAT = 1
_LIST_OF = {1: 4, 3: 5, 6: 5, 9: 5, 10: 5, 16: 5, 7: 7, 11: 10}
"""The field in which a tensor of each type lists its numbers."""

Inspected = NewType("Inspected", bytes)
"""A graph that was inspected and written again: the only kind that a session is opened on."""

Rules = Mapping[int, tuple[tuple[int, ...], bool]]
"""Field number -> the wire types it may have, and whether it may come more than once. Other fields
refuse the file.

A runtime skips a field of the wrong wire type and merges a field that comes twice; a guard that
reads it differently can be led past. So both are refused.
"""
_WORD, _WORDS, _INT, _INTS = ((BYTES,), False), ((BYTES,), True), ((VARINT,), False), ((VARINT, BYTES), True)
_REAL, _REALS, _DOUBLES = ((FIXED32,), False), ((FIXED32, BYTES), True), ((FIXED64, BYTES), True)
_MODEL: Rules = {1: _INT, 2: _WORD, 3: _WORD, 4: _WORD, 5: _INT, 7: _WORD, 8: _WORD}
_OPSET: Rules = {1: _WORD, 2: _INT}
_GRAPH: Rules = {1: _WORDS, 2: _WORD, 5: _WORDS, 11: _WORDS, 12: _WORDS}
_VALUE: Rules = {1: _WORD, 2: _WORD}
_TYPE: Rules = {1: _WORD}
_ARRAY: Rules = {1: _INT, 2: _WORD}
_SHAPE: Rules = {1: _WORDS}
_DIM: Rules = {1: _INT, 2: _WORD}
_NODE: Rules = {1: _WORDS, 2: _WORDS, 3: _WORD, 4: _WORD, 5: _WORDS, 7: _WORD}
_ATTRIBUTE: Rules = {1: _WORD, 2: _REAL, 3: _INT, 4: _WORD, 5: _WORD, 7: _REALS, 8: _INTS, 20: _INT}
_VALUE_FIELD = {
    operators.FLOAT: 2, operators.INT: 3, operators.TEXT: 4, operators.TENSOR: 5, operators.FLOATS: 7, operators.INTS: 8,
}  # fmt: skip
_TENSOR: Rules = {1: _INTS, 2: _INT, 4: _REALS, 5: _INTS, 7: _INTS, 8: _WORD, 9: _WORD, 10: _DOUBLES, 14: _INT}


@dataclass
class _Spent:
    """What was found in the file so far, of what is bounded."""

    fields: int = 0
    resizes: int = 0
    elements: int = 0


def inspect(content: bytes, *, inputs: tuple[str, ...], output: str | tuple[str, ...], where: object) -> Inspected:
    """Inspect an ONNX file and return it written again; refuse it unless it is what the manifest says.
    Raises InputError, and nothing else.

    output: the name of what it gives, or the names in their order.
    """
    try:
        if len(content) > MAX_BYTES:
            raise Malformed(f"it has {len(content):,} bytes, more than {MAX_BYTES:,}")
        outputs = (output,) if isinstance(output, str) else output
        return Inspected(_model(memoryview(content), inputs=inputs, outputs=outputs, spent=_Spent()))
    except Malformed as error:
        raise InputError(f"the graph is refused: {error}", where=where, do="take the model from a source you trust") from error


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


def _model(part: memoryview, *, inputs: tuple[str, ...], outputs: tuple[str, ...], spent: _Spent) -> bytes:
    """Check a model and write it again, with the graph last: the first bytes are always the same, and of no other format."""
    found = _read(part, _MODEL, spent, "the model")
    if 7 not in found or 8 not in found or _number(found, 1) not in IR_VERSIONS:
        raise Malformed("it must be of a known version, with one graph and one set of operators")
    opset = _read(message(found[8][0]), _OPSET, spent, "the set of operators")
    _own_domain(_text(opset, 1))
    if _number(opset, 2) not in OPSETS:
        raise Malformed(f"its set of operators has the version {_number(opset, 2)}")

    graph = _graph(message(found[7][0]), inputs=inputs, outputs=outputs, spent=spent)
    return b"".join(
        (write_number(1, _number(found, 1)), write_bytes(8, write_number(2, _number(opset, 2))), write_bytes(7, graph))
    )


def _graph(part: memoryview, *, inputs: tuple[str, ...], outputs: tuple[str, ...], spent: _Spent) -> bytes:
    graph = _read(part, _GRAPH, spent, "the graph")
    if len(graph.get(1, ())) > MAX_NODES:
        raise Malformed(f"it has more than {MAX_NODES:,} nodes")
    nodes = [_node(message(node), spent) for node in graph.get(1, ())]
    held = dict(_tensor(message(tensor), spent) for tensor in graph.get(5, ()))
    if len(held) < len(graph.get(5, ())):
        raise Malformed("two tensors have one name")
    given, made = ([_value(message(one), spent) for one in graph.get(number, ())] for number in (11, 12))
    taken = [name for name, _ in given if name not in held]
    if sorted(taken) != sorted(inputs) or tuple(name for name, _ in made) != outputs:
        shown = [name for name, _ in made[:8]]
        raise Malformed(f"it takes {taken[:8]} and gives {shown}, not what model.json says")
    parts = ((1, nodes), (2, (b"graph",)), (5, held.values()), (11, _seconds(given)), (12, _seconds(made)))
    return b"".join(write_bytes(number, one) for number, some in parts for one in some)


def _seconds(pairs: Iterable[tuple[str, bytes]]) -> list[bytes]:
    return [one for _, one in pairs]


def _value(part: memoryview, spent: _Spent) -> tuple[str, bytes]:
    """Check an input or output of the graph, which must be an array of floats. Returns its name, and it written again."""
    found = _read(part, _VALUE, spent, "a value")
    name = _name(found, 1)
    array = _read(_only(_read(_only(found, 2), _TYPE, spent, "a type"), 1), _ARRAY, spent, "an array")
    if _number(array, 1) not in BYTES_OF:
        raise Malformed(f"values of type {_number(array, 1)} are not allowed")
    kept = write_number(1, _number(array, 1))
    if 2 in array:
        dims = _read(message(array[2][0]), _SHAPE, spent, "a shape").get(1, [])
        if len(dims) > MAX_DIMS:
            raise Malformed("a value has too many dimensions")
        kept += write_bytes(2, b"".join(write_bytes(1, _dim(message(dim), spent)) for dim in dims))
    return name, write_bytes(1, name.encode()) + write_bytes(2, write_bytes(1, kept))


def _dim(part: memoryview, spent: _Spent) -> bytes:
    found = _read(part, _DIM, spent, "a dimension")
    if 1 in found:
        if not 0 <= _number(found, 1) <= MAX_ELEMENTS or 2 in found:
            raise Malformed("a value has impossible dimensions")
        return write_number(1, _number(found, 1))
    return write_bytes(2, _name(found, 2).encode()) if 2 in found else b""


def _node(part: memoryview, spent: _Spent) -> bytes:
    """Check one node and write it again, without its name."""
    found = _read(part, _NODE, spent, "a node")
    _own_domain(_text(found, 7))
    kind = _text(found, 4)
    if kind not in OPERATORS:
        raise Malformed(f"the operator {kind!r} is not allowed")
    spent.resizes += kind == "Resize"
    if spent.resizes > MAX_RESIZES:
        raise Malformed(f"it enlarges more than {MAX_RESIZES} times")
    kept: list[bytes] = []
    for number in (1, 2):
        if len(found.get(number, ())) > MAX_JOINED:
            raise Malformed(f"a node joins more than {MAX_JOINED} tensors")
        kept += [write_bytes(number, _checked(one).encode()) for one in found.get(number, ())]
    attributes = dict(_attribute(message(one), kind, spent) for one in found.get(5, ()))
    if len(attributes) < len(found.get(5, ())):
        raise Malformed("a node has an attribute twice")
    return b"".join((*kept, write_bytes(4, kind.encode()), *(write_bytes(5, one) for one in attributes.values())))


def _attribute(part: memoryview, operator: str, spent: _Spent) -> tuple[str, bytes]:
    """Check an attribute of an operator. Returns its name, and it written again."""
    found = _read(part, _ATTRIBUTE, spent, "an attribute")
    name, kind = _text(found, 1), _number(found, 20)
    wanted, allows = OPERATORS[operator].get(name, (0, None))
    if allows is None or kind != wanted or not found.keys() <= {1, 20, _VALUE_FIELD[kind]}:
        raise Malformed(f"{operator} has an attribute that is not allowed ({name!r})")
    place = _VALUE_FIELD[kind]
    some = found.get(place, [])
    if kind == operators.TENSOR:
        kept, value = [write_bytes(place, _tensor(_only(found, place), spent)[1])], []
    elif kind in (operators.INT, operators.INTS):
        whole = _wholes(some) if kind == operators.INTS else [_number(found, place)]
        kept, value = [write_number(place, one) for one in whole], whole if kind == operators.INTS else whole[0]
    elif kind == operators.TEXT:
        value = bytes(_only(found, place))
        kept = [write_bytes(place, value)]
    else:
        real = _floats(some) if some or kind == operators.FLOATS else [0.0]
        kept = [write_varint(place << 3 | FIXED32) + struct.pack("<f", one) for one in real]
        value = real if kind == operators.FLOATS else real[0]
    if not allows(value):
        raise Malformed(f"{operator} has a value of {name} that is not allowed")
    return name, b"".join((write_bytes(1, name.encode()), *kept, write_number(20, kind)))


def _tensor(part: memoryview, spent: _Spent) -> tuple[str, bytes]:
    """Check one tensor. Returns its name, and it written again."""
    found = _read(part, _TENSOR, spent, "a tensor")
    name, kind = _name(found, 8), _number(found, 2)
    if _number(found, 14) != 0:
        raise Malformed("a tensor lies outside the file")
    if kind not in BYTES_OF:
        raise Malformed(f"tensors of type {kind} are not allowed")
    dims = _wholes(found.get(1, ()))
    if len(dims) > MAX_DIMS or any(not 0 <= size <= MAX_ELEMENTS for size in dims):
        raise Malformed("a tensor has impossible dimensions")
    elements = prod(dims)
    spent.elements += elements
    if spent.elements > MAX_ELEMENTS:
        raise Malformed(f"its tensors hold more than {MAX_ELEMENTS:,} numbers")
    head = b"".join((*(write_number(1, size) for size in dims), write_number(2, kind), write_bytes(8, name.encode())))
    return name, head + _content(found, kind=kind, elements=elements)


def _content(found: Mapping[int, list[Field]], *, kind: int, elements: int) -> bytes:
    """Check what a tensor holds, as bytes or as a short list of its own type, and write it again."""
    listed = [number for number in (4, 5, 7, 10) if number in found]
    if 9 in found:
        raw = message(found[9][0])
        if listed or len(raw) != elements * BYTES_OF[kind]:
            raise Malformed("a tensor holds another number of bytes than its dimensions say")
        return write_bytes(9, raw)
    if not listed and not elements:
        return b""
    place = _LIST_OF[kind]
    if listed != [place] or elements > MAX_LISTED:
        raise Malformed("a tensor must hold its numbers as bytes, or a few of them as a list")
    if place in (4, 10):
        content = b"".join(_bytes_of(one) for one in found[place])
        count, rest = divmod(len(content), BYTES_OF[kind])
    else:
        whole = _wholes(found[place])
        content, count, rest = b"".join(map(write_varint, whole)), len(whole), 0
    if count != elements or rest:
        raise Malformed("a tensor lists another count of numbers than its dimensions say")
    return write_bytes(place, content)


def _bytes_of(found: Field) -> memoryview:
    """Return the bytes of a field of fixed width, or of a packed list of such."""
    assert not isinstance(found.value, int)
    return found.value


def _floats(found: Sequence[Field]) -> list[float]:
    content = b"".join(_bytes_of(one) for one in found)
    if len(content) % 4 or len(content) > 4 * MAX_LISTED:
        raise Malformed("a list of numbers is too long, or cut short")
    return list(struct.unpack(f"<{len(content) // 4}f", content))


def _wholes(found: Sequence[Field]) -> list[int]:
    """Return the whole numbers of a field that may come many times, packed or not."""
    whole = [value for one in found for value in numbers(one)]
    if len(whole) > MAX_LISTED:
        raise Malformed("a list is too long")
    return whole


def _only(found: Mapping[int, list[Field]], number: int) -> memoryview:
    """Return the bytes of a field that must be there."""
    if number not in found:
        raise Malformed(f"a field is missing ({number})")
    return message(found[number][0])


def _own_domain(name: str) -> None:
    if name not in ("", "ai.onnx"):
        raise Malformed(f"operators of the domain {name!r} are not allowed")


def _number(found: Mapping[int, list[Field]], number: int) -> int:
    """Return a field that is one whole number; 0 when it is not there, as in the format."""
    return numbers(found[number][0])[0] if number in found else 0


def _text(found: Mapping[int, list[Field]], number: int) -> str:
    """Return a field that is one text, cut to 100 letters; empty when it is not there."""
    return text(found[number][0])[:100] if number in found else ""


def _name(found: Mapping[int, list[Field]], number: int) -> str:
    """Return the name of a tensor or value; empty when it is not there."""
    return _checked(found[number][0]) if number in found else ""


def _checked(found: Field) -> str:
    """Return a field that is the name of a tensor: short and printable, for it may stand in an error of the runtime."""
    name = text(found)
    if len(name) > MAX_NAME or not name.isprintable():
        raise Malformed("a name is too long, or cannot be printed")
    return name
