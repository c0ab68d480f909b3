"""The report of a run: one page, whole, that says what happened."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.images import save_png
from ganvas.training.loop import Outcome
from ganvas.training.report import POINTS, read_log, thinned, write_report
from ganvas.training.schedule import Progress
from tests.training.fakes import recipe

ENDING = Outcome("budget", Progress(images=3000, seconds=60.0))
VOID = {"meta", "img", "path", "br"}


class Page(HTMLParser):
    """Counts tags, checks that they nest, gathers every address."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "data", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture
def run(tmp_path: Path) -> Path:
    for images in range(0, 3000, 200):
        save_png(tmp_path / "sheets" / f"{images:09d}.png", np.full((8, 24, 3), images % 256, dtype=np.uint8))
    lines = [{"step": n, "images": 4 * n, "seconds": n, "g/anchor": 1 / n, "d/right": 0.5} for n in range(1, 751)]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"step": 9'
    (tmp_path / "log.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_it_needs_nothing_outside_itself(run: Path) -> None:
    text = write_report(run, recipe(), ENDING).read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == [] and page.counts["img"] == 6 and page.counts["svg"] == 2
    assert all(address.startswith("data:image/webp;base64,") for address in page.addresses)
    assert not re.search(r"https?://|<script|@import", text)
    assert "3,000 pictures seen in 1 minutes" in text and "budget is spent" in text


def test_the_first_and_the_last_sheet_are_there(run: Path) -> None:
    text = write_report(run, recipe(), ENDING).read_text(encoding="utf-8")
    shown = [int(found.replace(",", "")) for found in re.findall(r"<figcaption>([\d,]+) pictures", text)]
    assert shown[0] == 0 and shown[-1] == 2800 and shown == sorted(shown)


def test_names_from_outside_stay_text(run: Path) -> None:
    made = recipe(summary="<script>alert(1)</script>", notes=("1 < 2 & so on",))
    text = write_report(run, made, ENDING).read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text and "1 &lt; 2 &amp; so on" in text


def test_a_run_that_has_drawn_nothing_has_a_report(tmp_path: Path) -> None:
    page = Page(write_report(tmp_path, recipe(), Outcome("asked", Progress())).read_text(encoding="utf-8"))
    assert page.open == [] and "img" not in page.counts and "svg" not in page.counts


def test_curves_are_thinned_and_torn_lines_passed_over(run: Path) -> None:
    curves = read_log(run / "log.jsonl")
    assert set(curves) == {"g/anchor", "d/right"} and len(curves["d/right"]) == 750
    points = thinned(curves["g/anchor"])
    assert len(points) <= POINTS and points[0][1] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
