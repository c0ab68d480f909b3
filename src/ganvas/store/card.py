"""A card as one page that needs nothing else, and as one picture. Each part holds in itself what makes it again."""

from base64 import b64encode
from html import escape

import numpy as np
from PIL import Image

from ganvas.ground.images import encode_png
from ganvas.pipelines.verse_page import PAPER, draw_heading, draw_page
from ganvas.store import music, verse
from ganvas.store.folder import encode_work
from ganvas.vocabulary.card import Card
from ganvas.vocabulary.provenance import WriteProvenance
from ganvas.vocabulary.work import Work

KINDS = (".html", ".png")
GAP = 40
"""Pixels between the parts of a picture."""
_POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
"""What the page may load: nothing that is not in it."""
_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f7f1e3; color: #26221e; font: 1.1rem/1.6 "Kaiti SC", KaiTi, STKaiti, "LXGW WenKai", serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.6rem; font-weight: normal; text-align: center; margin: 0 0 2rem; overflow-wrap: anywhere; }
.arts { display: flex; gap: 2.5rem; justify-content: center; align-items: center; flex-wrap: wrap; }
.arts img { width: min(26rem, 100%); height: auto; border-radius: .5rem; box-shadow: 0 .2rem 1.2rem #0002; }
.poem { writing-mode: vertical-rl; font-size: 1.9rem; line-height: 1.9; letter-spacing: .12em; margin: 0; white-space: pre-line;
  border: 2px solid #b02a22; padding: 1.6rem 1.4rem; background: #fbf7ec; max-height: 24rem; }
.music { text-align: center; margin: 2.5rem 0 0; }
.music img { max-width: 100%; height: auto; display: block; margin: 0 auto 1rem; }
.music audio { width: min(28rem, 100%); }
footer { margin-top: 2.5rem; text-align: center; font-size: .8rem; opacity: .7; overflow-wrap: anywhere; }
"""


def encode_card(card: Card, kind: str) -> bytes:
    """Return a card as a file of a kind."""
    return render_page(card).encode("utf-8") if kind == ".html" else encode_png(draw_card(card))


def render_page(card: Card) -> str:
    """Return a card as HTML without scripts: picture and sound are in it, and no request is made."""
    idea, arts, sound = escape(card.idea), list[str](), ""
    if card.picture is not None:
        arts.append(f'<img alt="{idea}" width="512" height="512" src="{_data(encode_work(card.picture, ".png"), "image/png")}">')
    if card.verse is not None:
        made = card.verse.provenance
        script = f' lang="zh-{made.script.capitalize()}"' if isinstance(made, WriteProvenance) else ""
        lines = escape("\n".join(verse.lines_of(card.verse)))
        arts.append(f'<p class="poem"{script}>{lines}</p>')
    if card.music is not None:
        roll, wave = (
            _data(music.encode(card.music, suffix), kind) for suffix, kind in ((".png", "image/png"), (".wav", "audio/wav"))
        )
        sound = f'<div class="music"><img alt="" src="{roll}"><audio controls preload="auto" src="{wave}"></audio></div>'
    notes = "".join(f"<br>{escape(line)}" for line in card.left)
    return (
        f'<!doctype html>\n<html lang="und"><head><meta charset="utf-8"><title>{idea}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" '
        f'content="{_POLICY}"><link rel="icon" href="data:,"><style>{_STYLE}</style></head>\n<body><main><h1>{idea}</h1>\n'
        f'<div class="arts">{"".join(arts)}</div>\n{sound}\n<footer>Ganvas{notes}</footer></main></body></html>\n'
    )


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


def draw_card(card: Card) -> np.ndarray:
    """Return a card as one picture, uint8 (H, W, 3): picture and poem beside each other, below them the music's roll."""
    above = [Image.fromarray(card.picture.pixels).convert("RGB")] if card.picture is not None else []
    if card.verse is not None and isinstance(card.verse.provenance, WriteProvenance):
        seal = verse.SEALS[card.verse.provenance.script]
        above.append(Image.fromarray(draw_page(verse.lines_of(card.verse), seal=seal)))
    width = max(sum(part.width for part in above) + GAP * (len(above) + 1), 640)
    below = [] if card.music is None else [_roll(card.music, width=width - 2 * GAP)]
    heading = Image.fromarray(draw_heading(card.idea, width=width - 2 * GAP))
    tallest = max((part.height for part in above), default=0)
    height = heading.height + tallest + sum(part.height for part in below) + GAP * (2 + bool(above) + bool(below))
    card_page, left = Image.new("RGB", (width, height), PAPER), (width - sum(one.width + GAP for one in above) + GAP) // 2
    card_page.paste(heading, (GAP, GAP))
    for part in above:
        card_page.paste(part, (left, heading.height + 2 * GAP + (tallest - part.height) // 2))
        left += part.width + GAP
    for part in below:
        card_page.paste(part, ((width - part.width) // 2, height - GAP - part.height))
    return np.asarray(card_page)


def _roll(work: Work, *, width: int) -> Image.Image:
    pixels = Image.fromarray(music.draw(work)).convert("RGB")
    return pixels if pixels.width <= width else pixels.resize((width, pixels.height * width // pixels.width))
