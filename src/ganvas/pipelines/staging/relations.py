"""How two things stand to each other: for each relation of a brief a rule that places the two by their outlines.

A rule gets the subject and the object and returns an area for each, in a unit of its own, and which of them is in front. The
object of some is drawn once more in front of the subject, from a row downwards: the front of a bowl hides what is in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ganvas.pipelines.staging.kinds import (
    BODY,
    FACE,
    FEET,
    HELD_LOW,
    LYING,
    NECK,
    OPEN,
    ROOF,
    SKY,
    is_one_of,
)
from ganvas.pipelines.staging.outline import Area, Outline
from ganvas.vocabulary.brief import Relation, Size

MASS: Mapping[Size, float] = {"tiny": 0.36, "small": 0.6, "medium": 0.8, "large": 1.0, "full": 1.0, "giant": 1.5}
"""How large a thing is beside another."""


@dataclass(frozen=True)
class Thing:
    """An element on the stage. chance: uniforms of its own, by which works differ."""

    caption: str
    outline: Outline
    size: Size
    chance: tuple[float, ...]
    count: int = 1

    def area(self, mass: float) -> Area:
        """Return an area of a mass (the geometric mean of its sides) at the origin."""
        wide = min(max(self.outline.aspect, 0.3), 3.5) ** 0.5
        return Area(0.0, 0.0, mass * wide, mass * wide / self.outline.aspect)


class Pair(NamedTuple):
    """Areas of subject and object, whether the subject is in front, and from which row (a share of the object's height)
    downwards the object hides the subject.
    """

    subject: Area
    object: Area
    in_front: bool
    hidden_below: float | None = None


def _ratio(subject: Thing, other: Thing, *, usual: float, least: float = 0.25, most: float = 1.6) -> float:
    """Return the subject's mass beside the object's 1: what is usual in the relation, changed by what their words say."""
    least = least / 2 if "tiny" in (subject.size, other.size) else least
    return min(max(usual * MASS[subject.size] / MASS[other.size], least), most)


def _at(area: Area, x: float, y: float, *, anchor: tuple[float, float] = (0.5, 0.5)) -> Area:
    """Move an area so that its anchor, in shares of it, is at a point."""
    return Area(x - anchor[0] * area.width, y - anchor[1] * area.height, area.width, area.height)


def _side(thing: Thing) -> int:
    """Return -1 or 1, left or right, by chance."""
    return -1 if thing.chance[0] < 0.5 else 1


def on(subject: Thing, other: Thing) -> Pair:
    """Stand on the flattest and highest stretch of the object's upper edge; a little lower, so that no gap shows."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=0.66, least=0.46))
    foot = own.width * 0.5 / base.width
    x, y = other.outline.seat(width=min(foot, 0.9), towards=0.5 + 0.2 * (subject.chance[0] - 0.5))
    area = _at(own, base.width * x, base.height * y + own.height * 0.07, anchor=(0.5, 1.0))
    return Pair(area, base, in_front=True)


def riding(subject: Thing, other: Thing) -> Pair:
    """Sit on the object's back: lower than what stands on it, and nearly as large."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=0.8, least=0.55, most=1.1))
    x, y = other.outline.seat(width=min(own.width * 0.45 / base.width, 0.8), towards=0.52)
    deep = base.height * min(y, 0.45) + own.height * 0.24
    return Pair(_at(own, base.width * x, deep, anchor=(0.5, 1.0)), base, in_front=True)


def inside(subject: Thing, other: Thing) -> Pair:
    """Look out of what is open above, whose front hides the lower part; else be in its middle."""
    base = other.area(1.0)
    if is_one_of(other.caption, OPEN):
        own = subject.area(_ratio(subject, other, usual=0.8, least=0.6, most=0.95))
        own = own.moved(scale=min(1.0, 0.8 * base.width / own.width), right=0.0, down=0.0)
        x, y = other.outline.seat(width=0.55, towards=0.5)
        rim = min(y, 0.5) + 0.16
        area = _at(own, base.width * x, base.height * rim + own.height * 0.24, anchor=(0.5, 1.0))
        return Pair(area, base, in_front=True, hidden_below=rim)
    own = subject.area(_ratio(subject, other, usual=0.5, most=0.6))
    return Pair(_at(own, base.width * 0.5, base.height * 0.58), base, in_front=True)


def under(subject: Thing, other: Thing) -> Pair:
    """Stand below: far below what is in the sky, at the foot of a tree or of what has legs, close under all else."""
    if is_one_of(other.caption, SKY) and not is_one_of(other.caption, ROOF):
        own = subject.area(1.0)
        above = other.area(_ratio(other, subject, usual=0.62, least=0.35, most=0.9))
        aside = (subject.chance[0] - 0.5) * 0.9 * own.width
        return Pair(own, _at(above, own.width / 2 + aside, -0.08 - above.height / 2), in_front=True)
    if is_one_of(other.caption, ROOF):
        base, own = other.area(1.5), subject.area(_ratio(subject, other, usual=0.85, most=1.0))
        low = base.bottom + 0.30 * own.height
        return Pair(_at(own, base.width * (0.5 + 0.24 * _side(subject)), low, anchor=(0.5, 1.0)), base, in_front=True)
    if is_one_of(other.caption, LYING):
        base, own = other.area(1.3), subject.area(_ratio(subject, other, usual=0.6, most=0.8))
        return Pair(_at(own, base.width * 0.5, base.bottom + 0.25 * own.height, anchor=(0.5, 1.0)), base, in_front=True)
    own, above = subject.area(1.0), other.area(_ratio(other, subject, usual=0.9, most=1.3))
    return Pair(own, _at(above, own.width / 2, 0.06 * own.height, anchor=(0.5, 1.0)), in_front=True)


def beside(subject: Thing, other: Thing) -> Pair:
    """Stand next to each other on one line."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=1.0, least=0.15, most=4.0))
    gap = 0.05 * (base.width + own.width) / 2
    x = -gap - own.width if _side(subject) < 0 else base.width + gap
    return Pair(Area(x, base.height - own.height, own.width, own.height), base, in_front=True)


def looking_at(subject: Thing, other: Thing) -> Pair:
    """Stand apart on one line, the one that looks turned to the other (see `pose_of`)."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=1.15, most=2.2))
    gap = 0.16 * (base.width + own.width) / 2
    x = -gap - own.width if _side(subject) < 0 else base.width + gap
    low = base.height - own.height
    if is_one_of(other.caption, SKY):
        low = base.height * 0.7
    return Pair(Area(x, low, own.width, own.height), base, in_front=True)


def behind(subject: Thing, other: Thing) -> Pair:
    """Show more than half beside and above what is in front."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=0.95, least=0.6, most=1.8))
    side = _side(subject)
    x = base.width * (0.5 + 0.36 * side) + own.width * 0.16 * side
    low = base.bottom - max(0.12 * base.height, 0.0)
    if own.height < 0.7 * base.height:
        low = base.bottom - 0.06 * base.height
    return Pair(_at(own, x, low, anchor=(0.5, 1.0)), base, in_front=False)


def in_front_of(subject: Thing, other: Thing) -> Pair:
    """Stand before a larger thing, lower and a little to the side."""
    base, own = other.area(1.0), subject.area(_ratio(subject, other, usual=0.62, least=0.35, most=0.8))
    x = base.width * (0.5 + 0.2 * _side(subject))
    return Pair(_at(own, x, base.bottom + 0.16 * own.height, anchor=(0.5, 1.0)), base, in_front=True)


def wearing(subject: Thing, other: Thing) -> Pair:
    """Wear on the head, over the eyes, at the neck, on the body or the feet, as the thing asks for."""
    own = subject.area(1.0)
    head, aspect = subject.outline.head.within(own), other.outline.aspect
    (x, _), full = head.middle, head.height > 0.6 * own.height
    if is_one_of(other.caption, FACE):
        worn = _wide(head.width * 0.78, aspect, most=head.height * 0.5)
        return Pair(own, _at(worn, x, head.top + 0.42 * head.height), in_front=False)
    if is_one_of(other.caption, NECK):
        worn = _wide(head.width * 0.62, aspect, most=head.height * 0.6)
        return Pair(
            own, _at(worn, x, head.bottom - 0.12 * head.height * full, anchor=(0.5, 0.2 if aspect < 1.4 else 0.4)), in_front=False
        )
    if is_one_of(other.caption, BODY):
        worn = _wide(own.width * 0.7, aspect, most=own.height * 0.5)
        return Pair(
            own,
            _at(worn, own.width / 2, own.bottom - 0.05 * own.height, anchor=(0.5, 0.75 if not full else 0.15)),
            in_front=False,
        )
    if is_one_of(other.caption, FEET):
        worn = _wide(own.width * 0.45, aspect, most=own.height * 0.35)
        return Pair(own, _at(worn, own.width / 2, own.bottom, anchor=(0.5, 0.7)), in_front=False)
    if is_one_of(other.caption, ("headphone", "headphones")):
        worn = _wide(head.width * 1.12, aspect, most=head.height * 1.0)
        return Pair(own, _at(worn, x, head.top - 0.06 * head.height, anchor=(0.5, 0.06)), in_front=False)
    worn = _wide(head.width * 0.8, aspect, most=head.height * 0.72)
    return Pair(own, _at(worn, x, head.top + 0.2 * head.height, anchor=(0.5, 1.0)), in_front=False)


def _wide(width: float, aspect: float, *, most: float) -> Area:
    """Return an area of a width, smaller where it would be higher than `most`."""
    height = width / aspect
    share = min(1.0, most / height)
    return Area(0.0, 0.0, width * share, height * share)


def holding(subject: Thing, other: Thing) -> Pair:
    """Hold at the side, by the lower end what is held so."""
    own, side = subject.area(1.0), _side(subject)
    held = other.area(_ratio(other, subject, usual=0.62, least=0.46, most=0.9))
    low = is_one_of(other.caption, HELD_LOW)
    if low:
        held = held.moved(scale=1.2, right=0.0, down=0.0)
    reach = 0.14 * min(own.width, held.width * 1.5)  # so that it touches, and no face is covered
    x = own.width - reach + held.width / 2 if side > 0 else reach - held.width / 2
    return Pair(own, _at(held, x, own.height * (0.84 if low else 0.7), anchor=(0.5, 1.0 if low else 0.5)), in_front=False)


def around(subject: Thing, other: Thing) -> Pair:
    """Surround: the ring of the subject's copies (see `ring`) lies about the object's middle."""
    base = other.area(1.0)
    span = 2.1 * max(base.width, base.height)
    return Pair(_at(Area(0, 0, span, span), *base.middle), base, in_front=False)


RELATIONS: Mapping[Relation, Callable[[Thing, Thing], Pair]] = {
    "on": on, "under": under, "in": inside, "beside": beside, "behind": behind, "in front of": in_front_of, "holding": holding,
    "wearing": wearing, "riding": riding, "looking at": looking_at, "around": around,
}  # fmt: skip
"""The rule of each relation; what is mixed is one thing and needs none."""


def ring(count: int, *, chance: float) -> list[Area]:
    """Return where the copies of a ring are, in shares of its square: evenly on an ellipse, the first by chance."""
    angles = 2 * np.pi * (np.arange(count) + chance) / count
    side = min(0.27, 1.5 / count)
    radius = 0.5 - side / 2
    return [
        Area(0.5 + radius * float(np.cos(one)) - side / 2, 0.5 + radius * float(np.sin(one)) - side / 2, side, side)
        for one in angles
    ]


ROWS = {1: (1,), 2: (2,), 3: (1, 2), 4: (2, 2), 5: (2, 3), 6: (3, 3), 7: (2, 3, 2), 8: (3, 2, 3), 9: (3, 3, 3)}
"""Members of a group in its rows, from the back to the front."""
_STEP = 0.9
"""How far rows are apart, in heights of a member."""


def crowd(count: int, *, chance: tuple[float, ...]) -> list[Area]:
    """Return where the members of a group are, in shares of its box: rows, from the back to the front, each shifted a little."""
    rows, areas = ROWS[count], list[Area]()
    widest, high = max(rows) + _slack(count), 1 + _STEP * (len(rows) - 1)
    for row, members in enumerate(rows):
        shift = (widest - members) / 2 if not _slack(count) else _slack(count) * ((row + (chance[1] < 0.5)) % 2)
        areas += [Area((place + shift) / widest, _STEP * row / high, 0.96 / widest, 0.98 / high) for place in range(members)]
    return areas


def _slack(count: int) -> float:
    """Return by how much of a member equal rows are shifted against each other."""
    return 0.3 if len(set(ROWS[count])) == 1 and len(ROWS[count]) > 1 else 0.0


def crowd_aspect(count: int, aspect: float) -> float:
    """Return the width over the height of a group's box, of things of an aspect."""
    return (max(ROWS[count]) + _slack(count)) / (1 + _STEP * (len(ROWS[count]) - 1)) * aspect
