"""Words to search by, in scripts with spaces between words and in those without, such as Chinese.

SQLite's own tokenizer keeps a run of Chinese as one word, and its trigrams find nothing shorter than three characters, which
most Chinese words are. So each run is indexed as its pairs of characters, and asked for in the same way.
"""

import re
import unicodedata
from itertools import pairwise

MAX_TEXT, MAX_QUERY = 4000, 200
"""Characters of a work that are indexed, and of what a person searches for."""
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U0003134f"
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+")


def index_of(text: str) -> str:
    """Return a text as words with spaces between, for the index."""
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    return " ".join([*_WORD.findall(folded), *(part for run in _RUN.findall(folded) for part in _parts(run))])


def query_of(text: str) -> str | None:
    """Return an FTS5 query for all words of what a person searches for, each from its beginning; None where it has none."""
    folded = unicodedata.normalize("NFKC", text[:MAX_QUERY])
    words = [f'"{word}"*' for word in _WORD.findall(folded)]
    for run in _RUN.findall(folded):
        words += [f'"{run}"*'] if len(run) == 1 else [f'"{one}{other}"' for one, other in pairwise(run)]
    return " AND ".join(words) or None


def _parts(run: str) -> list[str]:
    """Return the pairs of a run and its last character alone, so that each character begins one of them."""
    return [*(one + other for one, other in pairwise(run)), run[-1]]
