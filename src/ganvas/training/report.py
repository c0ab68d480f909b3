"""The report of a run: one HTML page that needs nothing else, made from what lies in the run's folder."""

import base64
import html
import io
import json
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from ganvas.ground.files import read_text, write_text
from ganvas.ground.images import open_image
from ganvas.training.loop import Outcome
from ganvas.training.recipe import AnyRecipe
from ganvas.training.run import EVENT

FILE = "report.html"
SHEETS = 6
"""Sheets that are shown, evenly through the run."""
POINTS = 300
"""Points of a curve at most; each is the mean of what it stands for."""
WIDTH, HEIGHT = 280, 90

MEANS = {
    "score/kid": "How far drawings are from real pictures (KID, features of Lite0). Lower is better, 0 at best.",
    "d/right": "Share of pairs in which the discriminator knows the real picture. 0.5: it guesses; near 1 for long: it has won.",
    "d/penalty": "How steep the discriminator is at real and drawn pictures (R1 + R2).",
    "d/contrast": "How well the discriminator finds each picture's own words among the batch's. Lower is better.",
    "g/contrast": "The same for drawn pictures: how well they show what was asked for. Lower is better.",
    "g/anchor": "Distance of drawings to the true pictures of their words.",
    "g/spread": "How much drawings differ from each other, beside real pictures. Under 0.2 for long: they have collapsed.",
    "g/range": "How far drawings reach, beside real pictures. Over 2.5 for long: they diverge.",
    "d/known": "As d/right, at rest, for pictures that the discriminator learns from.",
    "d/aside": "The same for pictures kept from it. Far below d/known: it knows its pictures by heart.",
    "generator/gradient": "The norm of the generator's gradient. Near 0 for long: it is told nothing any more.",
}
"""What a reader should know of a curve."""

ENDINGS = {
    "budget": "its budget is spent",
    "converged": "its score had not become better for some time; what drew best is what was kept",
    "clock": "it took three times as long as it was given",
    "asked": "somebody stopped it; it can go on",
}
"""What an outcome's reason means."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem } img { max-width: 100%; image-rendering: pixelated; border: 1px solid #ddd }
figure { margin: 1rem 0 } figcaption { color: #666; font-size: .9rem } .curves { display: flex; flex-wrap: wrap; gap: 1.5rem }
.curves figure { width: 280px; margin: 0 } table { border-collapse: collapse }
td { padding: .15rem 1.5rem .15rem 0; vertical-align: top }
code { overflow-wrap: anywhere } path { fill: none; stroke: #1664c0; stroke-width: 1.5 }
"""


def write_report(run: Path, recipe: AnyRecipe, outcome: Outcome) -> Path:
    """Write report.html into a run's folder: sheets through time, curves, settings with their reasons, the machine."""
    name = html.escape(recipe.name)
    body = [
        f"<h1>{name}</h1>",
        f"<p>{_summary(outcome)}</p>",
        "<h2>What it drew</h2>",
        "<p>First row: true pictures. Below: drawings for the same words with the same noise each time.</p>",
        *_sheets(sorted((run / "sheets").glob("*.png"))),
        "<h2>Health</h2>",
        *_health(run / "log.jsonl", outcome),
        "<h2>Curves</h2>",
        '<div class="curves">',
        *_curves(read_log(run / "log.jsonl")),
        "</div>",
        "<h2>Settings</h2>",
        *(f"<p>{html.escape(note)}</p>" for note in recipe.notes),
        f"<table>{''.join(_settings(recipe))}</table>",
        "<h2>Machine</h2>",
        f"<p>{html.escape(machine())}</p>",
    ]
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{"".join(body)}</body></html>'
    )
    write_text(run / FILE, page)
    return run / FILE


