"""Model folders from strangers: each is refused with one line, and the runtime is never handed a byte of it."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from PIL import Image

from ganvas.cli import main
from ganvas.ground.errors import InputError
from ganvas.models.graph import inspect
from ganvas.models.runtime import onnxruntime
from tests.pipelines.fakes import (
    constant,
    floats,
    model_of,
    restyle_graph,
    sign,
    synthesis,
    write_judged_model,
    write_model,
    write_restyler,
)


def with_synthesis(change: Callable[[onnx.ModelProto], None]) -> Callable[[Path], Path]:
    return lambda folder: write_model(folder, change=change)


def with_judge(change: Callable[[onnx.ModelProto], None]) -> Callable[[Path], Path]:
    return lambda folder: write_judged_model(folder, change=change)


def with_manifest(**fields: Any) -> Callable[[Path], Path]:
    return lambda folder: write_model(folder, manifest=fields)


def with_file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        write_model(folder)
        (folder / name).write_bytes(content)
        return sign(folder)

    return make


def external(graph: onnx.ModelProto) -> None:
    tensor = graph.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/passwd")


def endless_loop(graph: onnx.ModelProto) -> None:
    body = helper.make_graph([helper.make_node("Identity", ["c"], ["d"])], "body", [floats("i"), floats("c")], [floats("d")])
    graph.graph.node.append(helper.make_node("Loop", ["", "", "w"], ["again"], body=body))


def hidden_subgraph(graph: onnx.ModelProto) -> None:
    body = helper.make_graph([], "body", [], [floats("w")])
    graph.graph.node[0].attribute.append(helper.make_attribute("body", body))


def other_domain(graph: onnx.ModelProto) -> None:
    graph.graph.node[0].domain = "com.microsoft"


def imported_domain(graph: onnx.ModelProto) -> None:
    graph.opset_import.append(helper.make_opsetid("org.pytorch.aten", 1))


def huge_tensor(graph: onnx.ModelProto) -> None:
    tensor = graph.graph.initializer[0]
    tensor.dims[:] = [1 << 40, 1 << 20]


def lying_tensor(graph: onnx.ModelProto) -> None:
    graph.graph.initializer[0].dims[0] *= 2


def a_function(graph: onnx.ModelProto) -> None:
    graph.functions.append(helper.make_function("x", "f", [], [], [], [helper.make_opsetid("", 18)]))


def many_resizes(graph: onnx.ModelProto) -> None:
    for number in range(40):
        graph.graph.node.append(helper.make_node("Resize", ["work", "", "scales"], [f"bomb{number}"]))


def extra_input(graph: onnx.ModelProto) -> None:
    graph.graph.input.append(floats("secret", "n", 3))


def judge_of_pixels(graph: onnx.ModelProto) -> None:
    graph.graph.input[0].name = "pixels"


def judge_that_draws(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].name = "work"


def wrong_digest(folder: Path) -> Path:
    write_model(folder)
    content = (folder / "synthesis.onnx").read_bytes()
    (folder / "synthesis.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    return folder


def manifest_text(text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        write_model(folder)
        (folder / "model.json").write_text(text, encoding="utf-8")
        return folder

    return make


BAD = {
    "a pickle named .onnx": with_file("synthesis.onnx", pickle.dumps({"weights": [1.0] * 100})),
    "a pickle among the files": with_file("weights.pkl", pickle.dumps([1])),
    "a path out of the folder": with_manifest(files={"../../secret.onnx": "0" * 64}),
    "an absolute path": with_manifest(files={"/etc/passwd": "0" * 64}),
    "a forged header": with_file("synthesis.onnx", b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + b"x" * 50),
    "another digest": wrong_digest,
    "data outside the file": with_synthesis(external),
    "an unknown operator domain": with_synthesis(other_domain),
    "an unknown imported domain": with_synthesis(imported_domain),
    "a huge tensor": with_synthesis(huge_tensor),
    "a tensor that lies": with_synthesis(lying_tensor),
    "an endless loop": with_synthesis(endless_loop),
    "a subgraph where none belongs": with_synthesis(hidden_subgraph),
    "a function of its own": with_synthesis(a_function),
    "enlarging without end": with_synthesis(many_resizes),
    "an input nobody knows": with_synthesis(extra_input),
    "a judge with data outside the file": with_judge(external),
    "a judge with an endless loop": with_judge(endless_loop),
    "a judge of another domain": with_judge(other_domain),
    "a judge with an input nobody knows": with_judge(extra_input),
    "a judge that asks for something else": with_judge(judge_of_pixels),
    "a judge that gives something else": with_judge(judge_that_draws),
    "a judge that is a pickle": with_file("judge.onnx", pickle.dumps([1.0] * 100)),
    "a file that is missing": with_manifest(files={"mapping.onnx": "0" * 64, "synthesis.onnx": "0" * 64, "extra.onnx": "0" * 64}),
    "a manifest that is no JSON": manifest_text("{"),
    "a manifest nested too deeply": manifest_text("[" * 50_000),
    "a manifest of the future": with_manifest(format=2),
    "a manifest with more fields": with_manifest(run="rm -rf /"),
    "a manifest that is too large": manifest_text(json.dumps({"x": "y" * 200_000})),
    "a task that is none": with_manifest(task="os.system"),
    "an impossible size": with_manifest(size=1 << 30),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_models_are_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = BAD[name](tmp_path / "model")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the runtime was handed a bad graph")

    monkeypatch.setattr(onnxruntime, "InferenceSession", never)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ganvas", "imagine", "a cat", "--llm", "none", "-m", str(folder), "-o", "out"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and said.err.startswith("ganvas: ")
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before


def test_the_good_one_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the above would pass for nothing if every folder were refused."""
    folder = write_model(tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ganvas", "imagine", "a cat", "--llm", "none", "-m", str(folder), "-o", "out", "-n", "2"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert len(list((tmp_path / "out").iterdir())) == 3


def restyling(change: Callable[[onnx.ModelProto], None]) -> Callable[[Path], Path]:
    graph = restyle_graph()
    change(graph)
    return lambda folder: write_restyler(folder, graph=graph)


def restyler_says(**fields: Any) -> Callable[[Path], Path]:
    return lambda folder: write_restyler(folder, **fields)


def style_is_a_picture(graph: onnx.ModelProto) -> None:
    graph.graph.input[1].name = "pixels"


BAD_RESTYLERS = {
    "data outside the file": restyling(external),
    "a huge tensor": restyling(huge_tensor),
    "a tensor that lies": restyling(lying_tensor),
    "an endless loop": restyling(endless_loop),
    "a subgraph where none belongs": restyling(hidden_subgraph),
    "another domain": restyling(other_domain),
    "an input nobody knows": restyling(extra_input),
    "an input of another name": restyling(style_is_a_picture),
    "a style that moves the cursor": restyler_says(styles=["flat", "\x1b[2Jround"]),
    "a style twice": restyler_says(styles=["flat", "flat"]),
    "no style": restyler_says(styles=[]),
    "a phrase that moves the cursor": restyler_says(described={"flat": ["\x1b[2J"]}),
    "more phrases than people have": restyler_says(described={"flat": ["flat"] * 17}),
    "a reach without end": restyler_says(reach=1 << 20),
    "a multiple of nothing": restyler_says(multiple=0),
    "five channels": restyler_says(channels=5),
    "a file out of the folder": restyler_says(files={"restyle.onnx": "0" * 64, "../../restyle.onnx": "0" * 64}),
}


@pytest.mark.parametrize("name", BAD_RESTYLERS)
def test_bad_restylers_are_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = BAD_RESTYLERS[name](tmp_path / "model")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the runtime was handed a bad graph")

    monkeypatch.setattr(onnxruntime, "InferenceSession", never)
    code, said = redrawn(folder, tmp_path, monkeypatch, capsys)
    assert code == 2 and not (tmp_path / "out").exists()
    assert len(said.strip().splitlines()) == 1 and said.startswith("ganvas: ") and "\x1b" not in said


def half_as_large(graph: onnx.ModelProto) -> None:
    graph.graph.node[0].attribute.append(helper.make_attribute("strides", [2, 2]))


def nothing_finite(graph: onnx.ModelProto) -> None:
    graph.graph.initializer.append(constant("none", np.full((1, 1, 1, 1), np.nan, dtype=np.float32)))
    graph.graph.node[-1].output[0] = "almost"
    graph.graph.node.append(helper.make_node("Add", ["almost", "none"], ["work"]))


LYING_RESTYLERS = {
    "draws half as large": restyling(half_as_large),
    "draws nothing finite": restyling(nothing_finite),
    "takes other channels than it says": lambda folder: write_restyler(folder, graph=restyle_graph(channels=3)),
    "has fewer styles than it says": restyler_says(styles=["flat", "round", "oil"]),
}


@pytest.mark.parametrize("name", LYING_RESTYLERS)
def test_what_a_restyler_draws_is_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = redrawn(LYING_RESTYLERS[name](tmp_path / "model"), tmp_path, monkeypatch, capsys)
    assert code == 2 and not list((tmp_path / "out").glob("*.png"))
    assert said.strip().splitlines()[-1].startswith("ganvas: ") and "Traceback" not in said


def test_a_good_restyler_redraws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = redrawn(write_restyler(tmp_path / "model", reach=512, multiple=32), tmp_path, monkeypatch, capsys)
    assert code == 0 and len(list((tmp_path / "out").glob("*.png"))) == 1


def test_a_style_that_reads_as_a_path_names_no_file_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Styles may be called anything, such as "wool/silk"; the works' names are made of them."""
    folder = write_restyler(tmp_path / "model", styles=["../../flat", "round"], described={})
    code, _ = redrawn(folder, tmp_path, monkeypatch, capsys, to="../../flat")
    assert code == 0 and len(list((tmp_path / "out").glob("*.png"))) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"model", "red.png", "out"}


