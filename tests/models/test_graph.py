"""What the guard reads must be what the runtime reads: the same bytes, field by field."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from ganvas.ground.errors import InputError
from ganvas.models import graph
from ganvas.models.graph import inspect
from ganvas.models.operators import OPERATORS
from ganvas.models.runtime import onnxruntime
from ganvas.pipelines import load
from ganvas.vocabulary.condition import Condition
from tests.pipelines.fakes import constant, floats, model_of, synthesis, write_model


def varint(value: int) -> bytes:
    parts: list[int] = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def part(number: int, content: bytes) -> bytes:
    """A field of bytes on the wire."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def refused(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        inspect(content, inputs=("w",), output="work", where="here")


def with_node(node: bytes) -> bytes:
    """A good model whose last node is the given bytes."""
    model = synthesis(channels=4)
    whole = model.graph.SerializeToString()
    model.ClearField("graph")
    return model.SerializeToString() + part(7, whole + part(1, node))


def test_a_good_graph_passes() -> None:
    inspect(synthesis(channels=4).SerializeToString(), inputs=("w",), output="work", where="here")


def test_an_operator_cannot_hide_behind_a_field_that_the_runtime_skips() -> None:
    """A runtime skips an op_type of the wrong wire type and runs the Loop before it."""
    hidden = part(4, b"Loop") + varint(4 << 3 | 1) + b"Constant"
    refused(with_node(hidden), "a node has a field that is not allowed")


def test_a_field_cannot_come_twice() -> None:
    """A runtime merges two tensors in one attribute; each alone may look small."""
    refused(with_node(part(4, b"Loop") + part(4, b"Add")), "a node has a field that is not allowed")
    whole = synthesis(channels=4).SerializeToString()
    refused(whole + part(7, synthesis(channels=3).graph.SerializeToString()), "the model has a field that is not allowed")


def test_an_empty_list_is_no_number() -> None:
    model = synthesis(channels=4)
    tensor = model.graph.initializer[0]
    tensor.ClearField("data_type")
    bad = tensor.SerializeToString() + part(2, b"")
    model.ClearField("graph")
    refused(model.SerializeToString() + part(7, part(5, bad)), "a tensor has a field that is not allowed")


Change = Callable[[onnx.ModelProto], None]


def changed(change: Change) -> bytes:
    model = synthesis(channels=4)
    change(model)
    return model.SerializeToString()


def typed_as_a_sequence(model: onnx.ModelProto) -> None:
    kind = model.graph.input[0].type
    for _ in range(90):
        kind = kind.sequence_type.elem_type
    kind.tensor_type.elem_type = 1


def with_many_dims(model: onnx.ModelProto) -> None:
    model.graph.output[0].type.tensor_type.shape.dim.extend([onnx.TensorShapeProto.Dimension() for _ in range(1000)])


def of_text(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.STRING


def joined(model: onnx.ModelProto) -> None:
    model.graph.node[0].input.extend(["w"] * 1000)


def with_name(name: str) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node[0].output[0] = model.graph.node[1].input[0] = name

    return change


def with_attribute(name: str, value: object, *, operator: str = "Resize") -> Change:
    def change(model: onnx.ModelProto) -> None:
        node = next(node for node in model.graph.node if node.op_type == operator)
        node.attribute.append(helper.make_attribute(name, value))

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (typed_as_a_sequence, "a type has a field that is not allowed"),
        (with_many_dims, "too many dimensions"),
        (of_text, "values of type 8 are not allowed"),
        (joined, "joins more than"),
        (with_name("x" * 300), "a name is too long"),
        (with_name("x\x1b[2J"), "cannot be printed"),
        (with_attribute("mode", "linear"), "an attribute twice"),
        (with_attribute("coordinate_transformation_mode", "tf_crop_and_resize"), "not allowed"),
        (with_attribute("cubic_coeff_a", float("nan")), "not allowed"),
        (with_attribute("axes", [1 << 62]), "not allowed"),
        (with_attribute("allowzero", 1 << 40, operator="Reshape"), "not allowed"),
        (with_attribute("extra", 1, operator="MatMul"), "not allowed"),
    ],
)
def test_types_names_and_attributes_are_inspected_too(change: Change, why: str) -> None:
    refused(changed(change), why)


def test_a_number_has_one_spelling() -> None:
    """08 0A is ir_version 10; so is 08 8A 00, for a reader that is not strict. Two readers then see two files."""
    whole = synthesis(channels=4).SerializeToString()
    assert whole[:2] == b"\x08\x0a"
    refused(b"\x08\x8a\x00" + whole[2:], "written longer than it need be")
    refused(b"\x88\x00\x0a" + whole[2:], "written longer than it need be")


def test_the_runtime_is_given_what_was_understood_and_nothing_else() -> None:
    model = synthesis(channels=4)
    model.producer_name, model.graph.node[0].name, model.graph.name = "ORTM" * 20, "\x1b[2J" * 9, "\x1b"
    content = model.SerializeToString()
    again = inspect(content, inputs=("w",), output="work", where="here")
    assert b"ORTM" not in again and b"\x1b[2J" not in again
    assert understood(onnx.load_from_string(again)) == understood(model)
    assert inspect(again, inputs=("w",), output="work", where="here") == again


