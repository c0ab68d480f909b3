"""What a training holds in memory does not grow with its folder: pictures are read from disk where they are touched."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ganvas.data.sets import make_set

FEW, MANY, ROOM = 1_000, 100_000, 150.0
TRAIN = """
import sys, threading, time
from pathlib import Path
from ganvas.training import train

def anonymous():
    for line in open("/proc/self/status", encoding="utf-8"):
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024

def watch():
    while True:
        held.append(anonymous())
        time.sleep(0.02)

held = []
threading.Thread(target=watch, daemon=True).start()
asked = {"images": 640, "threads": 1, "log_every": 5}
train([sys.argv[1]], out=Path(sys.argv[2]), overrides=asked, say=lambda line: None)
print(max(held))
"""


def megabytes(folder: Path, run: Path) -> float:
    """Train a little, twice, to the model: the second time the pictures are decoded and the sentences encoded already."""
    for attempt in range(2):
        command = (sys.executable, "-c", TRAIN, str(folder), str(run / str(attempt)))
        done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return float(done.stdout.split()[-1])


@pytest.mark.proof
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="anonymous memory is read from /proc")
@pytest.mark.parametrize("words", [True, False], ids=["captions", "no words"])
def test_memory_does_not_grow_with_the_folder(
    words: bool, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    held: list[float] = []
    for count in (FEW, MANY):
        folder = tmp_path / str(count)
        make_set("shapes", folder, count=count)
        if not words:
            (folder / "metadata.jsonl").unlink()
        held.append(megabytes(folder, tmp_path / f"run {count}"))
    record_property(f"anonymous memory with {FEW:,} and {MANY:,} pictures, MB", f"{held[0]:.0f}, {held[1]:.0f}")
    assert held[1] - held[0] <= ROOM