def _summary(outcome: Outcome) -> str:
    images, seconds = outcome.progress.images, outcome.progress.seconds
    pace = images / seconds if seconds else 0.0
    seen = f"{images:,} pictures seen in {seconds / 60:.0f} minutes, {pace:.0f} a second."
    return f"{seen} It ended because {ENDINGS[outcome.reason]}."


def _health(log: Path, outcome: Outcome) -> Iterable[str]:
    """Tell what happened on the way, and what the run suffers from at its end."""
    lines = read_text(log, limit=500_000_000).splitlines() if log.is_file() else []
    events = [entry for entry in map(_entry, lines) if EVENT in entry and "images" in entry]
    yield from (f"<p>At {entry['images']} pictures: {html.escape(str(entry[EVENT]))}</p>" for entry in events)
    ill = ", ".join(f"<b>{html.escape(trouble.name)}</b>" for trouble in outcome.troubles)
    yield f"<p>At the end: {ill or 'no collapse, overfitting, vanishing gradient or divergence was seen'}.</p>"


def machine() -> str:
    """Say what a run was computed on."""
    processor = platform.processor() or platform.machine()
    return (
        f"{platform.system()}, {processor}, {torch.get_num_threads()} thread(s), torch {torch.__version__}, "
        f"Python {platform.python_version()}"
    )


def read_log(path: Path) -> dict[str, list[tuple[int, float]]]:
    """Return each logged part as (pictures seen, value); lines that a crash has torn are passed over."""
    curves: dict[str, list[tuple[int, float]]] = {}
    if not path.is_file():
        return curves
    for entry in map(_entry, read_text(path, limit=500_000_000).splitlines()):
        images = entry.get("images")
        if not isinstance(images, int):
            continue
        for name, value in entry.items():
            if "/" in name and isinstance(value, int | float):
                curves.setdefault(name, []).append((images, float(value)))
    return curves


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return dict(entry) if isinstance(entry, dict) else {}  # pyright: ignore[reportUnknownArgumentType]


def thinned(points: Sequence[tuple[int, float]], count: int = POINTS) -> list[tuple[float, float]]:
    """Return at most `count` points, each the mean of its neighbours."""
    step = -(-len(points) // count)
    groups = [points[start : start + step] for start in range(0, len(points), step)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]


def _curves(curves: dict[str, list[tuple[int, float]]]) -> Iterable[str]:
    last = max((points[-1][0] for points in curves.values()), default=1)
    for name, points in sorted(curves.items()):
        shown = thinned(points)
        values = [value for _, value in shown]
        low, high = min(values), max(values)
        spread = (high - low) or 1.0
        places = [(x / last * WIDTH, HEIGHT - 4 - (y - low) / spread * (HEIGHT - 8)) for x, y in shown]
        line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        about = html.escape(MEANS.get(name, ""))
        yield (
            f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(name)}"><path d="{line}"/></svg>'
            f"<figcaption><b>{html.escape(name)}</b> {values[-1]:.3g} at the end, {low:.3g} to {high:.3g}. {about}</figcaption>"
            "</figure>"
        )


def _sheets(paths: Sequence[Path]) -> Iterable[str]:
    chosen = {paths[round(place * (len(paths) - 1) / max(SHEETS - 1, 1))] for place in range(SHEETS)} if paths else set[Path]()
    for path in sorted(chosen):
        yield f'<figure><img alt="sheet" src="{_inside(path)}"><figcaption>{int(path.stem):,} pictures</figcaption></figure>'


def _inside(path: Path) -> str:
    """Return a picture as a data address: WebP, which is a third of a PNG."""
    stream = io.BytesIO()
    picture: Image.Image = open_image(path)
    picture.save(stream, format="WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _settings(recipe: AnyRecipe) -> Iterable[str]:
    given = recipe.model_dump(mode="json", exclude_none=True, exclude={"notes", "attribution"})
    for name, value in given.items():
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
        yield f"<tr><td>{html.escape(name)}</td><td><code>{html.escape(text)}</code></td></tr>"
