"""Two thousand mutated and polyglot graphs, made of good ones: what a stranger may put into a model folder.

Each is inspected, tried in a process of its own and opened, as a model's graphs are. None ends this process, none is opened with
an operator that inspection did not allow, none takes more than 1 GB or 10 s.
"""

import contextlib
import random
import resource
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ganvas.ground.errors import InputError
from ganvas.models.find import bundled
from ganvas.models.graph import Inspected, inspect
from ganvas.models.operators import OPERATORS
from ganvas.models.session import GraphSession
from ganvas.models.trial import Port, ensure_tried
from tests.pipelines.fakes import floats, mapping, restyle_graph, synthesis

pytestmark = [pytest.mark.proof, pytest.mark.trials]

PARTS, IN_A_PART = 20, 100
MOST_BYTES, MOST_SECONDS = 1_000_000_000, 11.0
"""A trial is stopped after 10 s of computing; a second more for the process to end."""
Base = tuple[bytes, Port]
Change = Callable[[random.Random, onnx.ModelProto], None]
KINDS = sorted({schema.name for schema in onnx.defs.get_all_schemas()})
NUMBERS = (0, 1, -1, 2, 3, 7, 64, 1000, 65_535, 10**6, 2**31 - 1, 2**31, -(2**31), 2**62, -(2**63))
REALS = (0.0, -1.0, 0.5, 2.0, 1e3, 1e9, 1e38, float("inf"), float("nan"), -1e9, 1e-45)


def bases() -> list[Base]:
    """Return good graphs with what they take and give: small ones of each kind, and one that is bundled."""
    folder = bundled("emoji-x4")
    assert folder is not None
    return [
        (synthesis(channels=4).SerializeToString(), Port({"w": (1, 6)}, ("work",))),
        (mapping(words=True, labels={}).SerializeToString(), Port({"z": (1, 8), "words": (1, 512)}, ("w",))),
        (restyle_graph(channels=4, styles=2).SerializeToString(), Port({"picture": (1, 4, 64, 64), "style": (1, 2)}, ("work",))),
        ((folder / "enlarge.onnx").read_bytes(), Port({"small": (1, 4, 16, 16)}, ("large",))),
    ]


# of bytes: any file


def flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(min(len(changed), 4000))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randint(1, 40) :] if chance.random() < 0.7 else content[:at]


def repeat(chance: random.Random, content: bytes) -> bytes:
    at, size = chance.randrange(min(len(content), 2000)), chance.randint(1, 400)
    return content[:at] + content[at : at + size] * chance.randint(2, 4) + content[at + size :]


def join(chance: random.Random, content: bytes) -> bytes:
    """Two models one after the other: protobuf merges them."""
    other, _ = chance.choice(bases())
    return content + other if chance.random() < 0.5 else other + content


def two_readers(chance: random.Random, content: bytes) -> bytes:
    """The runtime's own format by its first bytes, and protobuf too: in numbers longer than need be, or in a name."""
    heads = (b"\x08\x0a\x92\x00\x4fRTM" + bytes(76), b"\x08\x0a\x12\x50ORTM" + bytes(76), b"\x22\x4e\x4f\x52ORTM" + bytes(74),
             struct.pack("<I", chance.randrange(1 << 24)) + b"ORTM")  # fmt: skip
    return chance.choice(heads) + content


def longer_numbers(chance: random.Random, content: bytes) -> bytes:
    """Write a number that fits into one byte as two, somewhere near the start."""
    at = chance.randrange(min(len(content), 300))
    return content[:at] + bytes([content[at] | 0x80, 0]) + content[at + 1 :]


OF_BYTES = (flip, cut, repeat, join, two_readers, longer_numbers)


# of graphs: what a person who means it writes


def node_of(chance: random.Random, model: onnx.ModelProto) -> onnx.NodeProto:
    return chance.choice(list(model.graph.node))


def names_of(model: onnx.ModelProto) -> list[str]:
    made = [name for node in model.graph.node for name in (*node.input, *node.output) if name]
    return [*made, *(one.name for one in model.graph.initializer)]


def other_operator(chance: random.Random, model: onnx.ModelProto) -> None:
    node_of(chance, model).op_type = chance.choice(KINDS if chance.random() < 0.4 else sorted(OPERATORS))


def other_inputs(chance: random.Random, model: onnx.ModelProto) -> None:
    node = node_of(chance, model)
    names = [*node.input, chance.choice(names_of(model))] if chance.random() < 0.3 else list(node.input)
    names[chance.randrange(len(names))] = chance.choice([*names_of(model), "", "nothing"])
    node.input[:] = names


