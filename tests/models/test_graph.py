"""What the guard reads must be what the runtime reads: the same bytes, field by field."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper

from ganvas.ground.errors import InputError
from ganvas.models import graph
from ganvas.models.graph import inspect
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
