"""A studio for proofs: the real program, in a process of its own, on a free port."""

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx

CHROMIUM = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = "axe-core@4.14.1"


def start(folder: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """Start `ganvas studio`; return the process and its address, as soon as it answers."""
    command = (sys.executable, "-m", "ganvas", "studio", "--dir", str(folder), "--port", "0", "--no-open", *more)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip().rstrip("/")


def stop(process: subprocess.Popen[str]) -> None:
    """End a studio as Ctrl-C does, if it is not killed yet."""
    process.terminate()
    process.wait(60)
    assert process.stdout is not None
    process.stdout.close()


@contextlib.contextmanager
def studio(folder: Path, *more: str) -> Generator[str]:
    """A studio for as long as the block runs."""
    process, address = start(folder, *more)
    try:
        yield address
    finally:
        stop(process)


def wait_for(web: httpx.Client, job: int, *, seconds: float = 300) -> dict[str, Any]:
    """Wait until a job has ended."""
    end = time.monotonic() + seconds
    while (now := web.get(f"/api/jobs/{job}").json())["state"] in ("queued", "running"):
        assert time.monotonic() < end, now
        time.sleep(0.05)
    return now


@contextlib.contextmanager
def browser() -> Generator[Any]:
    """Chromium, the system's or the one that playwright installed."""
    from playwright.sync_api import sync_playwright

    sandbox = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*CHROMIUM, *sandbox])
        yield started
        started.close()


def axe(folder: Path) -> str:
    """Return axe-core's program, fetched with npm."""
    npm = shutil.which("npm")
    assert npm, "npm brings axe-core"
    name = subprocess.run((npm, "pack", "--silent", AXE), cwd=folder, check=True, capture_output=True, text=True).stdout.split()[
        -1
    ]
    with tarfile.open(folder / name) as archive:
        found = archive.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode("utf-8")
