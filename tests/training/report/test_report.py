"""The report of a run: one page, whole, that says what happened; and the card that says the same."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.sets import make_set
from ganvas.ground.images import save_png
from ganvas.pipelines import load
from ganvas.scoring.verdict import Answer, Sign, Verdict
from ganvas.training.engine.health import COLLAPSE
from ganvas.training.engine.loop import Outcome
from ganvas.training.engine.schedule import Progress
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.report.card import card_text
from ganvas.training.report.curves import MAX_POINTS, draw_curves, read_curves, thin
from ganvas.training.report.figures import NEIGHBOURS, Figure, Panel
from ganvas.training.report.report import write_report
from ganvas.training.report.summary import RunSummary, Setting, split_settings
from ganvas.training.start.train import train
from tests.training.fakes import recipe

VOID = {"meta", "img", "path", "br", "link", "circle"}
PICTURE = Panel(np.zeros((8, 40, 3), dtype=np.uint8), "0.33 a <cat>")
EXHIBITS = (Figure(NEIGHBOURS, "Nearest training pictures", "Is it copying?", (PICTURE, PICTURE), beside=True),)


def facts(made: AnyRecipe | None = None, outcome: Outcome | None = None) -> RunSummary:
    ended = outcome or Outcome("budget", Progress(images=3000, seconds=60.0))
    return RunSummary(made or recipe(), ended, {"draws": "16 x 16 pixels"}, "First row: true pictures.")


class Page(HTMLParser):
    """Counts tags, checks that they nest, gathers every address and what pictures are called."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.called: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "data", "action")]
        self.called += [dict(attrs).get("alt" if tag == "img" else "aria-label")] if tag in ("img", "svg") else []
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
    lines.insert(400, {"step": 400, "images": 1600, "event": "collapse: the <drawings> look alike"})
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"step": 9'
    (tmp_path / "log.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_it_needs_nothing_outside_itself(run: Path) -> None:
    text = write_report(run, facts(), EXHIBITS).read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == [] and page.counts["img"] == 6 + 2 and page.counts["svg"] == 2
    assert all(re.match(r"data:|#part\d$", address) for address in page.addresses)
    assert all(page.called)
    assert not re.search(r"https?://|<script|@import|url\(", text)
    assert "3,000 pictures seen in 1 minutes" in text and "budget is spent" in text and "16 x 16 pixels" in text


def test_the_last_sheet_comes_first_and_then_how_it_came_there(run: Path) -> None:
    text = write_report(run, facts()).read_text(encoding="utf-8")
    shown = [int(found.replace(",", "")) for found in re.findall(r"<figcaption>[^<]*fter ([\d,]+) pictures", text)]
    assert shown[:2] == [2800, 0] and shown[-1] == 2600 and shown[1:] == sorted(shown[1:]) and len(shown) == 6


def test_names_from_outside_stay_text(run: Path) -> None:
    made = recipe(summary="<script>alert(1)</script>", notes=("1 < 2 & so on", "batch = <b>: <i>"))
    text = write_report(run, facts(made), EXHIBITS).read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text and "1 &lt; 2 &amp; so on" in text
    assert "<b>:" not in text and "<i>" not in text and "a &lt;cat&gt;" in text and "the &lt;drawings&gt; look" in text


def test_a_run_that_has_drawn_nothing_has_a_report(tmp_path: Path) -> None:
    page = Page(write_report(tmp_path, facts(outcome=Outcome("asked", Progress()))).read_text(encoding="utf-8"))
    assert page.open == [] and "img" not in page.counts and "svg" not in page.counts


def test_what_happened_stands_there_with_when_and_what_it_ended_with(run: Path) -> None:
    ill = facts(outcome=Outcome("budget", Progress(images=3000, seconds=60.0), (COLLAPSE,)))
    text = write_report(run, ill).read_text(encoding="utf-8")
    assert re.search(r"at 1,600 pictures</th><td>collapse: the", text)
    assert COLLAPSE.words.split(".")[0].split("'")[0] in text
    assert text.count('class="event"') == 2  # a line in each curve


@pytest.mark.parametrize(
    ("answer", "box"), [("yes", "note good"), ("no", "note ill"), ("not yet", "note "), ("not judged", "note ")]
)
def test_the_verdict_stands_at_the_top_with_its_evidence(run: Path, answer: Answer, box: str) -> None:
    signs = (Sign("edges <b>", "12 %", "at most 25 %", good=answer == "yes"),)
    verdict = Verdict(answer, "because <i> say so", "more <u>", signs=signs)
    text = write_report(run, facts(), verdict=verdict).read_text(encoding="utf-8")
    head = text[: text.index("<nav>")]
    assert f'class="{box}"' in head and head.index("Usable?") < head.index("16 x 16 pixels")
    assert "because &lt;i&gt; say so" in head and "more &lt;u&gt;" in head and "edges &lt;b&gt;" in head
    assert Page(text).open == []


def test_no_green_box_without_a_verdict(run: Path) -> None:
    assert "note good" not in write_report(run, facts()).read_text(encoding="utf-8").split("</style>")[1]


def test_settings_stand_beside_their_reasons() -> None:
    made = recipe(batch=16, notes=("batch = 16: many small steps", "pixel = gamma 1 to 0.1: for: 16 pixels", "precision bad"))
    reasoned, others, loose = split_settings(made)
    assert reasoned == [Setting("batch", "16", "many small steps"), Setting("pixel", "gamma 1 to 0.1", "for: 16 pixels")]
    names = [one.name for one in others]
    assert "batch" not in names and {"pixel.gamma.start", "size", "sources"} <= set(names) and loose == ["precision bad"]


def test_curves_are_thinned_and_torn_lines_passed_over(run: Path) -> None:
    curves = read_curves(run / "log.jsonl")
    assert set(curves) == {"g/anchor", "d/right"} and len(curves["d/right"]) == 750
    points = thin(curves["g/anchor"])
    assert len(points) <= MAX_POINTS and points[0][1] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_curves_have_names_groups_and_axes(run: Path) -> None:
    with (run / "log.jsonl").open("w", encoding="utf-8") as file:
        for n in range(1, 101):
            parts = {"d/right": 0.5 + n / 1000, "g/anchor": 1000.0 if n == 1 else n / 100, "g/odd": n, "else/odd": n,
                     "coarse0/d/right": 0.6}  # fmt: skip
            file.write(json.dumps({"step": n, "images": 10 * n, **parts}) + "\n")
    text = "".join(draw_curves(run / "log.jsonl", ()))
    order = ("Adversarial training", "Pairs ordered correctly", "The generator", "g/odd", "Other", "else/odd")
    places = [text.index(f">{word}<") for word in order]
    assert ">Pairs ordered correctly (coarse0)<" in text and text.index("(coarse0)") < places[2]
    assert places == sorted(places)
    game, _, anchor = text.split("<figure>")[1:4]
    assert re.findall(r"<text[^>]*>([^<]+)", game) == ["1", "0", "0", "1,000 pictures"]  # a share is seen on the whole axis
    assert "The highest part is cut off" in anchor  # one spike does not flatten the rest
    assert float(re.findall(r"<text[^>]*>([^<]+)", anchor)[0]) < 4


def test_the_card_says_what_the_report_says() -> None:
    made = recipe(licence="CC0-1.0", attribution=("Ada", "Grace"), notes=("batch = 4: many small steps",))
    text = card_text(facts(made, Outcome("converged", Progress(images=3000, seconds=60.0), (COLLAPSE,))), EXHIBITS, parity=1e-5)
    for line in ("- draws: 16 x 16 pixels", "- licence: CC0-1.0", "- attribution: Ada", "- attribution: Grace",
                 "- batch = 4: many small steps", "![Nearest training pictures](neighbours.png)", "Is it copying?",
                 "largest difference 1.0e-05", f"- health: collapse: {COLLAPSE.words}"):  # fmt: skip
        assert line in text
    assert "3,000 pictures seen, " in text and "minutes" not in text and "the best weights were kept" in text
    assert "neighbours.png" not in card_text(facts(made), (), parity=0.0)


def test_a_training_ends_with_a_whole_report_and_a_signed_card(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=16, count=20)
    (tmp_path / "data" / "metadata.jsonl").unlink()  # no words, no labels
    small = recipe().model_dump(mode="json", exclude_none=True, include={"generator", "pixel", "size", "batch", "precision"})
    said: list[str] = []
    done = train([str(tmp_path / "data")], out=tmp_path / "run", say=said.append,
                 overrides={**small, "images": 8, "threads": 1})  # fmt: skip
    assert done.model is not None and said.count(f"report: {tmp_path / 'run' / 'report.html'}") == 1
    page = Page((tmp_path / "run" / "report.html").read_text(encoding="utf-8"))
    assert page.counts["h2"] == 10 and page.counts["img"] > 20
    model = load(done.model)  # every digest holds
    assert {"README.md", "neighbours.png", "preview.png", "directions.png", "directions.safetensors"} <= set(model.manifest.files)
    kept = json.loads((tmp_path / "run" / "verdict.json").read_text(encoding="utf-8"))
    assert (
        done.verdict is not None and kept["text"] == done.verdict.text and kept["answer"] in ("no", "not yet") and kept["signs"]
    )
    assert (tmp_path / "run" / "report.html").stat().st_size < 5_000_000