def other_attribute(chance: random.Random, model: onnx.ModelProto) -> None:
    node = node_of(chance, model)
    known = [name for kind in OPERATORS.values() for name in kind]
    value: Any = chance.choice([
        chance.choice(NUMBERS), chance.choice(REALS), [chance.choice(NUMBERS) for _ in range(chance.randint(1, 9))],
        chance.choice([b"nearest", b"cubic", b"tf_crop_and_resize", b"SAME_UPPER", b"\xff"]),
        [chance.choice(REALS) for _ in range(4)], numpy_helper.from_array(np.zeros(chance.randint(0, 9), np.float32)),
    ])  # fmt: skip
    name = chance.choice([*(one.name for one in node.attribute), *known])
    kept = [one for one in node.attribute if one.name != name or chance.random() < 0.1]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(name, value)])


def other_tensor(chance: random.Random, model: onnx.ModelProto) -> None:
    """Scales, shapes and axes of any size; weights of another type, or of numbers that are none."""
    tensor = chance.choice(list(model.graph.initializer))
    array = numpy_helper.to_array(tensor).copy()
    if array.size == 0:
        return
    kind = chance.random()
    if array.dtype == np.int64:
        array.flat[chance.randrange(array.size)] = chance.choice(NUMBERS)
    elif kind < 0.6:
        array.flat[chance.randrange(array.size)] = np.float32(chance.choice(REALS)).astype(array.dtype)
    elif kind < 0.8:
        array = array.astype(chance.choice([np.float16, np.float64, np.int32, np.bool_]))
    else:
        array = array.reshape(-1)[: chance.randint(0, array.size)]
    tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def huge_tensor(chance: random.Random, model: onnx.ModelProto) -> None:
    tensor = chance.choice(list(model.graph.initializer))
    tensor.dims[:] = [chance.choice([0, 1, 4096, 1 << 31, 1 << 40, 1 << 62]) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.5:
        tensor.ClearField("raw_data")


def growing(chance: random.Random, model: onnx.ModelProto) -> None:
    """Each step doubles what the one before made, or multiplies all of it with all of it."""
    last = model.graph.node[-1]
    name, last.output[0] = last.output[0], "grown0"
    held = numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "twice")
    model.graph.initializer.append(held)
    steps, kind = chance.choice([3, 8, 40, 400, 1900]), chance.choice(["Concat", "MatMul", "Add", "Resize", "Conv", "Exp"])
    for step in range(steps):
        before, after = f"grown{step}", f"grown{step + 1}" if step + 1 < steps else name
        joined = {"Resize": [before, "", "twice"], "Exp": [before]}.get(kind, [before, before])
        more = {"axis": chance.choice([-1, -2])} if kind == "Concat" else {}
        model.graph.node.append(helper.make_node(kind, joined, [after], **more))


def costly_constants(chance: random.Random, model: onnx.ModelProto) -> None:
    """Few numbers that fold to many when a session opens, their mean added to what the graph draws."""
    last = model.graph.node[-1]
    name, last.output[0] = last.output[0], "drawn"
    side, many = chance.choice([100, 2000, 6000]), chance.choice([1, 10, 100])
    held = {"row": np.ones((1, side), np.float32), "column": np.ones((side, 1), np.float32), "axes": np.array([0, 1], np.int64)}
    model.graph.initializer.extend(numpy_helper.from_array(array, key) for key, array in held.items())
    before = "drawn"
    for step in range(many):
        kind = chance.choice(["Add", "MatMul", "Mul"])
        joined = ["column", "row"] if kind != "MatMul" or chance.random() < 0.5 else ["row", "column"]
        model.graph.node.append(helper.make_node(kind, joined, [f"large{step}"]))
        model.graph.node.append(helper.make_node("ReduceMean", [f"large{step}", "axes"], [f"mean{step}"], keepdims=0))
        after = name if step + 1 == many else f"sum{step}"
        model.graph.node.append(helper.make_node("Add", [before, f"mean{step}"], [after]))
        before = after


