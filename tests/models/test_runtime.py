"""No dependency tells anybody anything: what the runtime of graphs and the hub's library would send is switched off.

Siblings: the device id and the event base in the user's cache, whatever the environment said before; the hub's own telemetry.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganvas.models import hub

DRAW = "import ganvas, sys; ganvas.imagine('a cat', n=1, llm='rules'); print('torch' in sys.modules)"


def environment(home: Path, **more: str) -> dict[str, str]:
    """A person's environment whose home is empty."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GANVAS", "ORT_", "XDG_", "HF_"))}
    return {**kept, "HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home / "local"), **more}


@pytest.mark.parametrize("before", ["", "0"])
def test_a_drawing_leaves_nothing_in_the_home_but_our_cache(tmp_path: Path, before: str) -> None:
    more = {"ORT_DISABLE_TELEMETRY": before} if before else {}
    done = subprocess.run(
        [sys.executable, "-c", DRAW], env=environment(tmp_path, **more), capture_output=True, text=True, encoding="utf-8",
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    left = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert left and not [path for path in left if "ganvas" not in path.parts]


def test_the_variable_is_set_before_the_runtime_is_there() -> None:
    code = (
        "import os, sys\nfrom ganvas.models import session\nassert 'onnxruntime' not in sys.modules\n"
        "sys.modules['onnxruntime'] = type('Spy', (), {'__getattr__': None})()\n"
        "import ganvas.models.runtime\nprint(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert done.stdout.strip() == "1", done.stderr


def test_the_hub_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "0")
    seen: list[str] = []
    monkeypatch.setattr(hub.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(hub.importlib, "import_module", lambda name: seen.append(os.environ["HF_HUB_DISABLE_TELEMETRY"]))
    hub.library()
    assert seen == ["1"]
