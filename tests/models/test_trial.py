"""A stranger's model is tried in a process of its own: time, memory and crashes are that process's.

Siblings: hours of computing, gigabytes folded when a session opens, gigabytes while it runs, an operator that ends the process.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from ganvas.ground.errors import InputError
from ganvas.models import trial
from ganvas.models.find import bundled
from ganvas.models.read import UNSIGNED, read_model
from ganvas.pipelines import ImagePipeline, load
from ganvas.vocabulary.condition import Condition
from tests.pipelines.fakes import constant, write_model

pytestmark = pytest.mark.trials


def draw(pipeline: ImagePipeline) -> np.ndarray:
    return pipeline([Condition()], pipeline.noise(0, number=0))


def with_mean(graph: onnx.ModelProto, nodes: list[onnx.NodeProto], held: dict[str, np.ndarray], last: str) -> None:
    """Add the mean of something costly to what a graph draws."""
    graph.graph.node[-1].output[0] = "drawn"
    held["axes"] = np.array([0, 1], np.int64)
    graph.graph.initializer.extend(constant(name, array) for name, array in held.items())
    nodes += [
        helper.make_node("ReduceMean", [last, "axes"], ["mean"], keepdims=0),
        helper.make_node("Add", ["drawn", "mean"], ["work"]),
    ]
    graph.graph.node.extend(nodes)


def slow(graph: onnx.ModelProto) -> None:
    """Hours of products of one matrix."""
    side = 3000
    held = {"row": np.zeros((6, side), np.float32), "column": np.zeros((side, 1), np.float32)}
    nodes = [helper.make_node("MatMul", ["w", "row"], ["r"]), helper.make_node("Add", ["r", "column"], ["m0"])]
    nodes += [helper.make_node("MatMul", [f"m{step}", "m0"], [f"m{step + 1}"]) for step in range(1500)]
    with_mean(graph, nodes, held, "m1500")


def folds(graph: onnx.ModelProto) -> None:
    """Many constants, each below the limit, that fold when the session opens and are all kept."""
    rows, columns, many = 4000, 4000, 40
    held = {"columns": np.zeros((1, columns), np.float32), "scalar": np.array([0, 1], np.int64)}
    nodes = [helper.make_node("ReduceMean", ["w", "scalar"], ["s"], keepdims=0)]
    last = "s"
    for number in range(many):
        held[f"rows{number}"] = np.full((rows, 1), number, np.float32)
        nodes += [
            helper.make_node("Add", [f"rows{number}", "columns"], [f"big{number}"]),
            helper.make_node("Mul", [f"big{number}", last], [f"x{number}"]),
            helper.make_node("ReduceMean", [f"x{number}", "scalar"], [f"s{number}"], keepdims=0),
        ]
        last = f"s{number}"
    with_mean(graph, nodes, held, "x0")


def dies(graph: onnx.ModelProto) -> None:
    """A mean over an axis of no length: some operators divide by it as whole numbers, which ends the process."""
    held = {"none": np.zeros((2, 0, 3), np.int64), "axis": np.array([1], np.int64)}
    nodes = [
        helper.make_node("ReduceMean", ["none", "axis"], ["whole"]),
        helper.make_node("Cast", ["whole"], ["real"], to=1),
        helper.make_node("ReduceMean", ["real"], ["flat"], keepdims=0),
        helper.make_node("Add", ["flat", "w"], ["both"]),
    ]
    with_mean(graph, nodes, held, "both")


@pytest.mark.parametrize("change", [slow, folds])
def test_what_costs_too_much_is_refused_in_time(change: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MAX_SECONDS", 4)
    pipeline = load(write_model(tmp_path / "m", change=change))
    with pytest.raises(InputError, match=r"needs more than 4 s|asks for too much|needs more memory"):
        draw(pipeline)
    assert not pipeline._sessions


@pytest.mark.skipif(os.name == "nt", reason="there only the time in all is limited")
def test_a_busy_machine_is_no_reason_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is how long it computes, not how long it waits for others: a model whose training took hours is tried too."""
    monkeypatch.setattr(trial, "MAX_SECONDS", 4)
    monkeypatch.setattr(trial, "_START", f"import time; time.sleep(5); {trial._START}")
    assert draw(load(write_model(tmp_path / "m"))).shape == (1, 16, 16, 4)


def test_a_model_that_is_being_made_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its graphs are our own, just exported; no file that is read has its digest."""
    monkeypatch.setattr(trial, "_try", lambda *_, **__: pytest.fail("our own model was tried"))
    files = read_model(write_model(tmp_path / "m"))
    assert draw(ImagePipeline(replace(files, digest=UNSIGNED))).shape == (1, 16, 16, 4)


def test_what_ends_a_process_ends_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = load(write_model(tmp_path / "m", change=dies))
    monkeypatch.setattr(trial, "_START", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    with pytest.raises(InputError, match="ended the process"):
        draw(pipeline)


def test_a_model_that_passed_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    first = draw(load(write_model(tmp_path / "m")))
    (kept,) = (tmp_path / "cache" / "tried").iterdir()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was tried twice")

    monkeypatch.setattr(trial, "_try", never)
    assert (draw(load(tmp_path / "m")) == first).all()
    kept.unlink()
    with pytest.raises(AssertionError, match="twice"):
        draw(load(tmp_path / "m"))


def test_a_failure_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not condemn a model for ever."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    pipeline = load(write_model(tmp_path / "m"))
    with monkeypatch.context() as patch:
        patch.setattr(trial, "MAX_WAIT", 0.01)
        with pytest.raises(InputError, match="more than"):
            draw(pipeline)
    assert draw(pipeline).shape == (1, 16, 16, 4)


def test_bundled_models_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_try", lambda *_, **__: pytest.fail("a bundled model was tried"))
    folder = bundled("emoji-64")
    assert folder is not None
    assert draw(load(folder)).shape[0] == 1


def test_without_a_cache_a_model_is_tried_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cache(*_: str) -> Path:
        raise PermissionError("read-only")

    monkeypatch.setattr(trial, "user_cache", no_cache)
    tried: list[str] = []
    monkeypatch.setattr(trial, "_try", lambda *_, **__: tried.append("once"))
    folder = write_model(tmp_path / "m")
    for _ in range(2):
        draw(load(folder))
    assert len(tried) == 2


def test_nothing_is_imported_from_the_folder_that_it_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People run commands inside a downloaded folder; a numpy.py in it is not ours."""
    monkeypatch.chdir(tmp_path)
    for name in ("numpy", "json", "onnxruntime"):
        (tmp_path / f"{name}.py").write_text("open('taken over', 'w', encoding='utf-8')", encoding="utf-8")
    draw(load(write_model(tmp_path / "m")))
    assert not (tmp_path / "taken over").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much a process has taken")
def test_the_limits_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    said = tmp_path / "limits"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\nfrom ganvas.models import trial\n"
        "trial._limit(int(sys.argv[2]))\nimport resource\n"
        f"open({str(said)!r}, 'w', encoding='utf-8').write(repr([resource.getrlimit(n)[0] for n in "
        "(resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]))"
    )
    monkeypatch.setattr(trial, "_START", code)
    draw(load(write_model(tmp_path / "m")))
    space, seconds, core = eval(said.read_text(encoding="utf-8"))
    assert trial.MAX_ROOM < space < 3 * trial.MAX_ROOM and seconds == trial.MAX_SECONDS and core == 0
