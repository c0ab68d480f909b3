"""A report in a real headless browser, and TensorBoard's own reader: what a run leaves behind can be read."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganvas.data.sets import make_set

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]
READ = """
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
found = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
found.Reload()
print(json.dumps({tag: [one.step for one in found.Scalars(tag)] for tag in found.Tags()["scalars"]}
                 | {"sheet": [one.step for one in found.Images("sheet")]}))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short training of a folder, stopped once and gone on with."""
    folder = tmp_path_factory.mktemp("page")
    make_set("shapes", folder / "data", size=32, count=120)
    for images in ("640", "1280"):
        command = (sys.executable, "-m", "ganvas", "train", str(folder / "data"), "-o", str(folder / "run"))
        subprocess.run((*command, "--images", images, "--tensorboard"), check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return folder / "run"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = shutil.which("chromium")  # else the one that playwright installed
        started = playwright.chromium.launch(
            executable_path=own, args=["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        )
        yield started
        started.close()


@pytest.mark.parametrize(("name", "width", "scheme"), [("desk", 1200, "light"), ("phone", 390, "light"), ("dark", 1200, "dark")])
def test_a_report_opens_in_a_browser(
    name: str, width: int, scheme: str, run: Path, browser: Any, record_property: Record
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url[:100]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((run / "report.html").as_uri())
    seen = page.evaluate("""() => ({
        images: document.images.length,
        blank: [...document.images].filter(one => !one.complete || !one.naturalWidth || !one.alt).length,
        wide: document.documentElement.scrollWidth - innerWidth,
        back: getComputedStyle(document.body).backgroundColor,
        lost: [...document.querySelectorAll("nav a")].filter(one => !document.querySelector(one.getAttribute("href"))).length,
    })""")
    shot = run / f"report-{name}.png"
    page.screenshot(path=str(shot), full_page=True)
    record_property(f"screenshot, {name}", shot)
    assert wrong == [] and not [url for url in asked if not url.startswith(("file:", "data:"))]
    assert seen["images"] > 20 and seen["blank"] == 0 and seen["wide"] == 0 and seen["lost"] == 0
    assert (seen["back"] == "rgb(255, 255, 255)") == (scheme == "light")
    assert (run / "report.html").stat().st_size < 5_000_000


def test_tensorboard_reads_each_line_once(run: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-W", "ignore", "-c", READ, str(run / "tensorboard")), check=True, capture_output=True, text=True
    )
    steps = json.loads(done.stdout.splitlines()[-1])
    assert {"d/right", "seconds", "sheet"} <= set(steps)
    assert all(found == sorted(set(found)) for found in steps.values())
    logged = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert steps["seconds"] == [line["images"] for line in logged if "seconds" in line]
    assert steps["sheet"] == [int(path.stem) for path in sorted((run / "sheets").glob("*.png"))]
