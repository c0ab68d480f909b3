"""Two hundred kill -9 while pictures, sets, caches and runs are written: nothing half-written ever stands under a final name.

Half of the kills are between two steps on the disk, each of which is as likely as the others; half are some milliseconds after
one, when it may be at work. Whoever comes next finds what is whole, goes on, and removes what was left.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganvas.data.cache import open_pictures
from ganvas.data.sets import make_set
from ganvas.ground.locking import LOCK
from ganvas.ground.publishing import PART
from ganvas.models.read import read_model
from ganvas.service.info import summarise
from ganvas.store.folder import read_works

pytestmark = [pytest.mark.proof, pytest.mark.skipif(os.name == "nt", reason="kills by signals")]

KILLS = 40
"""Of each of the five commands."""
DISK = """
import os, random, signal, sys, threading
folder, left, later = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
del sys.argv[1:4]
steps = {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.truncate"}

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def count(name, given):
    global left
    names = [os.fspath(one) for one in given[:2] if isinstance(one, (str, os.PathLike))]
    if name not in steps or not any(one.startswith(folder) for one in names):
        return
    if name == "open" and not given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return
    left -= 1
    if left < 0:
        threading.Timer(later, kill).start() if later else kill()
        left = 1 << 60

sys.addaudithook(count)
"""
COMMAND = DISK + "from ganvas.cli import main\nmain()"
COUNT = "import atexit, sys\natexit.register(lambda: print('steps', (1 << 40) - left, file=sys.stderr))\n"
CACHE = (
    DISK
    + """
from pathlib import Path
from ganvas.data.cache import open_pictures
print(open_pictures(Path(sys.argv[1]), size=16).digest)
"""
)


def run(code: str, folder: Path, *given: object, left: int = 1 << 40, later: float = 0.0) -> "subprocess.CompletedProcess[str]":
    """Run code in a process that is killed at a step on the disk, counted in a folder, or so many seconds after it."""
    command = [sys.executable, "-c", code, str(folder), str(left), str(later), *map(str, given)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GANVAS_CACHE": str(folder / "cache")}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def steps_of(code: str, folder: Path, *given: object) -> int:
    """Return how many steps on the disk code takes when nobody ends it."""
    done = run(COUNT + code, folder, *given)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rsplit("steps ", 1)[1])


def kill_often(code: str, folder: Path, given: Sequence[object], *, steps: int, check: Callable[[], object]) -> int:
    """Kill code at random moments until KILLS processes were killed, and check after each. Returns how many were started.

    One that goes on where another was killed takes fewer steps than a whole one, and may come to its end: it does not count.
    """
    chance = random.Random(str(given[0]))
    killed = number = 0
    while killed < KILLS:
        assert number < 5 * KILLS, f"of {number} only {killed} were killed before their end"
        later = chance.uniform(0.0002, 0.02) if number % 2 else 0.0
        done = run(code, folder, *given, left=chance.randrange(steps), later=later)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        killed += done.returncode != 0
        number += 1
        check()
    return number


def visible(folder: Path) -> list[Path]:
    """Return the files of a folder that a person sees, or another program would take."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != LOCK)
    return [path for path in found if not any(part.startswith(PART) for part in path.relative_to(folder).parts)]


def left_in(folder: Path) -> list[Path]:
    """Return what was begun and never finished."""
    return [path for path in folder.rglob("*") if path.name.startswith(PART)]


def check_pictures(folder: Path) -> None:
    for path in visible(folder):
        with Image.open(path) as picture:
            picture.load()
        assert read_works(path)


@pytest.mark.parametrize("command", ["imagine", "restyle"])
def test_pictures_are_whole_or_not_there(command: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    Image.fromarray(np.full((80, 80, 3), 90, np.uint8)).save(tmp_path / "in.png")
    idea = ("a cat", "--llm", "rules", "-n", "3") if command == "imagine" else (tmp_path / "in.png", "--to", "twemoji")
    out = tmp_path / "out"
    given = (command, *idea, "--seed", "1", "-o", out) if command == "imagine" else (command, *idea, "-o", out)
    steps = steps_of(COMMAND, tmp_path, *given)
    started = kill_often(COMMAND, tmp_path, given, steps=steps, check=lambda: check_pictures(out))
    assert run(COMMAND, tmp_path, *given).returncode == 0
    check_pictures(out)
    assert not left_in(tmp_path)
    record_property(f"{command}: kills of starts, disk steps, pictures", f"{KILLS} of {started}, {steps}, {len(visible(out))}")


def test_a_set_is_whole_or_not_there(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    out, pictures = tmp_path / "set", 30
    given = ("data", "shapes", "-n", pictures, "-o", out)
    steps = steps_of(COMMAND, tmp_path, *given)
    whole = sorted(path.read_bytes() for path in visible(out))
    out.rename(tmp_path / "first")

    def check() -> None:
        if out.exists():
            assert sorted(path.read_bytes() for path in visible(out)) == whole
            out.rename(tmp_path / f"kept{len(list(tmp_path.iterdir()))}")

    started = kill_often(COMMAND, tmp_path, given, steps=steps, check=check)
    assert run(COMMAND, tmp_path, *given).returncode == 0
    check()
    assert not left_in(tmp_path)
    record_property("data: kills of starts, disk steps", f"{KILLS} of {started}, {steps}")


def test_a_cache_opens_after_every_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """Each time what was left is either taken or built again; every second time it is all removed before."""
    make_set("shapes", tmp_path / "set", size=16, count=200)
    steps = steps_of(CACHE, tmp_path, tmp_path / "set")
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    digest = open_pictures(tmp_path / "set", size=16).digest
    removed: list[Path] = []

    def check() -> None:
        for path in visible(tmp_path / "cache"):
            assert path.stat().st_size
        found = open_pictures(tmp_path / "set", size=16)
        assert found.digest == digest and found.images[:].shape == (200, 16, 16, found.images.shape[3])
        removed.append(tmp_path / f"old{len(removed)}")
        (tmp_path / "cache").rename(removed[-1])

    check()
    started = kill_often(CACHE, tmp_path, (tmp_path / "set",), steps=steps, check=check)
    record_property("cache: kills of starts, disk steps", f"{KILLS} of {started}, {steps}")


RECIPE = """
name = "killed"
sources = ["{data}"]
size = 16
channels = 4
batch = 8
images = 400
precision = "float32"
device = "cpu"
threads = 1
sheets = 4
log_every = 5
keep_minutes = 0.0
judge = false
[pixel]
objective = "relativistic"
"""


def check_run(folder: Path) -> None:
    """Read all that a run shows as its own."""
    from ganvas.training.engine.checkpoint import checkpoints, load_checkpoint

    for path in checkpoints(folder / "checkpoints"):
        load_checkpoint(path)
    if (folder / "recipe.toml").exists():
        assert summarise(str(folder))["kind"] == "run"
    for path in visible(folder):
        assert path.stat().st_size or path.suffix == ".jsonl", path  # the log is written line by line
        if path.suffix == ".png":
            with Image.open(path) as picture:
                picture.load()
    if (folder / "model").exists():
        read_model(folder / "model")


def test_a_run_goes_on_and_its_model_is_whole_or_not_there(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    make_set("shapes", tmp_path / "data", size=16, count=64)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(data=(tmp_path / "data").as_posix()), encoding="utf-8")
    steps = steps_of(COMMAND, tmp_path, "train", recipe, "-o", tmp_path / "whole")
    out = tmp_path / "killed"
    given = ("train", recipe, "-o", out)
    digest = read_model(tmp_path / "whole" / "model").digest
    saved: list[Path] = []

    def check() -> None:
        """Check the run; where it has its model, have that saved again three times, then begin a new one."""
        check_run(out)
        if (out / "model").exists():
            assert read_model(out / "model").digest == digest
            saved.append(tmp_path / f"run{len(saved)}")
            if len(saved) % 4 == 0:
                out.rename(saved[-1])

    started = kill_often(COMMAND, tmp_path, given, steps=steps, check=check)
    assert run(COMMAND, tmp_path, *given).returncode == 0
    check_run(out)
    assert read_model(out / "model").digest == digest
    assert not left_in(out)
    record_property("train: kills of starts, disk steps, times with a model", f"{KILLS} of {started}, {steps}, {len(saved)}")
