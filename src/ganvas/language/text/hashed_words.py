"""Hashed bags of words: they separate what a sentence encoder mixes up, such as colours, counts and near synonyms."""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

_TOKENS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STOP_WORDS = frozenset("a an the of in on at with and or to is are for by 的 了 和 与 在 是".split())


def tokenize(phrase: str) -> Iterator[str]:
    """Split a phrase into lower-case words; scripts without spaces into characters and pairs of neighbours."""
    for found in _TOKENS.findall(unicodedata.normalize("NFKC", phrase).lower()):
        if not _CJK.match(found):
            yield found
            continue
        yield from found
        yield from (found[place : place + 2] for place in range(len(found) - 1))


def content_words(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase in order, without articles and prepositions."""
    return tuple(token for token in tokenize(phrase) if token not in _STOP_WORDS)


def hash_words(phrases: Sequence[str], *, width: int = 256) -> np.ndarray:
    """Return the signed hashed bag of words of each phrase, float32 (N, width), unit norm; zeros where there is no word.

    Feature hashing (Weinberger et al. 2009, eq. 3): a word's crc32 gives its column, one more bit
    its sign.
    """
    bags = np.zeros((len(phrases), width), dtype=np.float32)
    for row, phrase in enumerate(phrases):
        for token in content_words(phrase):
            code = zlib.crc32(token.encode("utf-8"))
            bags[row, (code >> 1) % width] += 1.0 if code & 1 else -1.0
    norms = np.linalg.norm(bags, axis=1, keepdims=True)
    return bags / np.maximum(norms, 1e-9)
