"""Sessions: bounded memory, one format, one line for every error, nothing on stdout."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ganvas.ground.errors import InputError
from ganvas.models import session
from ganvas.models.graph import Inspected, inspect
from ganvas.models.runtime import onnxruntime
from ganvas.models.session import GraphSession
from tests.pipelines.fakes import constant, floats, model_of, synthesis


def opened(model: onnx.ModelProto) -> GraphSession:
    return GraphSession(inspect(model.SerializeToString(), inputs=("w",), output="work", where="here"), where="here")


def folding(rows: int, columns: int) -> onnx.ModelProto:
    """A few kilobytes that fold into a constant of rows x columns floats."""
    held = [
        constant("a", np.zeros((rows, 1), np.float32)), constant("b", np.zeros((1, columns), np.float32)),
        constant("axes", np.array([0, 1], np.int64)),
    ]  # fmt: skip
    nodes = [
        helper.make_node("Add", ["a", "b"], ["big"]), helper.make_node("ReduceMean", ["big", "axes"], ["mean"]),
        helper.make_node("Add", ["w", "mean"], ["work"]),
    ]  # fmt: skip
    return model_of(nodes, [floats("w", "n", 6)], [floats("work", "n", 6)], held)


def test_a_good_graph_runs() -> None:
    (work,) = opened(synthesis(channels=4)).run(["work"], {"w": np.ones((1, 6))})
    assert work.shape == (1, 4, 16, 16) and work.dtype == np.float32


def test_what_folds_into_gigabytes_is_one_line() -> None:
    """Folding happens outside the arena; beyond the limit it is left to the run, where the arena is bounded."""
    big = opened(folding(20_000, 20_000))
    with pytest.raises(InputError, match="needs more memory than the 512 MB"):
        big.run(["work"], {"w": np.ones((1, 6))})


def test_no_other_format_is_opened() -> None:
    """The runtime's own format is known by its bytes unless the format is named."""
    with pytest.raises(InputError, match="refuses the graph"):
        GraphSession(Inspected(b"\x18\x00\x00\x00ORTM" + bytes(200)), where="here")
    assert session._ENTRIES["session.load_model_format"] == "ONNX"


def test_a_refused_graph_is_one_line_and_nothing_on_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    model = synthesis(channels=4)
    model.graph.node[-1].input[0] = "nowhere"
    with pytest.raises(InputError, match="the runtime refuses the graph") as refused:
        opened(model)
    assert len(str(refused.value).splitlines()) == 1 and capfd.readouterr().out == ""


def test_a_format_of_another_reader_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = onnxruntime.SessionOptions.add_session_config_entry

    def watched(self: object, name: str, value: str) -> None:
        seen.append(f"{name}={value}")
        real(self, name, value)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(onnxruntime.SessionOptions, "add_session_config_entry", watched)
    opened(synthesis(channels=4))
    assert "session.load_model_format=ONNX" in seen
    assert any(one.startswith("optimization.constant_folding_max_output_size_in_bytes=") for one in seen)


def test_types_are_cast_for_the_runtime() -> None:
    model = synthesis(channels=4)
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT
    assert opened(model).outputs == ("work",)
