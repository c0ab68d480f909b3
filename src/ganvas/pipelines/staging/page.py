"""The page of a scene: where every drawn picture is put, from the brief and the outlines of what was drawn."""

from collections.abc import Sequence
from typing import NamedTuple

from ganvas.ground.seeds import Stream, stream
from ganvas.pipelines.staging.groups import Group, assemble
from ganvas.pipelines.staging.kinds import AIRBORNE, LETTERS, LIGHTS, LOW, is_one_of
from ganvas.pipelines.staging.outline import Area, Outline, grouped
from ganvas.pipelines.staging.relations import Thing, crowd, crowd_aspect, ring
from ganvas.vocabulary.brief import Brief, Size, unmixed
from ganvas.vocabulary.grounds import GROUNDS
from ganvas.vocabulary.scene import layout

MARGIN = 0.035
"""Share of the page that its edges keep free."""
FILLS: dict[Size, float] = {"tiny": 0.32, "small": 0.46, "medium": 0.66, "large": 0.86, "full": 1.0, "giant": 1.0}
"""How much of the room a thing takes that is alone on its page."""
_GRID = 1000


class Put(NamedTuple):
    """A drawn picture on the page: its number, where what it shows is, in shares of the page, and how it is turned.

    below: only what is below this share of its height is painted.
    """

    picture: int
    area: Area
    mirrored: bool = False
    inverted: bool = False
    below: float | None = None


class Page(NamedTuple):
    """Pictures back to front, and the areas of shadows on the ground."""

    puts: tuple[Put, ...]
    shadows: tuple[Area, ...]


class _Cast(NamedTuple):
    """An element's pictures, where each is in shares of the element's area, and how they are turned."""

    pictures: tuple[int, ...]
    areas: tuple[Area, ...]
    mirrored: bool
    inverted: bool
    thing: Thing


def lay_out(brief: Brief, outlines: Sequence[Outline], *, seed: int, number: int) -> Page:
    """Return the page of one of the works of a brief. outlines: of each picture, in the order of `drawn_parts`."""
    chances = stream(seed, "stage", step=number)
    cast = _cast(brief, outlines, chances)
    tied = {end - 1 for tie in brief.relations for end in (tie.subject, tie.object)}
    placed = {key for key in cast if brief.elements[key].place and key not in tied}
    groups = assemble({key: one.thing for key, one in cast.items() if key not in placed}, brief.relations)
    high = _in_the_sky(groups, brief)
    low = [group for group in groups if group not in high]
    if low:
        whole = _in_two_rows(low) if brief.ground == "none" and len(low) in (3, 4) else _in_a_row(low, chances)
        groups = [*_hang_groups(high, brief, chances), *_framed(whole, brief, chances)]

    fixed = _at_their_places(brief, cast, sorted(placed), seed=seed, number=number)
    back = [one for one in fixed if "top" in (brief.elements[min(one.areas)].place or "")] if groups else fixed
    order = [*back, *groups, *(one for one in fixed if one not in back)]
    puts = _scenery(brief, outlines, groups, chances)
    for group in order:
        for key, below in group.order:
            puts += _pictures(cast[key], group.areas[key], below=below)
    shadows = [one for group in groups[len(high) :] for one in _shadows(group)] if _stands(brief) else []
    page = Page(tuple(puts), tuple(shadows))
    turnable = not any(is_one_of(one.caption, LETTERS) or one.pose != "upright" for one in brief.elements)
    return _flipped(page) if turnable and not fixed and (tied or brief.ground != "none") and chances.uniform() < 0.5 else page


def _cast(brief: Brief, outlines: Sequence[Outline], chances: Stream) -> dict[int, _Cast]:
    """Gather the pictures of each element that is drawn by itself."""
    found: dict[int, _Cast] = {}
    at = 0
    rings = {tie.subject - 1 for tie in brief.relations if tie.relation == "around"}
    observers = {tie.subject - 1 for tie in brief.relations if tie.relation == "looking at"}
    for key in unmixed(brief):
        element, chance = brief.elements[key], tuple(float(one) for one in chances.uniform(3))
        mirrored = element.pose == "mirrored" or (key in observers and element.pose == "upright" and chance[0] < 0.5)
        inverted = element.pose == "upside down"
        own = [_turned(one, mirrored=mirrored, inverted=inverted) for one in outlines[at : at + element.count]]
        aspect = 1.0 if key in rings else crowd_aspect(element.count, min(max(_typical(own), 0.5), 2.0))
        cells = ring(element.count, chance=chance[1]) if key in rings else crowd(element.count, chance=chance)
        areas = [_fitted(cell, one.aspect / aspect) for cell, one in zip(cells, own, strict=True)]
        outline = own[0] if element.count == 1 and key not in rings else grouped(own, areas, aspect=aspect)
        areas = [Area(0.0, 0.0, 1.0, 1.0)] if element.count == 1 and key not in rings else areas
        size: Size = element.size
        thing = Thing(element.caption, outline, size, chance, element.count)
        found[key] = _Cast(tuple(range(at, at + element.count)), tuple(areas), mirrored, inverted, thing)
        at += element.count
    return found


