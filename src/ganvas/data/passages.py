"""A folder of a person's texts, cut into passages: what a voice is learned from."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ganvas.data.verse import FILE, MAX_FILES, SUFFIXES, text_lines
from ganvas.ground.characters import cut_at_word
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json

LONGEST, SHORTEST = 400, 20
"""Characters of a passage, at most and at least."""
MOST, FEWEST = 2_000, 8
"""Passages that are kept, and that a voice can be learned from."""
MOST_LINES = 2_000_000
"""Lines that are read of a folder."""
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True)
class Passages:
    """Passages of a folder. left: what is left out, and why. digest: sha256 over all passages."""

    texts: tuple[str, ...]
    left: tuple[str, ...]
    digest: str


def open_passages(source: Path) -> Passages:
    """Read the texts of a folder or of one file, in whatever encoding they are. Raises InputError where there are too few."""
    if not source.exists():
        raise InputError("there is no such folder or file", where=source, do="name a folder of your texts (.txt or .md)")
    found, short, more = dict[str, None](), 0, False
    for passage in _passages(_lines(source)):
        if len(found) == MOST:
            more = True
            break
        if len(passage) < SHORTEST or not any(letter.isalpha() for letter in passage):
            short += 1
        else:
            found.setdefault(passage)
    left = [f"passages of fewer than {SHORTEST} characters, or without letters: {short:,}"] if short else []
    left += [f"what comes after the first {MOST:,} passages"] if more else []
    if len(found) < FEWEST:
        raise InputError(f"has {len(found)} passages of text, and a voice is learned from {FEWEST} or more", where=source,
                         do="name a folder with more of your texts (.txt or .md)")  # fmt: skip
    texts = tuple(found)
    return Passages(texts, tuple(left), hashlib.sha256("\n".join(texts).encode()).hexdigest())


def _lines(source: Path) -> Iterator[str]:
    """Yield the lines of all files, with an empty one after each file; of poems.jsonl each poem."""
    paths = [source] if source.is_file() else sorted(
        path for path in source.rglob("*") if (path.suffix.lower() in SUFFIXES or path.name == FILE) and path.is_file()
    )[:MAX_FILES]  # fmt: skip
    count = 0
    for path in paths:
        for line in text_lines(path):
            count += 1
            if count > MOST_LINES:
                return
            if path.name == FILE and line:
                yield from ("，".join(parse_json(line, where=path).get("lines", ())), "")
            else:
                yield line
        yield ""


def _passages(lines: Iterator[str]) -> Iterator[str]:
    """Yield paragraphs, long ones in parts that end with a sentence."""
    block = ""
    for line in lines:
        if line and len(block) < 20 * LONGEST:
            block = f"{block} {line}" if block else line
            continue
        yield from _parts(block)
        block = line if line and len(block) >= 20 * LONGEST else ""
    yield from _parts(block)


def _parts(block: str) -> Iterator[str]:
    part = ""
    for sentence in _SENTENCE.split(block):
        if part and len(part) + len(sentence) >= LONGEST:
            yield part
            part = ""
        part = cut_at_word(f"{part} {sentence}".strip(), LONGEST)
    if part:
        yield part
