"""The report of a run: one HTML page that needs nothing else, from the run's folder and what its model shows."""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ganvas.ground.files import write_text
from ganvas.ground.images import open_image
from ganvas.training.report.curves import draw_curves
from ganvas.training.report.figures import Figure
from ganvas.training.report.html import PAGE_WIDTH, render_page, render_picture, render_table
from ganvas.training.report.summary import RunSummary, describe_machine, read_events, split_settings

FILE = "report.html"
SHEETS_SHOWN = 6
"""Sheets that are shown, evenly through the run."""
GAN = (
    "A generative adversarial network is two networks that learn from each other. The generator draws from random numbers; the "
    "discriminator is shown real and drawn pictures and learns to tell them apart; the generator learns to draw what passes."
)


def write_report(run: Path, facts: RunSummary, exhibits: Sequence[Figure] = ()) -> Path:
    """Write report.html into a run's folder: drawings through time, exhibits, health, curves, settings and why, the machine."""
    parts = {
        "What it draws": _sheets(sorted((run / "sheets").glob("*.png")), facts.legend),
        **{exhibit.title: _exhibit(exhibit) for exhibit in exhibits},
        "Health": _health(read_events(run / "log.jsonl"), facts),
        "Curves": _curves(run / "log.jsonl"),
        "Settings": _settings(facts),
        "Machine": iter([f"<p>{html.escape(describe_machine())}</p>"]),
    }
    links = [f'<a href="#part{number}">{html.escape(name)}</a>' for number, name in enumerate(parts)]
    body = [*_head(facts), "<nav>", *links, "</nav>"]
    for number, (name, part) in enumerate(parts.items()):
        body += [f'<h2 id="part{number}">{html.escape(name)}</h2>', *part]
    write_text(run / FILE, render_page(f"{facts.recipe.name}: report", body))
    return run / FILE


def _head(facts: RunSummary) -> Iterator[str]:
    recipe, ill = facts.recipe, bool(facts.outcome.troubles)
    yield f"<h1>{html.escape(recipe.name)}</h1>"
    yield f'<p class="lead">{html.escape(recipe.summary or "The report of a training with Ganvas.")}</p>'
    yield render_table([*facts.about.items(), ("training", f"{facts.training}. It ended because {facts.ending}."),
                 ("licence", recipe.licence)])  # fmt: skip
    yield f'<div class="note{" ill" if ill else ""}"><p>Health at the end: {html.escape(facts.health)}.</p></div>'
    yield f"<details><summary>What is a GAN?</summary><p>{GAN}</p></details>"


def _sheets(paths: Sequence[Path], legend: str) -> Iterator[str]:
    """Show the last sheet first: it is what came of it."""
    if not paths:
        yield "<p>Nothing was drawn yet.</p>"
        return
    yield f"<p>{html.escape(legend)}</p>"
    yield _sheet(paths[-1], f"Now, after {int(paths[-1].stem):,} pictures")
    earlier, count = paths[:-1], min(SHEETS_SHOWN, len(paths)) - 1
    chosen = [earlier[place] for place in np.linspace(0, len(earlier) - 1, count).astype(int)]
    if chosen:
        yield "<h3>How it came there</h3><p>The same words and the same random numbers each time.</p>"
    yield from (_sheet(path, f"After {int(path.stem):,} pictures") for path in chosen)


def _sheet(path: Path, caption: str) -> str:
    pixels = np.asarray(open_image(path).convert("RGB"))
    return f'<div class="wide">{render_picture(pixels, alt=f"Sheet of drawings. {caption}", caption=caption)}</div>'


def _exhibit(exhibit: Figure) -> Iterator[str]:
    yield f'<p>{html.escape(exhibit.about)}</p><div class="{"strips" if exhibit.beside else "rows"}">'
    for shown in exhibit.pictures:
        yield render_picture(
            shown.pixels, alt=f"{exhibit.title}: {shown.caption}", caption=shown.caption, room=PAGE_WIDTH // (1 + exhibit.beside)
        )
    yield "</div>"


def _health(events: Sequence[tuple[int, str]], facts: RunSummary) -> Iterator[str]:
    """Tell what happened on the way, and what the run suffers from at its end."""
    if events:
        yield render_table([(f"at {images:,} pictures", what) for images, what in events], kind="settings")
    else:
        yield "<p>Nothing was noticed on the way.</p>"
    yield f"<p>At the end: {html.escape(facts.health)}.</p>"


def _curves(log: Path) -> Iterator[str]:
    yield (
        "<p>From left to right: pictures seen. A dashed line: something that stands under Health. Where a curve begins late, "
        "nobody played against the generator until then, or nothing was measured.</p>"
    )
    yield from draw_curves(log, [images for images, _ in read_events(log)])


def _settings(facts: RunSummary) -> Iterator[str]:
    """Show what was derived and why; all else is folded."""
    reasoned, others, notes = split_settings(facts.recipe)
    if reasoned:
        yield "<p>What was derived from the pictures, the time and the machine, and why. Any of it can be set by hand.</p>"
        yield render_table([(one.name, one.value, one.reason) for one in reasoned], kind="settings")
    yield from (f"<p>{html.escape(note)}</p>" for note in notes)
    yield f"<details><summary>All other settings ({len(others)})</summary>"
    yield render_table([(one.name, one.value) for one in others], kind="settings") + "</details>"