def _turned(outline: Outline, *, mirrored: bool, inverted: bool) -> Outline:
    outline = outline.mirrored if mirrored else outline
    return outline.inverted if inverted else outline


def _typical(outlines: Sequence[Outline]) -> float:
    return sorted(one.aspect for one in outlines)[len(outlines) // 2]


def _fitted(cell: Area, aspect: float) -> Area:
    """Return the largest area of an aspect in a cell, on its lower edge and in its middle."""
    width = min(cell.width, cell.height * aspect)
    height = width / aspect
    return Area(cell.left + (cell.width - width) / 2, cell.bottom - height, width, height)


def _in_a_row(groups: Sequence[Group], chances: Stream) -> Group:
    """Stand groups beside each other on one line, the subject's in the middle; of more than three some farther back."""
    first, *others = groups
    whole = first.moved(scale=1.0, right=-first.box.middle[0], down=-first.box.bottom)
    side = 1 if chances.uniform() < 0.5 else -1
    for number, group in enumerate(others):
        box, taken = group.box, whole.box
        far = len(groups) > 3 and number % 2 == 1
        scale, gap = (0.8 if far else 1.0), 0.04 * (box.width + taken.width / len(whole.areas))
        left = taken.right + gap if side > 0 else taken.left - gap - box.width * scale
        added = group.moved(scale=scale, right=left - box.left * scale, down=-box.bottom * scale - (0.12 if far else 0.0))
        whole = Group(whole.areas | added.areas, [*added.order, *whole.order] if far else [*whole.order, *added.order])
        side = -side
    return whole


def _in_two_rows(groups: Sequence[Group]) -> Group:
    """Stand three or four groups in two rows, the subject's above: in one row they would be small on their page."""
    areas: dict[int, Area] = {}
    order: list[tuple[int, float | None]] = []
    bottom = 0.0
    for row in (groups[len(groups) - 2 :], groups[: len(groups) - 2]):
        scales = [1 / max(group.box.width, group.box.height) for group in row]
        width = sum(group.box.width * scale for group, scale in zip(row, scales, strict=True)) + 0.06 * (len(row) - 1)
        left, top = -width / 2, bottom
        for group, scale in zip(row, scales, strict=True):
            moved = group.moved(scale=scale, right=left - group.box.left * scale, down=bottom - group.box.bottom * scale)
            areas |= moved.areas
            order += moved.order
            left, top = left + moved.box.width + 0.06, min(top, moved.box.top)
        bottom = top - 0.06
    return Group(areas, order)


def _in_the_sky(groups: Sequence[Group], brief: Brief) -> list[Group]:
    """Return the groups of one thing that hangs in the sky of a ground, where something else stands on it."""
    if brief.ground in ("none", "under water", "space"):
        return []
    high = [
        group
        for group in groups
        if len(group.areas) == 1 and is_one_of(brief.elements[min(group.areas)].caption, (*LIGHTS, *AIRBORNE))
    ]
    return high if len(high) < len(groups) else []


def _hang_groups(groups: Sequence[Group], brief: Brief, chances: Stream) -> list[Group]:
    """Hang groups in the sky, left and right by turns."""
    found: list[Group] = []
    for number, group in enumerate(groups):
        size = 0.3 * FILLS[brief.elements[min(group.areas)].size] ** 0.5
        side = -1 if number % 2 else 1
        area = _area_at(
            0.5 + side * (0.2 + 0.12 * float(chances.uniform())), 0.06, size, group.box.width / group.box.height, hanging=True
        )
        scale = area.width / group.box.width
        found.append(group.moved(scale=scale, right=area.left - group.box.left * scale, down=area.top - group.box.top * scale))
    return found


def _stands(brief: Brief) -> bool:
    return brief.ground not in ("none", "sea") and GROUNDS[brief.ground].base is not None


def _framed(group: Group, brief: Brief, chances: Stream) -> list[Group]:
    """Scale the whole to the room that the page has, and put it a little to one side in each work."""
    right, down, nearer = (float(one) for one in chances.uniform(3))
    land, box = GROUNDS.get(brief.ground), group.box
    base = 1 - MARGIN if land is None else land.base
    low = 1 - MARGIN if base is None else base
    wide, high = 1 - 2 * MARGIN, low - MARGIN
    if land is not None:
        wide, high = wide * 0.94, high * (0.86 if base is not None else 0.74)
    scale = min(wide / box.width, high / box.height)
    if len(group.areas) == 1:
        scale *= FILLS[brief.elements[min(group.areas)].size]
        if land is not None:
            scale *= 0.88
    scale *= 1 - 0.1 * nearer * (land is not None or len(group.areas) > 1)
    width, height = box.width * scale, box.height * scale
    left = MARGIN + (1 - 2 * MARGIN - width) * (0.5 if land is None and len(group.areas) == 1 else 0.14 + 0.72 * right)
    top = (
        low - height - 0.02 * down
        if base is not None and land is not None
        else (1 - height) * (0.5 + 0.5 * (down - 0.5) * (land is not None))
    )
    return [group.moved(scale=scale, right=left - box.left * scale, down=top - box.top * scale)]


def _at_their_places(brief: Brief, cast: dict[int, _Cast], places: Sequence[int], *, seed: int, number: int) -> list[Group]:
    """Put elements where their own words say, each in its square."""
    if not places:
        return []
    single = Brief(elements=tuple(brief.elements[key].model_copy(update={"count": 1}) for key in places))
    found: list[Group] = []
    for place, (left, top, side) in layout(single, canvas=_GRID, seed=seed, number=number):
        cell = Area(left / _GRID, top / _GRID, side / _GRID, side / _GRID)
        aspect = cast[places[place]].thing.outline.aspect
        area = _fitted(cell, aspect)
        area = area._replace(top=area.top - (cell.height - area.height) / 2)
        found.append(Group({places[place]: area}, [(places[place], None)]))
    return found


def _scenery(brief: Brief, outlines: Sequence[Outline], groups: Sequence[Group], chances: Stream) -> list[Put]:
    """Put the things of the ground behind all others: lights high up, the rest on the horizon, the emptier side first."""
    first = len(outlines) - len(brief.scenery)
    middle = groups[0].box.middle[0] if groups else 0.5
    empty = -1 if middle > 0.5 or (middle == 0.5 and chances.uniform() < 0.5) else 1
    land, puts = GROUNDS.get(brief.ground), list[Put]()
    horizon, floats = (land.horizon if land else 0.7), land is not None and land.base is None
    high, low = 0, 0
    for place, caption in enumerate(brief.scenery):
        shift, grown, picture = float(chances.uniform()), float(chances.uniform()), first + place
        aspect = outlines[picture].aspect
        if is_one_of(caption, LIGHTS) or (floats and brief.ground == "space"):
            side = empty if high % 2 == 0 else -empty
            size = (0.2 if high == 0 else 0.15) + 0.04 * grown
            area = _area_at(0.5 + side * (0.33 + 0.05 * shift), 0.05 + 0.05 * shift, size, aspect, hanging=True)
            high += 1
        else:
            side = empty if low % 2 == 0 else -empty
            size = (0.34 if low < 2 else 0.22) * (1.2 if "mountain" in caption or "building" in caption else 1.0) + 0.06 * grown
            size *= 0.62 if floats or is_one_of(caption, LOW) else 1.0
            down = 0.95 if floats else 0.3 if brief.ground == "room" and low < 2 else horizon + 0.05 + 0.04 * low
            area = _area_at(0.5 + side * (0.31 - 0.12 * (low // 2) + 0.05 * shift), down, size, aspect, hanging=False)
            if brief.ground == "room" and low < 2:
                area = area._replace(top=0.09 + 0.05 * shift)
            low += 1
        puts.append(Put(picture, area))
    return [*(put for put in puts if put.area.bottom < 0.5), *(put for put in puts if put.area.bottom >= 0.5)]


def _area_at(x: float, y: float, size: float, aspect: float, *, hanging: bool) -> Area:
    """Return an area about x that hangs from y or stands on it, inside the page."""
    wide = min(max(aspect, 0.4), 2.5) ** 0.5
    width, height = size * wide, size * wide / aspect
    height, width = min(height, 0.6), width * min(1.0, 0.6 / height)
    left = min(max(x - width / 2, MARGIN), 1 - MARGIN - width)
    return Area(left, y if hanging else max(y - height, MARGIN), width, height)


def _pictures(cast: _Cast, area: Area, *, below: float | None) -> list[Put]:
    return [
        Put(picture, own.within(area), cast.mirrored, cast.inverted, below)
        for picture, own in zip(cast.pictures, cast.areas, strict=True)
    ]


def _shadows(group: Group) -> list[Area]:
    """Return a flat ellipse under each thing that stands on the ground."""
    low = group.box.bottom
    standing = [one for one in group.areas.values() if low - one.bottom < 0.05]
    return [Area(one.left + 0.06 * one.width, one.bottom - 0.03, 0.88 * one.width, 0.05) for one in standing]


def _flipped(page: Page) -> Page:
    """Return the page as in a mirror."""
    puts = [put._replace(area=_across(put.area), mirrored=not put.mirrored) for put in page.puts]
    return Page(tuple(puts), tuple(_across(one) for one in page.shadows))


def _across(area: Area) -> Area:
    return area._replace(left=1 - area.right)
