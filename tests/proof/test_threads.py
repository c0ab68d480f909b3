"""A run that was killed with one thread for numpy's linear algebra goes on with two, and ends with the same bits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ganvas.data.sets import make_set
from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint
from ganvas.training.tasks.priors import FILE

RECIPE = """
name = "threads"
sources = ["{data}"]
size = 16
channels = 4
batch = 8
images = 160
precision = "float32"
device = "cpu"
threads = 1
judge = false
keep_minutes = 0.0
log_every = 1
[pixel]
objective = "relativistic"
[anchor]
alone = 0.3
features = 0.0
[text_prior]
pixels = 64
features = 0
"""
TRAIN = """
import os, sys
from dataclasses import replace
from pathlib import Path
from ganvas.training import train
from ganvas.training.tasks.registry import KINDS

KINDS["image"] = replace(KINDS["image"], save=lambda folder, **_: ())
kill_at = int(sys.argv[3])
train([sys.argv[1]], out=Path(sys.argv[2]), say=lambda line: None,
      watch=lambda progress: os._exit(9) if progress.step == kill_at else None)
"""


def run(recipe: Path, out: Path, *, threads: int, cache: Path, kill_at: int = -1) -> int:
    """Train in a process of its own; nothing that it fits is found in another one's cache."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "GANVAS_CACHE": str(cache)}
    return subprocess.run([sys.executable, "-c", TRAIN, recipe, out, str(kill_at)], env=environment, check=False).returncode


@pytest.mark.proof
def test_another_number_of_threads_changes_no_bit_of_a_run_that_goes_on(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=16)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(data=(tmp_path / "data").as_posix()), encoding="utf-8")
    assert run(recipe, tmp_path / "whole", threads=1, cache=tmp_path / "one") == 0
    assert run(recipe, tmp_path / "cut", threads=1, cache=tmp_path / "two", kill_at=9) == 9
    kept = (tmp_path / "cut" / FILE).read_bytes()
    assert run(recipe, tmp_path / "cut", threads=2, cache=tmp_path / "three") == 0
    assert kept == (tmp_path / "cut" / FILE).read_bytes() == (tmp_path / "whole" / FILE).read_bytes()
    whole, resumed = (load_checkpoint(checkpoints(tmp_path / name / "checkpoints")[-1])[0] for name in ("whole", "cut"))
    assert whole.keys() == resumed.keys() and all(torch.equal(whole[name], resumed[name]) for name in whole)
