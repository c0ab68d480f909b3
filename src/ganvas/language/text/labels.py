"""The values of a label that a text names: "Ankle boots" names ankle-boot."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

_WORDS = re.compile(r"[^\W_]+")
_ARTICLES = frozenset(("a", "an", "the"))


def find_values(text: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return the values that a text names, in its order. Case, hyphens and the English plural do not matter.

    The longest match counts: a t-shirt is no shirt. An exact match is preferred to one that differs
    by a plural.
    """
    words = _words(text)
    names = {"".join(_words(value)): value for value in reversed(values)}
    forms = {form: value for name, value in reversed(names.items()) for form in _forms(name)} | names
    longest = 1 + max((len(_words(value)) for value in values), default=0)  # one more, for a T-shirt where tshirt is known
    found: dict[int, str] = {}
    free = set(range(len(words)))
    for length in range(longest, 0, -1):
        for start in range(len(words) - length + 1):
            place = range(start, start + length)
            if not free.issuperset(place) or (words[start] in _ARTICLES and length < len(words)):
                continue
            name = "".join(words[start : start + length])
            if value := next((forms[form] for form in _forms(name) if form in forms), None):
                found[start] = value
                free.difference_update(place)
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).lower())


def _forms(name: str) -> Iterator[str]:
    """Yield a name and its possible singulars."""
    yield name
    if len(name) > 3 and name.endswith("s") and not name.endswith("ss"):
        yield name[:-1]
        if name.endswith("es"):
            yield name[:-2]
        if name.endswith("ies"):
            yield f"{name[:-3]}y"
