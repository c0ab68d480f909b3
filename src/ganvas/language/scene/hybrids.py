"""Two things that are asked for in one: "a robot cat", "half cat, half robot", 机器人猫."""

import re
from typing import NamedTuple

from ganvas.language.text.lexicon import Lexicon, fold_text

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FIRST = r"(?:an? |the )?((?:\w+ )?\w+)"
_LAST = r"(?:an? |the )?(\w+ \w+(?=\s*(?:$|[,.;!?]))|\w+)"
_MIXTURES = (
    (rf"\bhalf[ -]{_FIRST}\s*(?:,|and|,\s*and)?\s*half[ -]{_LAST}", r"\2 \1"),
    (rf"\b(?:cross|cross-breed|mix|mixture|hybrid|blend) (?:of|between) {_FIRST} (?:and|with) {_LAST}", r"\2 \1"),
    (rf"\b{_FIRST}[ -](?:and )?(\w+) hybrid\b", r"\2 \1"),
    (r"一?半是?([\u3400-\u9fff]{1,5}?)[，, ]?一?半是?([\u3400-\u9fff]{1,5})", r"\2-\1"),
    (r"([\u3400-\u9fff]{1,5}?)[和与跟]([\u3400-\u9fff]{1,5}?)的?(?:混合体?|合体|结合体?|杂交体?)", r"\2-\1"),
)
"""Ways to ask for two in one, and how two names in a row say the same, the thing itself last."""

_NEVER_FIRST = frozenset(("baby", "short", "house", "宝宝"))
"""Names of things that say something else before another name: a baby elephant is no mixture."""


class Hybrid(NamedTuple):
    """A thing, and the other that it is to be mixed with, both as a caption says them."""

    thing: str
    other: str


def joined(idea: str) -> str:
    """Say what an idea asks for as a mixture of two in two names in a row: "half cat, half robot" is a robot cat."""
    for pattern, plainly in _MIXTURES:
        idea = re.sub(pattern, plainly, idea, flags=re.IGNORECASE)
    return idea


def two_in_one(caption: str, lexicon: Lexicon) -> Hybrid | None:
    """Split a caption that is two known things in a row and has no meaning of its own; else return None."""
    if fold_text(caption) in lexicon.name_by_phrase:
        return None
    spaced = " " in caption or "-" in caption
    parts = re.split(r"[ -]+", caption) if spaced else list(caption) if _CJK.search(caption) else []
    between = " " if spaced else ""
    for cut in range(1, len(parts)):
        hybrid = Hybrid(between.join(parts[cut:]), between.join(parts[:cut]))
        known = fold_text(hybrid.thing) in lexicon.name_by_phrase and is_first(hybrid.other + "-" * ("-" in caption), lexicon)
        if known and lexicon.name_by_phrase[fold_text(hybrid.thing)] != lexicon.name_by_phrase[fold_text(hybrid.other)]:
            return hybrid
    return None


def is_first(name: str, lexicon: Lexicon) -> bool:
    """Say whether a name is that of a thing which another can be mixed with when it stands before it.

    One character says little, unless a hyphen follows: 企鹅 is no mixture, 猫-龙 is one.
    """
    fold = fold_text(name)
    return fold in lexicon.name_by_phrase and fold not in _NEVER_FIRST and (len(fold) > 1 or name.endswith("-"))
