"""The layout of a scene: places and sizes such that no thing hides another."""

from collections.abc import Sequence
from typing import Literal

from ganvas.vocabulary.brief import Background, Brief, Element, Place, Size

MAX_ELEMENTS = 4
"""Elements of a scene."""

Relation = Literal["beside", "under", "over"]
"""Where the subject is in relation to the second thing."""

_PAIRS: dict[Relation, tuple[Place, Place]] = {
    "beside": ("left", "right"),
    "under": ("bottom left", "top right"),
    "over": ("top", "bottom"),
}
_PLACES: dict[int, tuple[Place, ...]] = {
    2: ("bottom left", "bottom right"),
    3: ("bottom left", "bottom right", "top"),
    4: ("bottom left", "bottom right", "top left", "top right"),
}
"""Places for two, three and four things of medium size that do not touch."""


def arrange(
    subject: str,
    *,
    beside: Sequence[str],
    around: Sequence[str],
    size: Size,
    background: Background,
    relation: Relation = "beside",
) -> Brief:
    """Lay out a scene: the subject low, other things beside, above or below it, surroundings around; none hides another.

    relation: where the subject is in relation to the thing beside it. Surroundings are smaller, as
    if farther away.
    """
    beside = list(beside)[: MAX_ELEMENTS - 1]
    around = [thing for thing in dict.fromkeys(around) if thing not in (subject, *beside)][: MAX_ELEMENTS - 1 - len(beside)]
    if not beside:
        return _alone(subject, around, size=size, background=background)
    places: tuple[Place, ...] = _PLACES[len(beside) + 1]
    if len(beside) == 1 and not around:
        places = _PAIRS[relation]
    things = [Element(caption=thing, size="medium", place=place) for thing, place in zip((subject, *beside), places, strict=True)]
    high: tuple[Place, ...] = ("top right", "top left") if len(beside) == 1 else ("top",)
    far = [Element(caption=thing, size="small", place=place) for thing, place in zip(around, high, strict=False)]
    return Brief(elements=(*things, *far), background=background)


def _alone(subject: str, around: Sequence[str], *, size: Size, background: Background) -> Brief:
    """Lay out one thing, alone in the picture or in front of its surroundings."""
    if not around:
        return Brief(elements=(Element(caption=subject, size=size),), background=background)
    first = Element(
        caption=subject, size="large" if size == "full" else size, place="bottom" if size == "medium" else "bottom left"
    )
    sizes: tuple[Size, ...] = ("medium", "small", "small")
    places: tuple[Place, ...] = ("top right", "top left", "bottom right")
    far = [Element(caption=thing, size=one, place=place) for thing, one, place in zip(around, sizes, places, strict=False)]
    return Brief(elements=(first, *far), background=background)
