"""Poems as files: text, and a page on which they are set, each with what writes them again."""

import json
from pathlib import Path

from ganvas.ground.files import read_text, write_bytes
from ganvas.ground.images import encode_png
from ganvas.ground.text import visible_json
from ganvas.pipelines.verse_page import draw_letter, draw_page, missing
from ganvas.vocabulary.provenance import png_texts, written_of
from ganvas.vocabulary.verse import HAN
from ganvas.vocabulary.work import Work

KINDS = (".txt", ".png")
"""What a poem can be kept as."""
MAX_BYTES = 2_000_000
_MARK = "ganvas: "
"""How the last line of a text begins, which says how it was written."""
SEALS = {"hans": "甘画", "hant": "甘畫"}
"""What stands on the seal."""


def lines_of(work: Work) -> list[str]:
    """Return the lines of a poem."""
    return [str(line) for line in work.payload]


def punctuate(lines: list[str]) -> str:
    """Write a poem as people print it: two lines of verse in one of text."""
    marked = [line + ("，" if number % 2 == 0 else "。") for number, line in enumerate(lines)]
    return "\n".join("".join(marked[start : start + 2]) for start in range(0, len(marked), 2))


def format_poem(work: Work) -> str:
    """Return a poem as it is printed: a regular one with punctuation, others as they are."""
    lines = lines_of(work)
    return punctuate(lines) if written_of(work.provenance) is not None else "\n".join(lines)


def encode(work: Work, kind: str) -> bytes:
    """Return a poem as a file of a kind."""
    if kind == ".txt":
        record = json.dumps(work.provenance.model_dump(mode="json"), ensure_ascii=False)
        return f"{work.provenance.idea}\n\n{format_poem(work)}\n\n{_MARK}{visible_json(record)}\n".encode()
    if (first := written_of(work.provenance)) is not None:
        pixels = draw_page(lines_of(work), title=title_of(work), seal=SEALS[first.script])
    else:
        pixels = draw_letter(lines_of(work), title=work.provenance.idea, seal=SEALS["hans"])
    return encode_png(pixels, text=png_texts([work.provenance]))


def title_of(work: Work) -> str:
    """Return a theme that can stand on a page: in Chinese, and known to the font; else nothing."""
    idea = work.provenance.idea
    return idea if HAN.fullmatch(idea) and not missing(idea) else ""


def save_poem(first: Path, work: Work, *, replace: bool = False) -> list[Path]:
    """Save a poem as text, and its page beside it; return the paths. Raises FileExistsError where `first` is there."""
    write_bytes(first, encode(work, ".txt"), replace=replace)
    page = first.with_suffix(".png")
    write_bytes(page, encode(work, ".png"), replace=True)
    return [first, page]


def record_in(path: Path) -> str | None:
    """Return what a text of Ganvas says of how it was written, or None. Raises InputError."""
    last = read_text(path, limit=MAX_BYTES).rstrip("\n").rpartition("\n")[2]
    return last.removeprefix(_MARK) if last.startswith(_MARK) else None
