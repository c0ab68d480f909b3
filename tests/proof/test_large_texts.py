"""Ten million lines of text are read in bounded memory, as verse and as a person's texts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LINES = 10_000_000
READ = """
import contextlib, resource, sys
from pathlib import Path
from ganvas.data.passages import open_passages
from ganvas.data.verse import open_verse
from ganvas.ground.errors import InputError

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with contextlib.suppress(InputError):
    {"verse": open_verse, "passages": open_passages}[sys.argv[1]](Path(sys.argv[2]))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.proof
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is counted in kB on Linux alone")
@pytest.mark.parametrize("kind", ["verse", "passages"])
def test_ten_million_lines(kind: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    path = tmp_path / "a.txt"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(LINES // 10):
            file.write("春風花月夜\n江上秋風起\n\n一\n二\n\nx\ny\nz\n\n")
    done = subprocess.run(
        (sys.executable, "-c", READ, kind, str(path)), check=True, capture_output=True, text=True, env=os.environ
    )
    record_property(f"memory for 10,000,000 lines, {kind}, MB", done.stdout.strip())
    assert float(done.stdout) < 100
