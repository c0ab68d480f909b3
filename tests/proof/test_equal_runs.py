"""Two equal runs write models of one digest: graphs, vocabulary, judge, card and all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganvas.data.sets import make_set
from ganvas.models.read import read_model

RECIPE = """
name = "equal"
sources = ["{data}"]
size = 16
channels = 4
batch = 8
images = 160
precision = "float32"
device = "cpu"
threads = 1
[pixel]
objective = "relativistic"
[text_prior]
pixels = 64
features = 0
"""


@pytest.mark.proof
def test_two_equal_runs_have_one_digest(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=16)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(data=(tmp_path / "data").as_posix()), encoding="utf-8")
    for name in ("one", "two"):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "GANVAS_CACHE": str(tmp_path / f"cache-{name}")}
        command = [sys.executable, "-m", "ganvas", "train", str(recipe), "-o", str(tmp_path / name)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    one, two = (read_model(tmp_path / name / "model") for name in ("one", "two"))
    assert {"words.safetensors", "judge.onnx", "README.md"} <= set(one.manifest.files)
    assert one.manifest.files == two.manifest.files and one.digest == two.digest
