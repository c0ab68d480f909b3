"""What is said of a picture, in English and Chinese: full captions, which name it, and tags, which only hint at it."""

from collections.abc import Iterable

import numpy as np

from ganvas.data.sets.colours import CHINESE, dominant

LONGEST = 120
_VAGUE = ("other ", "alphanum", "emotion", "hand prop")  # kinds that say nothing of what is seen


def captions(english: str, chinese: str, *, hand: str, pixels: np.ndarray) -> tuple[str, ...]:
    """Return the captions beside the English label: Chinese, colours measured from the pixels, hand, and whole sentences."""
    colours = dominant(pixels)
    said = [
        chinese,
        with_article(english),
        f"a drawing of {with_article(english)}",
        f"{english} in {hand} style",
        f"{hand} 风格的{chinese}",
        f"画一个{chinese}",
    ]
    if colours:
        said.append(f"{english}, mostly {' and '.join(colours)}")
        said.append(f"{chinese}，以{'和'.join(CHINESE[colour] for colour in colours)}为主")
    return tuple(dict.fromkeys(phrase for phrase in said if len(phrase) <= LONGEST))


def with_article(label: str) -> str:
    """Put "a" or "an" before an English label, unless it is a name, a list or a plural."""
    head = label.split(" with ")[0].split(" of ")[0].split(" in ")[0].split()[-1]
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is", "os"))
    if plural or ":" in label or not label[0].islower() or head in ("hands", "people", "men", "women"):
        return label
    return f"{'an' if label[0] in 'aeio' else 'a'} {label}"


def tags(english: str, near: Iterable[str], chinese: str, near_chinese: Iterable[str], *, kind: str) -> tuple[str, ...]:
    """Return partial words: synonyms and neighbours in both languages and the kind of thing, without the names themselves."""
    kind = kind.replace("-", " ")
    said = [*near, *near_chinese, *([] if kind.startswith(_VAGUE) else [kind])]
    names = {english.casefold(), chinese.casefold()}
    return tuple(dict.fromkeys(phrase for phrase in said if phrase.casefold() not in names and 0 < len(phrase) <= LONGEST))[:64]
