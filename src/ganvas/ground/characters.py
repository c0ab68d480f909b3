"""Characters of texts that people and files give: which can be seen, and a text brought to one line of them.

Unicode's property Default_Ignorable_Code_Point lists what is drawn as nothing (UAX 44, DerivedCoreProperties).
"""

import hashlib
import re
import unicodedata

_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Drawn as nothing. The selectors U+FE00 to U+FE0F are left out: they say whether a sign is drawn as an emoji."""
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Fillers: letters and signs by their category, which are drawn as an empty place."""
_JOINERS = "\u200c\u200d"
"""The two invisible joiners that the writing of Persian, Hindi and emoji needs."""
_STRAY_JOINERS = re.compile(f"(?<![^\\x00-\\u02ff\\s{_JOINERS}])[{_JOINERS}]+")
"""Joiners at the start, after a space or after a Latin letter, where they join nothing."""
_UNASSIGNED = "Cn"
"""The category of characters that are newer than this Python's tables, among them each year's emoji."""

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


def is_printable(text: str) -> bool:
    """Return whether a text is one line of characters that are drawn; the joiners of emoji are allowed."""
    return text.isprintable() or all(map(_is_drawn, text))


def _is_drawn(letter: str) -> bool:
    if letter.isprintable() or letter in _JOINERS:
        return True
    return unicodedata.category(letter) == _UNASSIGNED and not _IGNORABLE.match(letter) and not _is_noncharacter(letter)


def _is_noncharacter(letter: str) -> bool:
    """Return whether a code point is none that a character can ever have."""
    return 0xFDD0 <= ord(letter) <= 0xFDEF or ord(letter) & 0xFFFE == 0xFFFE


def has_controls(text: str) -> bool:
    """Return whether a text holds control characters or line breaks, which no word has, or halves of characters."""
    return any(letter != "\t" and unicodedata.category(letter) in _CONTROLS for letter in text)


def clean_line(text: str) -> str:
    """Return a text as one printable line, possibly empty: its words as they are, in composed letters (NFC).

    What cannot be seen is dropped (zero widths, marks of direction, soft hyphens, control characters), and every space,
    tab and line break is one space.
    """
    seen = _BLANK.sub(" ", _STRAY_JOINERS.sub("", text))
    if not seen.isascii():
        seen = _IGNORABLE.sub(lambda found: found[0] if found[0] in _JOINERS else "", seen)
    if not seen.isprintable():
        seen = "".join(letter if _is_drawn(letter) else " " if letter.isspace() else "" for letter in seen)
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def cut_at_word(line: str, limit: int) -> str:
    """Return a line cut to at most `limit` characters, at a word where it has words."""
    if len(line) <= limit:
        return line
    return line[: limit + 1].rpartition(" ")[0].strip() or line[:limit]


def plain_name(text: str, *, limit: int = 40) -> str:
    """Return a name of the letters a to z, digits and dashes for any text, such as the name of a folder in any writing.

    Accents are dropped. Where letters have no such form, a short digest of the text keeps two names apart.
    """
    composed = unicodedata.normalize("NFC", text)
    folded = "".join(letter for letter in unicodedata.normalize("NFKD", composed.lower()) if not unicodedata.combining(letter))
    kept = re.sub(r"[^a-z0-9]+", "-", folded)[:limit].strip("-")
    if kept and not any(letter.isalnum() and not letter.isascii() for letter in folded):
        return kept
    return f"{kept[: limit - 7] or 'pictures'}-{hashlib.sha256(composed.encode('utf-8', 'backslashreplace')).hexdigest()[:6]}"
