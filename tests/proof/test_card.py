"""A card in a real headless browser: it asks for nothing, plays, and fits a desk and a phone."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.proof
IDEAS = ("秋夜江上", "an autumn night on the river")
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=args)
        yield started
        started.close()


@pytest.mark.parametrize("idea", IDEAS)
def test_a_card_opens_without_a_request_and_plays(idea: str, browser: Any, tmp_path: Path, record_property: Record) -> None:
    began = time.perf_counter()
    subprocess.run((sys.executable, "-m", "ganvas", "card", idea, "--seed", "5", "-o", "card.html"), cwd=tmp_path, check=True)
    taken = time.perf_counter() - began
    record_property(f"ganvas card {idea!r}, seconds cold", f"{taken:.1f}")
    for width in (1200, 390):
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, wrong=wrong: wrong.append(message.text))
        page.goto((tmp_path / "card.html").as_uri())
        seconds = page.evaluate("""async () => {
            const audio = document.querySelector('audio');
            if (audio.readyState < 1) await new Promise(done => audio.addEventListener('loadedmetadata', done));
            return audio.duration;
        }""")
        assert 3 < seconds < 60 and not wrong
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing hangs over"
        if kept := os.environ.get("GANVAS_PROOF_PAGES"):
            page.screenshot(path=Path(kept) / f"card-{width}-{IDEAS.index(idea)}.png", full_page=True)
    assert taken <= 10
