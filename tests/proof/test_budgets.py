"""Time and memory of whole commands, as ratios to `import torch` in the same run: machines are noisy, ratios less so."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ganvas.language.llm.gguf import fetch_local

pytestmark = pytest.mark.proof
IDEAS = ("a lonely robot in spring", "春天里孤独的机器人", "a red heart on fire", "一只开心的猫")
GANVAS = (sys.executable, "-m", "ganvas")


def seconds(command: tuple[str, ...], *, times: int = 5) -> float:
    """Run a command and return the median of its wall times; one more run before warms the disk."""
    taken: list[float] = []
    for _ in range(times + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "2"})
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


@pytest.fixture(scope="module", autouse=True)
def _local_model() -> None:
    fetch_local()


@pytest.fixture(scope="module")
def torch_seconds() -> float:
    return seconds((sys.executable, "-c", "import torch"))


def test_help_is_quick(torch_seconds: float, record_property: Callable[[str, object], None]) -> None:
    ratio = seconds((*GANVAS, "--help")) / torch_seconds
    record_property("ganvas --help / import torch", f"{ratio:.2f}")
    assert ratio <= 0.25


def test_imagine_without_a_language_model_is_quick(
    torch_seconds: float, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    command = (*GANVAS, "imagine", IDEAS[0], "--llm", "none", "-o", str(tmp_path), "--seed", "1")
    ratio = seconds(command) / torch_seconds
    record_property("imagine --llm none / import torch", f"{ratio:.2f}")
    assert ratio <= 1.5


@pytest.mark.parametrize("idea", IDEAS)
def test_imagine_with_the_local_language_model(idea: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    command = (*GANVAS, "imagine", idea, "--llm", "local", "-o", str(tmp_path), "--seed", "1")
    taken = seconds(command, times=2)
    record_property(f"imagine {idea!r} --llm local, seconds", f"{taken:.1f}")
    assert taken <= 6
    assert len(list(tmp_path.glob("*.png"))) == 3 * 9  # 8 pictures and a sheet, three times


@pytest.mark.parametrize("llm", ["none", "local"])
def test_peak_memory_is_under_a_gigabyte(llm: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Measured by a parent that has no other child: RUSAGE_CHILDREN is the largest of them."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = (*GANVAS, "imagine", IDEAS[0], "--llm", llm, "-o", str(tmp_path))
    done = subprocess.run((sys.executable, "-c", script, *command), check=True, capture_output=True, text=True)
    megabytes = int(done.stdout.split()[-1]) / 1024
    record_property(f"peak memory, --llm {llm}, MB", f"{megabytes:.0f}")
    assert megabytes < 1000
