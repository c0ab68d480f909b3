from pathlib import Path

import numpy as np
import onnx
import pytest

from ganvas.pipelines import load
from ganvas.scoring.sketch import find_sketch
from tests.pipelines.fakes import MAPPED, SIZE, constant, write_model

SIDE, KNOWN = 6, 2


def tables(channels: int) -> tuple[np.ndarray, np.ndarray]:
    """A mean that is opaque grey, and two components: the first is its upper half, the second the left."""
    shape = (channels, SIDE, SIDE)
    upper, left = np.zeros(shape), np.zeros(shape)
    upper[0, : SIDE // 2], left[1, :, : SIDE // 2] = 1, 1
    mean = np.zeros(shape)
    mean[3:] = 1
    return mean.ravel().astype(np.float16), np.stack([upper.ravel(), left.ravel()], axis=1)


def test_the_sketch_is_read_and_drawn(tmp_path: Path) -> None:
    mean, components = tables(4)

    def add(graph: onnx.ModelProto) -> None:
        held = (("mean", mean), ("components", (127 * components).astype(np.int8)),
                ("components/scale", np.full((len(mean), 1), 0.5 / 127, dtype=np.float16)))  # fmt: skip
        graph.graph.initializer.extend(constant(f"sketch.{name}", array) for name, array in held)

    sketch = find_sketch(load(write_model(tmp_path / "tiny", change=add)))
    assert sketch is not None and sketch.shape == (4, SIDE, SIDE)
    w = np.zeros((2, MAPPED), dtype=np.float32)
    w[:, : MAPPED - KNOWN] = 9  # styles: the sketch does not hear them
    w[1, MAPPED - KNOWN :] = (1, -1)
    plain, changed = sketch(w).astype(int)
    assert plain.shape == (SIZE, SIZE, 4)
    assert (plain[..., 3] == 255).all() and np.abs(plain[..., :3] - 127.5).max() <= 0.5
    assert changed[0, 0].tolist() == pytest.approx([191, 64, 128, 255], abs=2)
    assert changed[-1, -1].tolist() == pytest.approx([128, 128, 128, 255], abs=1)


@pytest.mark.parametrize("name", ["sketch.mean", "sketch.components"])
def test_a_model_without_a_whole_sketch_has_none(name: str, tmp_path: Path) -> None:
    def add(graph: onnx.ModelProto) -> None:
        graph.graph.initializer.append(constant(name, np.zeros((4 * SIDE * SIDE, 1), dtype=np.float32)))

    assert find_sketch(load(write_model(tmp_path / "tiny", change=add))) is None


def test_the_bundled_model_paints_over_a_sketch() -> None:
    sketch = find_sketch(load("emoji-64"))
    assert sketch is not None
    assert sketch.shape == (4, 24, 24) and sketch.components.shape == (2304, 640)
    assert np.abs(sketch.mean).max() <= 1.2
