"""A model's directions are in its folder when it is exported, and are those that are read again."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load

from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.directions import FILE, find_directions
from ganvas.training.report.directions import AMOUNTS, DRAWINGS, save_directions
from tests.pipelines.fakes import write_model


def test_directions_are_written_and_shown(tmp_path: Path) -> None:
    pipeline = ImagePipeline.from_pretrained(str(write_model(tmp_path / "model")))
    figure = save_directions(tmp_path, pipeline)
    written, wanted = load((tmp_path / FILE).read_bytes()), find_directions(pipeline)
    assert written.keys() == wanted.keys() and len(written) >= 3
    for name, direction in wanted.items():
        np.testing.assert_array_equal(written[name], direction)
    assert figure is not None and [panel.caption for panel in figure.pictures] == sorted(wanted)
    side = figure.pictures[0].pixels.shape
    assert side[1] >= DRAWINGS * len(AMOUNTS) * 16 and side[0] < side[1]
