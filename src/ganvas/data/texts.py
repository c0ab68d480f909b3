"""Texts about pictures, as people save them: decoded, brought to clean lines, cut at a word; what was done is counted."""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from ganvas.data.records import MAX_CAPTIONS
from ganvas.ground.characters import clean_line, cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError

NAMED = 3
"""Files that a note names; the rest are counted."""
MOST_NAMES = 1000
LONGEST_LINE = 1_000_000
"""Characters of a line that are held at once; what follows in it is a line of its own."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""The byte order marks that a text may begin with, the longer ones first."""
_WESTERN = re.compile("[\u00c0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e]{1,2}"
    "|[\u2018-\u201e\u2013\u2014\u2022\u2026\u20ac\u2122"
                      "\u00a0-\u00bf\u00d7\u00f7]")  # fmt: skip
"""What stands between the plain letters of a text in Windows-1252: a letter or two with accents, or a sign."""


class Notes:
    """Counts what was done with files, in words, and names the first of them."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)
        self._once = set[tuple[str, str]]()

    def add(self, what: str, name: str = "") -> None:
        """Note a thing once more. name: of the file that it was done with."""
        self._counts[what] += 1
        if name and name not in self._names[what][-1:] and len(self._names[what]) <= NAMED:
            self._names[what].append(name)

    def add_once(self, what: str, name: str) -> None:
        """Note a name, such as that of a column, the first time it comes."""
        if (what, name) not in self._once and len(self._once) < MOST_NAMES:
            self._once.add((what, name))
            self.add(what, name)

    def lines(self) -> tuple[str, ...]:
        """Return one line for each thing, such as "captions cut at a word: 3 (a.txt, b.txt, c.txt)"."""
        return tuple(f"{what}: {count:,}{_listed(self._names[what])}" for what, count in self._counts.items())


def _listed(names: list[str]) -> str:
    return f" ({', '.join(names[:NAMED])}{', ...' if len(names) > NAMED else ''})" if names else ""


def decode(content: bytes) -> str:
    """Decode a text: Unicode by its mark or as utf-8, else Windows-1252 where it can be that. Raises InputError for others."""
    mark = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(mark)
    except UnicodeDecodeError:
        if mark == "utf-8" and (text := _western(content)) is not None:
            return text
    raise InputError("is not utf-8 text", do="save it as utf-8")


def _western(content: bytes) -> str | None:
    """Decode Windows-1252, in which any bytes are some text: None where that would be a text of signs and accents alone."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    odd = re.findall(r"[^\x00-\x7f]+", text)
    plain = sum(letter.isascii() and letter.isalpha() for letter in text)
    return text if plain > sum(map(len, odd)) and all(_WESTERN.fullmatch(one) for one in odd) else None


def decode_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode the lines of a large text, each with its line break; U+FFFD stands for what is in no known encoding."""
    rest = iter(lines)
    first = next(rest, b"")
    encoding = next((encoding for mark, encoding in _MARKS if first.startswith(mark)), "utf-8")
    if encoding.startswith(("utf-16", "utf-32")):  # a byte that looks like a line break may be half of a character
        decoder, held = codecs.getincrementaldecoder(encoding)(errors="replace"), ""
        for part in chain([first], rest):
            *whole, held = re.split("(?<=\n)", held + decoder.decode(part))
            yield from whole
            if len(held) > LONGEST_LINE:
                yield held
                held = ""
        yield held + decoder.decode(b"", final=True)
        return
    for line in chain([first], rest):
        try:
            yield decode(line)
        except InputError:
            yield line.decode("utf-8", errors="replace")


def captions_of(lines: Iterable[str], *, notes: Notes, name: str) -> tuple[str, ...]:
    """Return the captions in some lines, each once and clean; long ones are cut at a word, which is noted under `name`."""
    found: dict[str, None] = {}
    for line in lines:
        clean = clean_line(line)
        phrase = cut_at_word(clean, PHRASE)
        if phrase != clean:
            notes.add(f"captions of more than {PHRASE} characters, which are cut at a word", name)
        if phrase:
            found.setdefault(phrase)
    if len(found) > MAX_CAPTIONS:
        notes.add(f"pictures with more than {MAX_CAPTIONS} captions, of which the first are read", name)
    return tuple(found)[:MAX_CAPTIONS]
