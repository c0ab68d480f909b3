"""The surroundings of a scene: ground, sky, what shows them, and how large the subject is in them."""

from collections.abc import Collection, Sequence

from ganvas.vocabulary.brief import MAX_DRAWN, Background, Brief, Element, Ground, Sky, Tie
from ganvas.vocabulary.grounds import GROUNDS, SKIES

MOST = 3
"""Things of the scenery at most; beside two or more things of its own a scene gets one less."""

_DARK: tuple[Sky, ...] = ("night", "rain", "fog", "snowfall")
_PAGES: tuple[Background, ...] = ("cream", "pale green", "sky blue", "lavender", "pale pink", "sand")
"""Pages of scenes without ground, by turns."""


def arrange(
    elements: Sequence[Element],
    *,
    ties: Sequence[Tie] = (),
    ground: Ground | None = None,
    sky: Sky | None = None,
    scenery: Sequence[str] = (),
    mood: Background | None = None,
    alone: bool = False,
    known: Collection[str] = (),
) -> Brief:
    """Make a brief of elements and ties, in their surroundings. known: the names of things that scenery may have.

    A thing by itself fills the page, unless it is said to be alone or small. A sky without a ground is over a meadow.
    """
    if ground is None and sky is not None:
        ground = "meadow"
    elements = list(elements)
    if len(elements) == 1:
        size = "small" if alone else elements[0].size if elements[0].size in ("tiny", "giant") else "full"
        elements[0] = elements[0].model_copy(update={"size": size})
    if ground is None:
        page = mood or ("white" if len(elements) == 1 else _PAGES[0])
        return Brief(elements=tuple(elements), relations=tuple(ties), background=page)
    names = {element.caption for element in elements}
    room = min(MOST - (len(elements) > 1) - (len(elements) > 3), MAX_DRAWN - sum(one.count for one in elements))
    shown = [one for one in fitting(ground, sky or "day", scenery) if one in known and not _same(one, names)]
    return Brief(
        elements=tuple(elements), relations=tuple(ties), ground=ground, sky=sky or "day", scenery=tuple(shown[: max(room, 0)])
    )


def fitting(ground: Ground, sky: Sky, scenery: Sequence[str] = ()) -> list[str]:
    """Return what shows a ground and a sky, the most telling first: no sun at night."""
    found = [*scenery, *SKIES[sky].scenery, *(GROUNDS[ground].scenery if ground != "none" else ())]
    return [one for one in dict.fromkeys(found) if not (one == "sun" and sky in _DARK)]


def _same(thing: str, names: Collection[str]) -> bool:
    """Return whether a scene has a thing of its kind already: one moon is enough."""
    return any(thing.split()[-1] == name.split()[-1] or thing in name for name in names)


def varied(brief: Brief, number: int) -> Brief:
    """Return the scene of one of several works: a page without ground and mood takes turns through pale colours."""
    if brief.ground != "none" or brief.background != _PAGES[0]:
        return brief
    return brief.model_copy(update={"background": _PAGES[number % len(_PAGES)]})