def understood(model: onnx.ModelProto) -> bytes:
    """A model without what only people read, as another reader writes it."""
    kept = onnx.ModelProto()
    kept.CopyFrom(model)
    for name in ("producer_name", "producer_version", "domain", "model_version"):
        kept.ClearField(name)
    kept.graph.name = "graph"
    for node in kept.graph.node:
        node.ClearField("name")
        node.ClearField("domain")
    for tensor in kept.graph.initializer:
        tensor.ClearField("data_location")
    for opset in kept.opset_import:
        opset.ClearField("domain")
    return kept.SerializeToString(deterministic=True)


HEAD = synthesis(channels=4).SerializeToString()


@settings(max_examples=400)
@given(st.data())
def test_two_readers_agree_on_every_graph_that_passes(data: st.DataObject) -> None:
    """Bytes changed, left out, put in and doubled: what passes is what another reader understands, and of no other format."""
    content = bytearray(HEAD)
    weights = content.find(b"to work")  # most bytes are numbers, which no reader disagrees about
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, 200) | st.integers(max(len(content) - 300, 0), len(content) - 1) | st.just(weights))
        match data.draw(st.sampled_from(("change", "drop", "insert", "double"))):
            case "change":
                content[at] = data.draw(st.integers(0, 255))
            case "drop":
                del content[at : at + data.draw(st.integers(1, 4))]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=6) | st.sampled_from((b"ORTM", b"\x80\x00")))
            case _:
                content[at:at] = content[at : at + data.draw(st.integers(1, 40))]
    try:
        again = inspect(bytes(content), inputs=("w",), output="work", where="here")
    except InputError:
        return
    assert again[:7] == again[:1] + again[1:2] + b"\x42\x02\x10" + again[5:6] + b"\x3a" and again[4:8] != b"ORTM"
    read = onnx.load_from_string(again)
    assert understood(read) == understood(onnx.load_from_string(bytes(content)))
    assert {node.op_type for node in read.graph.node} <= set(OPERATORS)


def test_fields_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "MAX_FIELDS", 50)
    refused(with_node(part(4, b"Add") + part(1, b"w") * 100), "more than 50 fields")


def test_sizes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = synthesis(channels=4).SerializeToString()
    for name, bound, why in (
        ("MAX_BYTES", 100, "bytes, more than"),
        ("MAX_NODES", 2, "nodes"),
        ("MAX_ELEMENTS", 1536, "numbers"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(graph, name, bound)
            refused(whole, why)


def test_a_list_of_dimensions_without_end_is_refused() -> None:
    model = synthesis(channels=4)
    model.graph.initializer[0].dims.extend([1] * 20)
    refused(model.SerializeToString(), "impossible dimensions")


@pytest.mark.parametrize(("opset", "ir"), [(1, 10), (99, 10), (18, 1), (18, 99)])
def test_unknown_versions_are_refused(opset: int, ir: int) -> None:
    model = synthesis(channels=4)
    model.opset_import[0].version, model.ir_version = opset, ir
    refused(model.SerializeToString(), "version")


def test_names_are_those_of_the_manifest() -> None:
    content = synthesis(channels=4).SerializeToString()
    for inputs, output in ((("z",), "work"), (("w", "words"), "work"), (("w",), "picture")):
        with pytest.raises(InputError, match=r"takes .* and gives"):
            inspect(content, inputs=inputs, output=output, where="here")


def test_what_grows_without_end_meets_a_wall(tmp_path: Path) -> None:
    """A legal Resize may ask for any size; the runtime's memory is bounded, so it fails instead of taking the machine."""

    def bomb(model: onnx.ModelProto) -> None:
        scales = np.array([1, 1, 30_000, 30_000], dtype=np.float32)
        held = [constant("shape", np.array([-1, 1, 1, 6], dtype=np.int64)), constant("scales", scales)]
        nodes = [
            helper.make_node("Reshape", ["w", "shape"], ["small"]),
            helper.make_node("Resize", ["small", "", "scales"], ["work"], mode="nearest"),
        ]
        model.CopyFrom(model_of(nodes, [floats("w", "n", 6)], [floats("work", "n", 1, 30_000, 180_000)], held))

    pipeline = load(write_model(tmp_path / "m", change=bomb))
    with pytest.raises(InputError, match="graph fails"):
        pipeline([Condition()], pipeline.noise(0, number=0))


def test_sessions_do_not_read_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once loaded, a model may go: what was checked is what is run."""
    folder = write_model(tmp_path / "m")
    pipeline = load(folder)
    for path in folder.iterdir():
        path.unlink()
    handed: list[object] = []
    real = onnxruntime.InferenceSession

    def watched(content: object, *rest: object, **names: object) -> onnxruntime.InferenceSession:
        handed.append(content)
        return real(content, *rest, **names)  # pyright: ignore[reportArgumentType, reportCallIssue]

    monkeypatch.setattr(onnxruntime, "InferenceSession", watched)
    pipeline([Condition()], pipeline.noise(0, number=0))
    assert [type(content) for content in handed] == [bytes, bytes]
