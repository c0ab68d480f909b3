"""Captions and tags of an emoji in English and Chinese: captions name it fully, tags are partial words."""

import re
from collections.abc import Iterable

import numpy as np

from ganvas.data.sets.colours import CHINESE, dominant_colours

MAX_CAPTION = 120
_VAGUE = frozenset(["alphanum", "emotion", "hand prop", "other object", "other symbol", "place other", "plant other"])
"""Kinds of thing that do not describe the picture."""

_PLURAL = frozenset("people men women".split())
_HAIR = frozenset(["beard", "red hair", "curly hair", "white hair", "blond hair"])

_FEELINGS = {
    "grinning": ("happy", "开心"), "smiling": ("happy", "开心"), "beaming": ("happy", "开心"), "crying": ("sad", "难过"),
    "frowning": ("sad", "难过"), "pouting": ("angry", "生气"), "enraged": ("angry", "生气"), "weary": ("tired", "疲惫"),
}  # fmt: skip
_WHO_FEELS = {"face": "脸", "cat": "猫"}


def captions(english: str, chinese: str, *, style: str, pixels: np.ndarray) -> tuple[str, ...]:
    """Return the captions besides the English label: Chinese, style, main colours of the pixels, and whole sentences."""
    colours = dominant_colours(pixels)
    name, thing = spoken_name(english), with_article(spoken_name(english))
    phrases = [
        chinese,
        name,
        thing,
        f"a drawing of {thing}",
        f"{name} in {style} style",
        f"一幅{chinese}的画",
        f"{style} 风格的{chinese}",
    ]
    phrases += feeling_captions(english)
    if colours:
        phrases.append(f"{name}, mostly {' and '.join(colours)}")
        phrases.append(f"{chinese}，以{'和'.join(CHINESE[colour] for colour in colours)}为主")
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase != english and len(phrase) <= MAX_CAPTION))


def feeling_captions(label: str) -> tuple[str, ...]:
    """Name the feeling of a face or a cat: "grinning cat" is a happy cat, 开心的猫."""
    first, _, rest = label.partition(" ")
    who, _, more = rest.partition(" ")
    if first not in _FEELINGS or who not in _WHO_FEELS:
        return ()
    english, chinese = _FEELINGS[first]
    return (f"a{'n' if english[0] == 'a' else ''} {english} {rest}", *([] if more else [f"{chinese}的{_WHO_FEELS[who]}"]))


def spoken_name(label: str) -> str:
    """Turn a label of the lists ("man: red hair", "one o’clock") into a natural phrase."""
    if re.fullmatch(r"[a-z]+(-thirty| o’clock)", label):
        return f"clock showing {label}"
    head, _, rest = label.partition(": ")
    if rest == "bald":
        return f"bald {head}"
    if rest in _HAIR:
        return f"{head} with {'a ' if rest == 'beard' else ''}{rest}"
    if ", " in rest:
        return f"{head} of {rest}"
    return f"{head} {rest}".strip()


def with_article(name: str) -> str:
    """Put "a" or "an" before an English name, unless it begins with a capital or is a plural."""
    head = re.split(r" (?:with|of|in|on|behind|over|facing|showing|for) ", name)[0].split()[-1]
    plural = name.split()[0] in _PLURAL or (head.endswith("s") and not head.endswith(("ss", "us", "os")))
    if plural or not name[0].islower():
        return name
    vowel = name.startswith("hour") or (name[0] in "aeiou" and not name.startswith(("one", "uni")))
    return f"{'an' if vowel else 'a'} {name}"


def tags(english: str, near: Iterable[str], chinese: str, near_chinese: Iterable[str], *, kind: str) -> tuple[str, ...]:
    """Return tags: synonyms and related words in both languages and the kind of thing, without the names themselves."""
    kind = kind.replace("-", " ")
    phrases = [*near, *near_chinese, *([] if kind in _VAGUE else [kind])]
    names = {english.casefold(), chinese.casefold()}
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase.casefold() not in names and _is_word(phrase)))[:64]


def _is_word(phrase: str) -> bool:
    """Return whether a tag is a word and not a number, sign or single letter."""
    return len(phrase) <= MAX_CAPTION and any(sign.isalpha() for sign in phrase) and not (phrase.isascii() and len(phrase) < 2)
