"""Twenty kill -9 at random moments: the run that was killed ends with the bits of the run that was not."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from ganvas.data.sets import make_set
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint

KILLS = 20
RECIPE = """
name = "killed"
sources = ["{data}"]
size = 16
channels = 4
batch = 8
images = {images}
precision = "float32"
device = "cpu"
threads = 1
judge = false
keep_minutes = 0.005
[pixel]
objective = "relativistic"
gamma = {{ start = 1.0, end = 0.1 }}
matching = 0.5
contrast = 0.5
contrast_generator = 0.25
"""


def start(recipe: Path, run: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "ganvas", "train", str(recipe), "-o", str(run)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


@pytest.mark.proof
def test_twenty_kills_change_no_bit(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=16)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(data=(tmp_path / "data").as_posix(), images=40_000), encoding="utf-8")
    assert start(recipe, tmp_path / "whole").wait() == 0

    chance = random.Random(0)
    killed = 0
    moments: set[str] = set()
    while killed < KILLS:
        process = start(recipe, tmp_path / "killed")
        time.sleep(chance.uniform(2.0, 9.0))
        assert process.poll() is None, "the run came to its end before its kill: give it more images"
        process.kill()
        process.wait()
        killed += 1
        moments |= {path.stem for path in checkpoints(tmp_path / "killed" / "checkpoints")[-1:]}
    assert start(recipe, tmp_path / "killed").wait() == 0

    whole, _ = load_checkpoint(checkpoints(tmp_path / "whole" / "checkpoints")[-1])
    after, _ = load_checkpoint(checkpoints(tmp_path / "killed" / "checkpoints")[-1])
    assert killed == KILLS and len(moments) >= KILLS / 2  # it came further between kills
    assert whole.keys() == after.keys()
    assert all(torch.equal(whole[name], after[name]) for name in whole)
    for graph in ("mapping.onnx", "synthesis.onnx"):
        assert (tmp_path / "whole/model" / graph).read_bytes() == (tmp_path / "killed/model" / graph).read_bytes()
