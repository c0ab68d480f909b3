"""Poems set on a page: lines from top to bottom, from right to left, in the bundled font, with a seal."""

import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parents[1] / "zoo" / "kai" / "kai.woff"
"""A part of LXGW WenKai (OFL 1.1; see OFL.txt beside it)."""
PAPER, INK, SEAL = (247, 241, 227), (38, 34, 30), (176, 42, 34)
SIZE, GAP, LEADING = 44, 8, 30
"""Pixels of a character, and between characters and lines of a page."""
LETTER = 640
"""Pixels of a row of free text."""
SMALL = 18
"""Pixels of a character of a sheet."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(FONT.read_bytes()), size)


def missing(text: str) -> str:
    """Return the characters of a text that the font has not, each once."""
    return "".join(dict.fromkeys(letter for letter in text if _ink(letter) == _ink("\U0010fffd")))


@cache
def _ink(letter: str) -> bytes:
    cell = Image.new("L", (2 * SMALL, 2 * SMALL))
    ImageDraw.Draw(cell).text((0, 0), letter, font=_font(SMALL), fill=255)
    return cell.tobytes()


def draw_page(lines: Sequence[str], *, title: str = "", seal: str = "") -> np.ndarray:
    """Set a poem on a page of its own: uint8 (H, W, 3). title: beside it, in small characters. seal: up to four, in red."""
    longest, margin, step = max(map(len, lines)), 2 * SIZE, SIZE + LEADING
    small = _font(SIZE // 2)
    title = title[: (longest * (SIZE + GAP)) // (SIZE // 2 + 4)]
    columns = len(lines) + bool(title)
    width, height = 2 * margin + columns * step - LEADING, 2 * margin + longest * (SIZE + GAP) - GAP + (SIZE if seal else 0)
    page = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(page)
    draw.rectangle((margin // 3, margin // 3, width - margin // 3 - 1, height - margin // 3 - 1), outline=SEAL, width=2)
    right = width - margin
    if title:
        _column(draw, title, right - SIZE // 2, margin, small, SIZE // 2 + 4)
        right -= step
    for number, line in enumerate(lines):
        _column(draw, line, right - SIZE - number * step, margin, _font(SIZE), SIZE + GAP)
    if seal:
        _stamp(draw, seal, left=margin, bottom=height - margin + SIZE // 2)
    return np.asarray(page)


def draw_letter(lines: Sequence[str], *, title: str = "", seal: str = "") -> np.ndarray:
    """Set lines of any length on a page from left to right, broken where they are too long: uint8 (H, W, 3)."""
    font, small, margin = _font(SIZE // 2), _font(SIZE // 2 - 4), 2 * SIZE
    rows = [row for line in lines for row in _break(line, font, LETTER)]
    height = 2 * margin + (len(rows) + 2) * (SIZE - 8) + SIZE
    page = Image.new("RGB", (LETTER + 2 * margin, height), PAPER)
    draw = ImageDraw.Draw(page)
    draw.rectangle((margin // 3, margin // 3, page.width - margin // 3 - 1, height - margin // 3 - 1), outline=SEAL, width=2)
    for number, row in enumerate((*_break(title, small, LETTER)[:1], "", *rows)):
        draw.text((margin, margin + number * (SIZE - 8)), row, font=font if number else small, fill=INK)
    if seal:
        _stamp(draw, seal, left=page.width - margin - SIZE, bottom=height - margin + SIZE // 2)
    return np.asarray(page)


def draw_heading(text: str, *, width: int) -> np.ndarray:
    """Set a few words in the middle of a page of a width, on at most two rows: uint8 (H, W, 3)."""
    rows = _break(text, _font(SIZE - 12), width)[:2]
    page = Image.new("RGB", (width, len(rows) * SIZE), PAPER)
    draw = ImageDraw.Draw(page)
    for number, row in enumerate(rows):
        font = _font(SIZE - 12)
        draw.text(((width - font.getlength(row)) / 2, number * SIZE), row, font=font, fill=INK)
    return np.asarray(page)


def _break(line: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break a line into rows of at most so many pixels, at spaces where it has any."""
    rows, row = list[str](), ""
    for word in re.findall(r"[\u2e80-\uffee]|[^\s\u2e80-\uffee]+\s*|\s+", line):
        while font.getlength(word) > width:
            rows, row, word = [*rows, row + word[:20]], "", word[20:]
        if row and font.getlength(row + word) > width:
            rows, row = [*rows, row.rstrip()], ""
        row += word
    return [*rows, row.rstrip()]


def _column(
    draw: ImageDraw.ImageDraw, text: str, left: int, top: int, font: ImageFont.FreeTypeFont, step: int,
    fill: tuple[int, int, int] = INK,
) -> None:  # fmt: skip
    for place, letter in enumerate(text):
        draw.text((left, top + place * step), letter, font=font, fill=fill)


def _stamp(draw: ImageDraw.ImageDraw, seal: str, *, left: int, bottom: int) -> None:
    """Draw a red square with its characters in the colour of the paper, in two columns from right to left."""
    size = SIZE // 2
    rows = 2 if len(seal) > 2 else len(seal)
    wide, high = (2 if len(seal) > 2 else 1) * (size + 2) + 8, rows * (size + 2) + 8
    draw.rounded_rectangle((left, bottom - high, left + wide, bottom), radius=4, fill=SEAL)
    for number, letter in enumerate(seal[:4]):
        column, row = divmod(number, rows)
        x = left + wide - 4 - (column + 1) * (size + 2)
        draw.text((x + 1, bottom - high + 4 + row * (size + 2)), letter, font=_font(size), fill=PAPER)


def draw_poems(poems: Sequence[Sequence[str]], *, columns: int = 4) -> np.ndarray:
    """Set several poems on one sheet, their lines from left to right, each poem in a cell: uint8 (H, W, 3)."""
    longest, most = max(len(line) for poem in poems for line in poem), max(map(len, poems))
    wide, high, rows = (longest + 2) * SMALL, (most + 1) * (SMALL + 6), -(-len(poems) // columns)
    sheet = Image.new("RGB", (columns * wide + SMALL, rows * high + SMALL), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, poem in enumerate(poems):
        row, column = divmod(number, columns)
        for place, line in enumerate(poem):
            draw.text((SMALL + column * wide, SMALL + row * high + place * (SMALL + 6)), line, font=_font(SMALL), fill=INK)
    return np.asarray(sheet)
