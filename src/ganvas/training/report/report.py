"""The report of a run: one self-contained HTML page, from the run's folder and the figures of its model."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ganvas.ground.files import write_text
from ganvas.ground.images import open_image
from ganvas.scoring.verdict import Verdict
from ganvas.training.report.curves import draw_curves
from ganvas.training.report.figures import Figure
from ganvas.training.report.html import PAGE_WIDTH, escape, render_page, render_picture, render_table
from ganvas.training.report.summary import RunSummary, describe_machine, read_events, split_settings

FILE = "report.html"
SHEETS_SHOWN = 6
"""Sheets that are shown, spread evenly over the run."""
GAN = (
    "A generative adversarial network is two networks that learn from each other. The generator draws from random numbers; the "
    "discriminator is shown real and drawn pictures and learns to tell them apart; the generator learns to draw what passes."
)


WORDS = {
    "condition": "what a drawing is asked to show: words, or a label such as a class",
    "KID": "kernel inception distance: how far the features of drawings lie from those of real pictures; 0 is like them",
    "latent": "the random numbers that a drawing begins with",
    "mode collapse": "a training that fails by drawing few different pictures",
    "overfitting": "learning the single pictures by heart in place of what they have in common",
    "recall": "the share of your pictures that lie among the drawings, by their features",
    "warm start": "steps at the beginning without a discriminator, which only pull drawings towards their true pictures",
}
"""The field's terms that a report uses, each in one line."""
MEASURED = (
    "Single drawings, nothing chosen, beside the pictures that the model learned from, by the features of EfficientNet-Lite2, "
    "which the training does not see."
)
BOXES = {"yes": "good", "no": "ill"}
"""The colour of the verdict; every other answer has none."""


def write_report(run: Path, summary: RunSummary, figures: Sequence[Figure] = (), verdict: Verdict | None = None) -> Path:
    """Write report.html into a run's folder: verdict, sheets, figures, health, curves, settings with reasons, the machine.

    verdict: None while the model is not saved.
    """
    parts = {
        "What it draws": _sheets(sorted((run / "sheets").glob("*.png")), summary.legend),
        **{figure.title: _figure(figure) for figure in figures},
        "Health": _health(read_events(run / "log.jsonl"), summary),
        "Curves": _curves(run / "log.jsonl"),
        "Settings": _settings(summary),
        "Words": iter([render_table(WORDS.items(), kind="settings")]),
        "Machine": iter([f"<p>{escape(describe_machine())}</p>"]),
    }
    links = [f'<a href="#part{number}">{escape(name)}</a>' for number, name in enumerate(parts)]
    body = [*_head(summary, verdict), "<nav>", *links, "</nav>"]
    for number, (name, part) in enumerate(parts.items()):
        body += [f'<h2 id="part{number}">{escape(name)}</h2>', *part]
    write_text(run / FILE, render_page(f"{summary.recipe.name}: report", body))
    return run / FILE


def _head(summary: RunSummary, verdict: Verdict | None) -> Iterator[str]:
    recipe = summary.recipe
    yield f"<h1>{escape(recipe.name)}</h1>"
    yield f'<p class="lead">{escape(recipe.summary or "The report of a training with Ganvas.")}</p>'
    yield from _verdict(verdict)
    yield render_table([*summary.about.items(), ("training", f"{summary.training}. It ended because {summary.ending}."),
                 ("licence", recipe.licence)])  # fmt: skip
    yield f"<details><summary>What is a GAN?</summary><p>{GAN}</p></details>"


def _verdict(verdict: Verdict | None) -> Iterator[str]:
    """Answer whether the model is usable, with what was measured and what to do."""
    if verdict is None:
        yield '<div class="note"><p><b>Usable?</b> Not judged: the model is not saved yet.</p></div>'
        return
    do = f"<p>What to do: {escape(verdict.do)}.</p>" if verdict.do else ""
    yield f'<div class="note {BOXES.get(verdict.answer, "")}"><p><b>Usable?</b> {escape(verdict.lasting)}</p>{do}</div>'
    if verdict.signs:
        lines = [
            (one.name, one.measured, "good" if one.good else "not good enough", f"usable: {one.wanted}. {one.means}")
            for one in verdict.signs
        ]
        yield f"<details><summary>What this was measured by</summary><p>{MEASURED}</p>{render_table(lines)}</details>"


def _sheets(paths: Sequence[Path], legend: str) -> Iterator[str]:
    """Show the last sheet first, then earlier ones."""
    if not paths:
        yield "<p>Nothing was drawn yet.</p>"
        return
    yield f"<p>{escape(legend)}</p>"
    yield _sheet(paths[-1], f"Now, after {int(paths[-1].stem):,} pictures")
    earlier, count = paths[:-1], min(SHEETS_SHOWN, len(paths)) - 1
    chosen = [earlier[place] for place in np.linspace(0, len(earlier) - 1, count).astype(int)]
    if chosen:
        yield "<h3>On the way</h3><p>The same words and the same random numbers each time.</p>"
    yield from (_sheet(path, f"After {int(path.stem):,} pictures") for path in chosen)


def _sheet(path: Path, caption: str) -> str:
    pixels = np.asarray(open_image(path).convert("RGB"))
    return f'<div class="wide">{render_picture(pixels, alt=f"Sheet of drawings. {caption}", caption=caption)}</div>'


def _figure(figure: Figure) -> Iterator[str]:
    yield f'<p>{escape(figure.about)}</p><div class="{"strips" if figure.beside else "rows"}">'
    for shown in figure.pictures:
        yield render_picture(
            shown.pixels, alt=f"{figure.title}: {shown.caption}", caption=shown.caption, room=PAGE_WIDTH // (1 + figure.beside)
        )
    yield "</div>"


def _health(events: Sequence[tuple[int, str]], summary: RunSummary) -> Iterator[str]:
    """List the health events of the run, and its troubles at the end."""
    if events:
        yield render_table([(f"at {images:,} pictures", what) for images, what in events], kind="settings")
    else:
        yield "<p>Nothing was noticed on the way.</p>"
    yield f"<p>At the end: {escape(summary.health)}. This is about the training; what it draws is judged at the top.</p>"


def _curves(log: Path) -> Iterator[str]:
    yield (
        "<p>From left to right: pictures seen. A dashed line marks an event that is listed under Health. A curve that begins "
        "late belongs to the adversarial phase after a warm start, or was not measured before.</p>"
    )
    yield from draw_curves(log, [images for images, _ in read_events(log)])


def _settings(summary: RunSummary) -> Iterator[str]:
    """Show the derived settings with their reasons; the others are folded."""
    reasoned, others, notes = split_settings(summary.recipe)
    if reasoned:
        yield "<p>What was derived from the pictures, the time and the machine, and why. Each can be set in a recipe.</p>"
        yield render_table([(one.name, one.value, one.reason) for one in reasoned], kind="settings")
    yield from (f"<p>{escape(note)}</p>" for note in notes)
    yield f"<details><summary>All other settings ({len(others)})</summary>"
    yield render_table([(one.name, one.value) for one in others], kind="settings") + "</details>"