def forbidden(chance: random.Random, model: onnx.ModelProto) -> None:
    """What no graph of ours has: functions, other domains, subgraphs, data outside the file, sparse tensors, training."""
    kind = chance.randrange(7)
    node = node_of(chance, model)
    if kind == 0:
        model.functions.append(helper.make_function("x", "f", [], [], [], [helper.make_opsetid("", 18)]))
    elif kind == 1:
        node.domain = chance.choice(["com.microsoft", "ai.onnx.ml", "ai.onnx.preview.training", "x"])
        model.opset_import.append(helper.make_opsetid(node.domain, 1))
    elif kind == 2:
        body = helper.make_graph([helper.make_node("Identity", ["c"], ["d"])], "body", [floats("c")], [floats("d")])
        node.attribute.append(helper.make_attribute("body", body))
    elif kind == 3:
        tensor = model.graph.initializer[0]
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=chance.choice(["/etc/passwd", "../model.json", "/dev/zero"]))
    elif kind == 4:
        model.graph.sparse_initializer.add()
    elif kind == 5:
        model.training_info.add()
    else:
        node.overload = "x"


def other_ports(chance: random.Random, model: onnx.ModelProto) -> None:
    value = chance.choice([*model.graph.input, *model.graph.output])
    array = value.type.tensor_type
    if chance.random() < 0.3:
        array.elem_type = chance.randrange(24)
    for dim in array.shape.dim:
        if chance.random() < 0.4:
            dim.dim_value = chance.choice([*NUMBERS[:9], 16, 64])


OF_GRAPHS: tuple[Change, ...] = (other_operator, other_inputs, other_attribute, other_tensor, huge_tensor, growing,
                                 costly_constants, forbidden, other_ports)  # fmt: skip


def mutants(part: int) -> Iterator[tuple[bytes, Port]]:
    """Yield mutated files, each with what its model says that it takes and gives: the same for the same part."""
    good = bases()
    for number in range(IN_A_PART):
        chance = random.Random(f"{part} {number}")
        content, port = chance.choices(good, weights=(4, 3, 3, 1))[0]
        if chance.random() < 0.65:
            model = onnx.load_from_string(content)
            for _ in range(chance.choice([1, 1, 2, 3])):
                # a change may fit no graph that was changed before
                with contextlib.suppress(ValueError, IndexError, onnx.checker.ValidationError), np.errstate(all="ignore"):
                    chance.choice(OF_GRAPHS)(chance, model)
            content = model.SerializeToString()
        if chance.random() < 0.4:
            content = chance.choice(OF_BYTES)(chance, content)
        yield content, port


def check_written(graph: Inspected, port: Port) -> None:
    """Check what the runtime is given with another reader: nothing in it but allowed operators, and it is in its one form."""
    model = onnx.load_from_string(graph)
    assert {node.op_type for node in model.graph.node} <= OPERATORS.keys() and not any(node.domain for node in model.graph.node)
    assert not model.functions and not model.graph.sparse_initializer and not model.training_info
    assert not any(one.g.node or one.graphs or one.tensors for node in model.graph.node for one in node.attribute)
    assert not any(one.data_location or one.external_data for one in model.graph.initializer)
    assert [one.domain for one in model.opset_import] == [""] and graph[4:8] != b"ORTM"
    assert inspect(graph, inputs=tuple(port.takes), output=port.gives, where="again") == graph


def result_of(content: bytes, port: Port, *, digest: str) -> str:
    """Open a file as a stranger's graph is opened, and draw once. Returns how far it came."""
    try:
        graph = inspect(content, inputs=tuple(port.takes), output=port.gives, where="graph")
    except InputError:
        return "refused by inspection"
    check_written(graph, port)
    try:
        ensure_tried({"graph": graph}, {"graph": port}, digest=digest, where="graph")
    except InputError:
        return "refused by the trial"
    feed = {name: np.ones(shape, np.float32) for name, shape in port.takes.items()}
    try:
        GraphSession(graph, where="graph", threads=1, frees=True).run(port.gives, feed)
    except InputError:
        return "failed with other numbers"
    return "opened"


def computed() -> float:
    """Return the seconds that this process and those it started have computed: a busy machine makes none of them longer."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="address space is limited on Linux only")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutated_graph_gets_past_its_limits(part: int, record_property: Callable[[str, object], None]) -> None:
    found: Counter[str] = Counter()
    longest = 0.0
    for number, (content, port) in enumerate(mutants(part)):
        began = computed()
        found[result_of(content, port, digest=f"mutant-{part}-{number}")] += 1
        longest = max(longest, computed() - began)
        assert longest < MOST_SECONDS, f"graph {number} of part {part}"
    most = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    record_property(f"mutated graphs, part {part}", ", ".join(f"{name} {count}" for name, count in sorted(found.items())))
    record_property(
        f"mutated graphs, part {part}: most memory of a trial, MB; longest computing, s", f"{most / 1e6:.0f}, {longest:.1f}"
    )
    assert found["opened"] and found["refused by inspection"]
    assert most <= MOST_BYTES