def redrawn(
    folder: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, to: str = "flat"
) -> tuple[int | str | None, str]:
    """Redraw a small picture by a model folder. Return how the command ended, and what it said to the person."""
    Image.new("RGBA", (20, 12), (200, 30, 30, 255)).save(here / "red.png")
    monkeypatch.chdir(here)
    monkeypatch.setattr("sys.argv", ["ganvas", "restyle", "red.png", "--to", to, "-m", str(folder), "-o", "out"])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


GOOD = synthesis(channels=4).SerializeToString()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_politely(content: bytes) -> None:
    with pytest.raises(InputError):
        inspect(content, inputs=("w",), output="work", where="here")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_graph_is_let_through_or_refused_politely(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    try:
        inspect(bytes(content[:cut] if data.draw(st.booleans()) else content), inputs=("w",), output="work", where="here")
    except InputError as error:
        assert len(str(error).splitlines()) == 1


def test_what_comes_out_is_checked(tmp_path: Path) -> None:
    """A graph may pass every look and still draw something of another shape, or nothing finite."""
    from ganvas.pipelines import load
    from ganvas.vocabulary.condition import Condition

    pipeline = load(write_model(tmp_path / "m", manifest={"size": 32}))
    with pytest.raises(InputError, match=r"the model drew .* not"):
        pipeline([Condition()], pipeline.noise(0, number=0))


def test_operators_named_otherwise_are_refused() -> None:
    for name in ("If", "Scan", "RandomNormal", "StringConcat", "SequenceMap", "ConstantOfShape", "Expand", "Tile"):
        graph = model_of([helper.make_node(name, ["w"], ["work"])], [floats("w", "n", 4)], [floats("work", "n", 4)], [])
        with pytest.raises(InputError, match="is not allowed"):
            inspect(graph.SerializeToString(), inputs=("w",), output="work", where="here")
