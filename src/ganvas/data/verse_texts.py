"""Verse in plain texts: lines between marks of punctuation, poems between empty lines."""

import re
from collections.abc import Iterable, Iterator

from ganvas.vocabulary.verse import HAN, Poem

_MARKS = re.compile(r"[，。？！；、：,.?!;:\s]+")
MOST_CHARACTERS = 4_000
"""Characters of one block of text that is looked at for a poem."""


def split_lines(text: str) -> list[str]:
    """Return the lines of a poem, which end at punctuation or space."""
    return [line for line in _MARKS.split(text) if line]


def poems_in(lines: Iterable[str]) -> Iterator[Poem | str]:
    """Yield the regular poems among lines of text, blocks of which are separated by empty ones; a str says why a block is none.

    A first line that is no line of verse is the title.
    """
    block, size = list[str](), 0
    for line in lines:
        bare = line.strip()[: MOST_CHARACTERS + 1]
        if bare:
            size += len(bare)
            if size <= MOST_CHARACTERS:
                block.append(bare)
            continue
        if block or size:
            yield _poem_of(block, size)
        block, size = [], 0
    if block or size:
        yield _poem_of(block, size)


def _poem_of(block: list[str], size: int) -> Poem | str:
    if size > MOST_CHARACTERS:
        return f"longer than {MOST_CHARACTERS:,} characters without an empty line"
    for title, rest in (("", block), (block[0], block[1:])):
        lines = split_lines("\n".join(rest))
        even = len(lines) >= 2 and len(lines) % 2 == 0 and {len(line) for line in lines} in ({5}, {7})
        if even and all(HAN.fullmatch(line) for line in lines):
            return Poem(lines=tuple(lines), title=title[:200])
    return "no even number of lines of five or of seven ideographs"
