"""What every test runs under: shapes checked, one thread, a cache of its own, the same examples each time."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy or torch start their threads
os.environ["GANVAS_CACHE"] = tempfile.mkdtemp(prefix="ganvas-test-cache-")  # never the person's own
os.environ["GANVAS_CONFIG"] = os.environ["GANVAS_CACHE"] + "/config"
install_import_hook("ganvas", "beartype.beartype")  # every annotation, and every shape, is checked as the tests run

settings.register_profile("ganvas", deadline=None, derandomize=True)  # slow cores are no failure
settings.load_profile("ganvas")


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(Path(os.environ["GANVAS_CACHE"]), ignore_errors=True)


@pytest.fixture(autouse=True)
def no_trials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process for each of our own small models; tests of trials ask for the mark `trials`."""
    if request.node.get_closest_marker("trials") is None:
        monkeypatch.setattr("ganvas.pipelines.pretrained.ensure_tried", lambda *_, **__: None)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Hold torch to one thread where a test brought it in; never bring it in ourselves."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    yield
