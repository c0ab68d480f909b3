"""Families of emoji: near variants of one another, which are held out together or not at all.

The family is the name without words for gender, age and direction. Clock faces, keycaps, phases of
the moon, medals and globes are one family each.
"""

import re

_WHOLE = (
    (re.compile(r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)-(oclock|thirty)"), "clock-face"),
    (re.compile(r"keycap-.+"), "keycap"),
    (re.compile(r"(.+-)?moon(-face)?"), "moon"),
    (re.compile(r"globe-showing-.+"), "globe"),
    (re.compile(r"(1st|2nd|3rd)-place-medal"), "place-medal"),
    (re.compile(r"mermaid|merman|merperson"), "merperson"),
    (re.compile(r"prince|princess|person-with-crown"), "person-with-crown"),
    (re.compile(r"(santa|mrs|mx)-claus"), "claus"),
    (re.compile(r"baby|older-person|old-(wo)?man"), "person"),
)
_GENDER_AND_AGE = frozenset("man woman men women mens womens person people boy girl child adult".split())
_DIRECTION = frozenset("left right up down leftwards rightwards upwards downwards upward downward".split())
_JOINING = frozenset(["and", "facing"])  # left over where such words are removed: "woman and man", "facing right"


def family(slug: str) -> str:
    """Return the family of an emoji, by the slug of its English label."""
    for pattern, name in _WHOLE:
        if pattern.fullmatch(slug):
            return name
    words = slug.split("-")
    kept = [word for word in words if word not in _GENDER_AND_AGE and word not in _DIRECTION]
    if kept == words:
        return slug
    return "-".join(word for word in kept if word not in _JOINING) or ("arrow" if _DIRECTION & set(words) else "person")
