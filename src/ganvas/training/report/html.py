"""HTML for a report: the page, embedded pictures, tables and styles. No script, no external resources."""

import base64
import html
import io
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from ganvas.ground.text import visible

MAX_WIDTH = 1400
"""Pixels; wider pictures are shrunk."""
PAGE_WIDTH, ENLARGEMENT = 900, 2
"""Pixels across the page; smaller pictures are shown ENLARGEMENT times as large where there is room."""
MAX_LOSSLESS_BYTES = 120_000
"""Bytes of a losslessly compressed picture; larger ones are compressed with loss."""

STYLE = """
:root { color-scheme: light dark; --text: #1d2126; --soft: #5c6670; --line: #d9dee3; --back: #fff; --card: #f6f7f9;
  --blue: #1664c0; --good: #1b7f4b; --ill: #b3261e }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --soft: #9aa5af; --line: #363d44; --back: #14171a;
  --card: #1d2226; --blue: #79b4ff; --good: #67d39a; --ill: #ff8a80 } }
* { box-sizing: border-box }
body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; max-width: 60rem; margin: 0 auto;
  padding: 1.5rem 1rem 4rem; color: var(--text); background: var(--back); overflow-wrap: break-word }
h1 { margin: .5rem 0 0; font-size: 2rem; line-height: 1.2 } h2 { margin: 3rem 0 .5rem; font-size: 1.4rem }
h3 { margin: 2rem 0 0; font-size: 1.05rem } p { margin: .5rem 0; max-width: 44rem } .lead { font-size: 1.1rem }
nav { margin: 1rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem } a { color: var(--blue) }
figure { margin: 1.25rem 0 } figcaption { color: var(--soft); font-size: .875rem; line-height: 1.4; margin-top: .25rem }
img { display: block; max-width: 100%; height: auto; background: #fff; border-radius: 4px; border: 1px solid var(--line);
  image-rendering: pixelated }
.wide { overflow-x: auto } .strips { display: flex; flex-wrap: wrap; gap: 1rem } .strips figure { margin: 0; max-width: 100% }
.rows figure { margin: .75rem 0 }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(16.5rem, 1fr)); gap: 1.5rem }
.curves figure { margin: 0 }
.curves b, .curves span { color: var(--text) }
svg { display: block; width: 100%; height: auto } svg text { font-size: 11px; fill: var(--soft) }
path { fill: none; stroke: var(--blue); stroke-width: 1.5; stroke-linejoin: round } circle { fill: var(--blue) }
path.axis { stroke: var(--line); stroke-width: 1 } path.mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3 }
path.event { stroke: var(--ill); stroke-width: 1; stroke-dasharray: 3 3 }
table { border-collapse: collapse; width: 100%; font-size: .9375rem }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-top: 1px solid var(--line);
  font-weight: normal }
th { color: var(--soft); white-space: nowrap; width: 1% } code { font-size: .875em; overflow-wrap: anywhere }
pre { background: var(--card); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto; max-width: 44rem }
details { margin: 1rem 0 } summary { cursor: pointer; color: var(--blue) }
.note { margin-top: 1rem; border-left: 4px solid var(--soft); background: var(--card);
  padding: .5rem 1rem; border-radius: 0 6px 6px 0;
  max-width: 44rem }
.note.good { border-color: var(--good) } .note.ill { border-color: var(--ill) } .note p { margin: .25rem 0 }
@media (max-width: 40rem) { .wide img { max-width: none; width: 44rem } img { image-rendering: auto }
  th { white-space: normal } .settings tr { display: block; border-top: 1px solid var(--line); padding: .4rem 0 }
  .settings th, .settings td { display: block; border: 0; padding: 0; width: auto } }
"""


def escape(text: str) -> str:
    """Return plain text as HTML that shows it."""
    return html.escape(visible(text, lines=True))


def render_page(title: str, body: Iterable[str]) -> str:
    """Return a whole HTML page. title: plain text. body: HTML."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head><body>{"".join(body)}</body></html>\n'
    )


def render_picture(pixels: np.ndarray, *, alt: str, caption: str, room: int = PAGE_WIDTH) -> str:
    """Return a figure with an embedded picture, uint8 (H, W, 3).

    alt: the text for those who cannot see it. caption: plain text. room: pixels across that it may
    fill.
    """
    shown = Image.fromarray(np.ascontiguousarray(pixels))
    if shown.width > MAX_WIDTH:
        shown = shown.resize((MAX_WIDTH, max(1, round(shown.height * MAX_WIDTH / shown.width))), Image.Resampling.LANCZOS)
    times = ENLARGEMENT if ENLARGEMENT * shown.width <= room else 1
    size = f'width="{shown.width * times}" height="{shown.height * times}"'
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure><img alt="{escape(alt)}" {size} src="{_data_url(shown)}">{below}</figure>'


def _data_url(shown: Image.Image) -> str:
    """Return a picture as a data URL: WebP, lossless where that is small."""
    stream = io.BytesIO()
    shown.save(stream, format="WEBP", lossless=True)
    if stream.tell() > MAX_LOSSLESS_BYTES:
        stream = io.BytesIO()
        shown.save(stream, format="WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def render_table(rows: Iterable[Sequence[str]], *, kind: str = "") -> str:
    """Return a table of plain texts; the first cell of each row is its heading."""
    lines = [
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    ]
    return f'<table class="{kind}">{"".join(lines)}</table>'
