"""What poems are about, as vectors of the text encoder, so that a theme can be given in any of its languages."""

import re
from collections.abc import Sequence

import numpy as np

from ganvas.data.cache import cache_array
from ganvas.ground.seeds import stream
from ganvas.language.text.embed import TextEncoder
from ganvas.vocabulary.verse import Poem

VIEWS = 3
"""Vectors of a poem: of its title, of all its lines, and of one of them."""
LONG_TITLE = 12
"""Characters of a title that says on what occasion a poem was sent to whom: it is no theme."""
_NUMBER = re.compile(r"\s*(其[一二三四五六七八九十百]+|[一二三四五六七八九十]+首|[一二三四五六七八九十]+)\s*")


def encode_themes(poems: Sequence[Poem], *, encoder: TextEncoder, seed: int) -> np.ndarray:
    """Encode poems, or find them encoded in the user cache: 100,000 take minutes. Returns float16 (N, VIEWS, width).

    Where there is no short title, the lines stand for it.
    """
    phrases = theme_phrases(poems, seed=seed)
    joined = "\n".join((encoder.name, "float16", *("/".join(views) for views in phrases)))

    def encode() -> np.ndarray:
        flat = encoder.encode([view for views in phrases for view in views])
        return flat.astype(np.float16).reshape(len(phrases), VIEWS, flat.shape[1])

    return cache_array("verse", joined, encode)


def theme_phrases(poems: Sequence[Poem], *, seed: int) -> list[tuple[str, str, str]]:
    """Return title, lines and one line of each poem, as people would write them."""
    chosen = (stream(seed, "verse/lines").uniform(len(poems)) * [len(poem.lines) for poem in poems]).astype(int)
    found: list[tuple[str, str, str]] = []
    for poem, line in zip(poems, chosen, strict=True):
        whole, title = "，".join(poem.lines), title_of(poem)
        found.append((title or whole, whole, poem.lines[line]))
    return found


def title_of(poem: Poem) -> str:
    """Return a poem's title without its number in a cycle; nothing where it is too long to be a theme."""
    bare = _NUMBER.sub(" ", poem.title).strip()
    return bare if len(bare) <= LONG_TITLE else ""
