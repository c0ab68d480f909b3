"""Captions from the names of files, for folders in which nobody wrote any."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ganvas.data.records import Record

SHARE = 0.8
"""Names are read as captions where so many of them read like words."""
LETTERS, LONGEST = 3, 80
"""Letters that a word has at least, but for scripts that write one in a character; characters of a caption at most."""
_CAMERAS = frozenset(
    "img image images pic pict picture photo dsc dscn dscf pxl vid mvi screenshot screen shot scan frame file copy untitled "
    "unnamed download sample test train item icon output result render export tile crop thumb bild foto whatsapp".split()
)
"""Words that programs write into names, whatever a picture shows."""


def caption_of(file_name: str) -> str:
    """Return what a file's name says, as words: `red-apple_02.png` is "red apple"; nothing where it says nothing."""
    stem = unicodedata.normalize("NFC", PurePosixPath(file_name).stem)
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)  # camelCase
    tokens = [token for token in re.split(r"[\W_]+", apart) if not re.fullmatch("(?=.*[0-9])[0-9a-f]{6,}", token.lower())]
    words = re.findall(r"[^\W\d_]+", " ".join(tokens))
    kept = [word for word in words if word.lower() not in _CAMERAS]
    return " ".join(word if word.isupper() and len(word) < LETTERS else word.lower() for word in kept)[:LONGEST].strip()


def reads_like_words(caption: str) -> bool:
    """Say whether a caption has a word: three letters with a vowel among them, or one character of a script like Chinese."""
    return any(
        any(ord(letter) > 0x2E7F for letter in word)
        or (len(word) >= LETTERS and (not word.isascii() or bool(re.search("[aeiouy]", word))))
        for word in caption.split()
    )


def read_like_words(records: Sequence[Record]) -> bool:
    """Say whether the names of pictures without captions read like words, and not all like the same ones."""
    names = [caption_of(record.file_name) for record in records if not record.captions]
    if len(names) < 2 or len(names) < len(records):
        return False
    return len(set(names)) > 1 and sum(map(reads_like_words, names)) >= SHARE * len(names)


def caption_by_names(records: Sequence[Record]) -> list[Record]:
    """Return records whose pictures without a caption have their file's name as one. Labels stay.

    Pictures of one name and one class are of one concept: red-apple-01.png and red-apple-02.png.
    """
    return [record if record.captions else _captioned(record) for record in records]


def _captioned(record: Record) -> Record:
    caption = caption_of(record.file_name)
    if not reads_like_words(caption):
        return record
    folder = PurePosixPath(record.file_name).parent.as_posix()
    return replace(record, captions=(caption,), concept=f"{folder}/{caption}" if record.labels else caption)
