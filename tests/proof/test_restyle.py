"""Restyling at size: a photograph's time and memory, a large one's memory, pieces against the whole; without torch."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ganvas.pipelines.restyle import shipped

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]
SCRIPT = """
import json, resource, sys, time
import numpy as np
from ganvas.ground.seeds import stream
from ganvas.pipelines.registry import load_restyler

model, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
restyler = load_restyler(model)
pixels = stream(0, "photo").integers(256, (height // 8, width // 8, 3)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
style, taken = restyler.styles[0], []
for _ in range(6 if height * width < 1_000_000 else 1):
    began = time.perf_counter()
    whole = restyler(pixels, style=style)
    taken.append(time.perf_counter() - began)
seconds, memory = min(taken), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
small = pixels[:360, :360]  # drawn in one piece, and in four
apart = int(np.abs(restyler(small, style=style).astype(int) - restyler(small, style=style, longest=280)).max())
print(json.dumps({"seconds": seconds, "megabytes": memory, "apart": apart, "torch": "torch" in sys.modules}))
"""


def redrawn(model: str, height: int, width: int) -> dict[str, Any]:
    command = [sys.executable, "-c", SCRIPT, model, str(height), str(width)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


@pytest.fixture(params=[name for name, _ in shipped()] or [pytest.param("none", marks=pytest.mark.skip("no restyler ships"))])
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_photograph_takes_a_second(model: str, record_property: Record) -> None:
    found = redrawn(model, 512, 512)
    record_property(f"{model}: 512 x 512, warm, s", f"{found['seconds']:.2f}")
    record_property(f"{model}: 512 x 512, MB", f"{found['megabytes']:.0f}")
    record_property(f"{model}: pieces against the whole, of 255", found["apart"])
    assert found["seconds"] <= 1 and found["megabytes"] < 1000 and found["apart"] <= 1 and not found["torch"]


def test_a_large_photograph_fits_into_memory(model: str, record_property: Record) -> None:
    found = redrawn(model, 3000, 4000)
    record_property(f"{model}: 4000 x 3000, s and MB", f"{found['seconds']:.0f}, {found['megabytes']:.0f}")
    assert found["megabytes"] < 2000
