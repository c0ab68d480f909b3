"""What the inspection of graphs costs: the cold start of a bundled model, and the first use of a stranger's.

Both kinds of run take turns, so that a busy minute of the machine is shared; medians are compared. Needs a quiet machine.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ganvas.models.find import bundled

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]

TIMES = 21
MOST_SLOWER, MOST_SECONDS = 1.05, 1.0
GUARDED = "from ganvas.pipelines import pretrained\nfrom ganvas.cli import main\nmain()"
UNGUARDED = GUARDED.replace("\nfrom", "\npretrained.inspect = lambda content, **_: content\nfrom", 1)


def seconds(code: str, out: Path, *, model: object, cache: Path) -> float:
    """Return how long a new process takes to draw one picture."""
    command = [sys.executable, "-c", code, "imagine", "a cat", "--llm", "none", "-n", "1", "--seed", "1", "-m", str(model)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GANVAS_CACHE": str(cache)}
    began = time.perf_counter()
    subprocess.run([*command, "-o", str(out)], check=True, env=environment, capture_output=True)
    return time.perf_counter() - began


def test_a_cold_start_is_not_slower(tmp_path: Path, record_property: Record) -> None:
    taken: dict[str, list[float]] = {GUARDED: [], UNGUARDED: []}
    for number in range(-1, TIMES):
        for code in (GUARDED, UNGUARDED) if number % 2 else (UNGUARDED, GUARDED):
            found = seconds(code, tmp_path / "out", model="emoji-64", cache=tmp_path / "cache")
            taken[code] += [found] if number >= 0 else []  # the first fills the caches
    with_it, without = (statistics.median(some) for some in taken.values())
    record_property("cold start with and without inspection, s; ratio", f"{with_it:.2f}, {without:.2f}; {with_it / without:.3f}")
    assert with_it <= MOST_SLOWER * without


def test_the_first_use_of_a_strangers_model(tmp_path: Path, record_property: Record) -> None:
    """It is tried in a process of its own, once; what is compared is the second use."""
    model, folder = tmp_path / "model", bundled("emoji-64")
    assert folder is not None
    shutil.copytree(folder, model)
    about = json.loads((model / "model.json").read_text(encoding="utf-8"))
    (model / "model.json").write_text(json.dumps(about | {"name": "stranger"}), encoding="utf-8")
    first: list[float] = []
    later: list[float] = []
    for number in range(-1, TIMES):
        shutil.rmtree(tmp_path / "cache" / "tried", ignore_errors=True)
        found = [seconds(GUARDED, tmp_path / "out", model=model, cache=tmp_path / "cache") for _ in range(2)]
        assert list((tmp_path / "cache" / "tried").iterdir())
        if number >= 0:
            first.append(found[0])
            later.append(found[1])
    more = statistics.median(first) - statistics.median(later)
    record_property("first use of a stranger's model, s more than the second", f"{more:.2f}")
    assert more <= MOST_SECONDS
