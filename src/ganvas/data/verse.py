"""A folder of verse: poems.jsonl as `ganvas data quatrains` writes it, or plain texts with empty lines between poems."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ganvas.data.texts import decode_lines
from ganvas.data.verse_texts import poems_in
from ganvas.ground.characters import clean_line
from ganvas.ground.errors import InputError
from ganvas.ground.validation import describe_error
from ganvas.vocabulary.verse import Poem

FILE = "poems.jsonl"
SUFFIXES = (".txt", ".md", ".text")
MAX_FILES, MAX_BYTES, MAX_POEMS, MAX_LINE = 20_000, 300_000_000, 1_000_000, 20_000
"""What is read of a folder at most: files, bytes of one of them, poems; characters of a line."""


@dataclass(frozen=True)
class Verse:
    """The poems of a folder. left: what is left out and why, a line each. digest: sha256 over all that was kept."""

    poems: tuple[Poem, ...]
    left: tuple[str, ...]
    digest: str

    def quatrains(self, split: str) -> tuple[Poem, ...]:
        """Return the poems of a split that have one of the forms."""
        return tuple(poem for poem in self.poems if poem.split == split and poem.form is not None)


def open_verse(source: Path) -> Verse:
    """Read every regular poem of a folder, or of one text file. Raises InputError where there is none."""
    left, seen, poems = Counter[str](), set[str](), list[Poem]()
    summary = hashlib.sha256()
    for found in _read(source):
        if isinstance(found, str):
            left[found] += 1
        elif found.text in seen:
            left["that stand there twice"] += 1
        elif len(poems) < MAX_POEMS:
            seen.add(found.text)
            poems.append(found)
            summary.update(f"{found.split}/{found.title}/{found.text}\n".encode())
        else:
            left[f"beyond the first {MAX_POEMS:,}"] += 1
    lines = tuple(f"texts {why}: {number:,}" for why, number in left.most_common())
    if not poems:
        why = f": {lines[0]}" if lines else ""
        raise InputError(f"holds no regular verse in Chinese{why}", where=source,
                         do="name poems in lines of five or seven characters, or make a set: ganvas data quatrains; to write as "
                            "other texts do: ganvas write THEME --voice FOLDER")  # fmt: skip
    return Verse(tuple(poems), lines, summary.hexdigest())


def _read(source: Path) -> Iterator[Poem | str]:
    if (rows := source / FILE).is_file():
        yield from _read_rows(rows)
        return
    paths = [source] if source.is_file() else sorted(
        path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())[:MAX_FILES]  # fmt: skip
    for path in paths:
        if path.stat().st_size > MAX_BYTES:
            yield f"in files of more than {MAX_BYTES:,} bytes"
            continue
        yield from poems_in(text_lines(path))


def text_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file in whatever encoding it is, cut to MAX_LINE characters. Raises InputError."""
    try:
        with path.open("rb") as file:
            for line in decode_lines(_bounded(file.readline)):
                yield clean_line(line[:MAX_LINE])
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error


def _bounded(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield lines of at most 4 x MAX_LINE bytes; the rest of a longer one is the next."""
    while line := read(4 * MAX_LINE):
        yield line


def _read_rows(path: Path) -> Iterator[Poem | str]:
    with path.open("rb") as file:
        for number, line in enumerate(_bounded(file.readline), 1):
            try:
                if line.strip():
                    yield Poem.model_validate_json(line)
            except ValidationError as error:
                raise InputError(describe_error(error, Poem), where=f"{path}:{number}") from error
