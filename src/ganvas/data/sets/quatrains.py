"""Regular verse of Tang and Song from the npm package chinese-poetry: quatrains to learn, and the couplets of longer poems."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganvas.data.sets.npm import read_members, tarball
from ganvas.data.sets.splits import unseen
from ganvas.data.sets.writing import Source, Summary, write_rows
from ganvas.data.verse import FILE
from ganvas.data.verse_texts import split_lines
from ganvas.ground.characters import clean_line
from ganvas.ground.errors import InputError
from ganvas.vocabulary.verse import HAN, Poem

PACKAGE = Source(
    "chinese-poetry", "2.0.1", "25b549e46919c3a0569db6b68ddc96956b04a484ea4518ad2bbd4f137e307e86",
    "MIT, by JG and Kenny Wong; the poems are in the public domain",
)  # fmt: skip
_FILE = re.compile(r"package/dist/quantangshi/poet\.(tang|song)\.(\d+)\.json")
_NUMBERED = re.compile(r"\s*(其[一二三四五六七八九十百]+|[一二三四五六七八九十]+首|之[一二三四五六七八九十]+)\s*$")
LONGEST_TITLE = 60


def make_quatrains(out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None) -> Summary:
    """Write every regular poem of two lines or more once, a tenth of the quatrains' cycles held out.

    A cycle is one author's poems of one title. A held out poem shares no line with one that is learned from. source: a folder
    with the package's tarball. count: read the first so many files alone. Raises InputError.
    """
    if size is not None:
        raise InputError("verse has no pixels", where="--size", do="leave it out")
    dropped = Counter[str]()
    poems = list(_distinct(read_poems(tarball(PACKAGE, source=source), files=count, dropped=dropped), dropped))
    if not poems:
        raise InputError("there is no regular poem", where=PACKAGE.package)
    made = f"seed {seed}" + (f", files {count}" if count else "")
    made += "; left out: " + ", ".join(f"{number:,} {why}" for why, number in sorted(dropped.items()))
    return write_rows("quatrains", out, FILE, _split(poems, seed=seed), made=made, sources=(PACKAGE,), what="poems")


def read_poems(content: bytes, *, files: int | None = None, dropped: Counter[str]) -> Iterator[Poem]:
    """Yield the regular poems of the package's tarball, in the order of its files. dropped: counts what is left out, and why."""
    named = [(_FILE.fullmatch(name), found) for name, found in read_members(content, _is_poems, where=PACKAGE.package)]
    parts = [(match[1], int(match[2]), found) for match, found in named if match]
    order = sorted(parts, key=lambda one: (one[0] != "tang", one[1]))
    for era, _, found in order[:files]:
        for entry in found if isinstance(found, list) else ():
            poem = _poem(entry, era)
            if isinstance(poem, Poem):
                yield poem
            else:
                dropped[poem] += 1


def _is_poems(name: str) -> bool:
    return _FILE.fullmatch(name) is not None


def _poem(entry: Any, era: str) -> Poem | str:
    """Return one entry of the package as a poem, or why it is left out."""
    try:
        lines = split_lines("".join(entry["paragraphs"]))
        title, author = clean_line(str(entry["title"]))[:LONGEST_TITLE], clean_line(str(entry["author"]))[:40]
    except (KeyError, TypeError):
        return "not in the form of the others"
    if not all(HAN.fullmatch(line) for line in lines):
        return "with characters that are missing or none"
    if len(lines) < 2 or len(lines) % 2 or {len(line) for line in lines} not in ({5}, {7}):
        return "of irregular lines"
    return Poem(lines=tuple(lines[:400]), title=title, author=author or None, era=era)


def _distinct(poems: Iterator[Poem], dropped: Counter[str]) -> Iterator[Poem]:
    """Yield each text once."""
    seen = set[str]()
    for poem in poems:
        if poem.text in seen:
            dropped["that stand there twice"] += 1
            continue
        seen.add(poem.text)
        yield poem


def cycle_of(poem: Poem) -> str:
    """Return what the poems of one cycle share: author and title, without the number at its end."""
    return f"{poem.author}/{_NUMBERED.sub('', poem.title)}"


def _split(poems: list[Poem], *, seed: int) -> Iterator[Poem]:
    """Yield the poems with their splits: of the held out cycles, those quatrains whose lines stand in no other poem."""
    gone = unseen({cycle_of(poem) for poem in poems if poem.form}, seed=seed, name="quatrains")
    held = [poem.form is not None and cycle_of(poem) in gone for poem in poems]
    known = {line for poem, out in zip(poems, held, strict=True) if not out for line in poem.lines}
    for poem, out in zip(poems, held, strict=True):
        if out and not known.intersection(poem.lines):
            yield poem.model_copy(update={"split": "held out family"})
        else:
            yield poem
