"""Things that are related stand together as one group, each placed by its relation to one that is placed already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganvas.pipelines.staging.outline import Area
from ganvas.pipelines.staging.relations import MASS, RELATIONS, Pair, Thing
from ganvas.vocabulary.brief import Relation, Tie

SHARED: tuple[Relation, ...] = ("on", "in", "in front of")
"""Relations in which several things share one place of another."""
LEAST = 0.55
"""How much smaller they become at most, to have room there."""


@dataclass
class Group:
    """Areas of elements in a unit of the group's own, and the order in which they are painted, back to front.

    An entry of the order is an element, and from which row downwards it is painted once more, or None for all of it.
    """

    areas: dict[int, Area]
    order: list[tuple[int, float | None]]

    @property
    def box(self) -> Area:
        """What the group covers."""
        areas = self.areas.values()
        left, top = min(one.left for one in areas), min(one.top for one in areas)
        return Area(left, top, max(one.right for one in areas) - left, max(one.bottom for one in areas) - top)

    def moved(self, *, scale: float, right: float, down: float) -> "Group":
        """Scale about the origin, then shift."""
        return Group({key: one.moved(scale=scale, right=right, down=down) for key, one in self.areas.items()}, self.order)


def assemble(things: Mapping[int, Thing], ties: Sequence[Tie]) -> list[Group]:
    """Return the groups, that of the first thing first. A tie between two things that are placed already is left out."""
    groups: list[Group] = []
    together: dict[tuple[Relation, int], list[int]] = {}
    waiting = [tie for tie in ties if {tie.subject - 1, tie.object - 1} <= things.keys() and tie.relation in RELATIONS]
    while waiting:
        tie = next((one for one in waiting if _group_of(one, groups)), waiting[0])
        waiting.remove(tie)
        subject, other = tie.subject - 1, tie.object - 1
        pair = RELATIONS[tie.relation](things[subject], things[other])
        group = _group_of(tie, groups)
        if group is None:
            groups.append(_begin(subject, other, pair))
        elif not ({subject, other} <= group.areas.keys() or _elsewhere(tie, group, groups)):
            _attach(group, subject, other, pair)
        else:
            continue
        if tie.relation in SHARED:
            together.setdefault((tie.relation, other), []).append(subject)
    for (_, other), subjects in together.items():
        _spread(next(group for group in groups if other in group.areas), subjects, other)
    grouped = {key for group in groups for key in group.areas}
    groups += [Group({key: one.area(MASS[one.size])}, [(key, None)]) for key, one in things.items() if key not in grouped]
    return sorted(groups, key=lambda group: min(group.areas))


def _spread(group: Group, subjects: Sequence[int], other: int) -> None:
    """Lay what shares a place in a row on it: three apples and grapes on a plate."""
    if len(subjects) < 2:
        return
    base, areas = group.areas[other], [group.areas[one] for one in subjects]
    scale = min(1.0, max(base.width / sum(area.width for area in areas), LEAST))
    left = sum(area.middle[0] for area in areas) / len(areas) - scale * sum(area.width for area in areas) / 2
    for subject, area in zip(subjects, areas, strict=True):
        width, height = area.width * scale, area.height * scale
        group.areas[subject] = Area(left, area.bottom - height, width, height)
        left += width


def _group_of(tie: Tie, groups: Sequence[Group]) -> Group | None:
    return next((one for one in groups if {tie.subject - 1, tie.object - 1} & one.areas.keys()), None)


def _elsewhere(tie: Tie, group: Group, groups: Sequence[Group]) -> bool:
    """Return whether another group has the other thing of a tie."""
    return any({tie.subject - 1, tie.object - 1} & one.areas.keys() for one in groups if one is not group)


def _begin(subject: int, other: int, pair: Pair) -> Group:
    order: list[tuple[int, float | None]] = (
        [(other, None), (subject, None)] if pair.in_front else [(subject, None), (other, None)]
    )
    if pair.hidden_below is not None:
        order.append((other, pair.hidden_below))
    return Group({subject: pair.subject, other: pair.object}, order)


def _attach(group: Group, subject: int, other: int, pair: Pair) -> None:
    """Add the one of a pair that is not in the group yet, next to the other in the order too."""
    known, new = (subject, other) if subject in group.areas else (other, subject)
    placed = group.areas[known]
    ruled, added = (pair.subject, pair.object) if known == subject else (pair.object, pair.subject)
    scale = placed.height / ruled.height
    group.areas[new] = added.moved(scale=scale, right=placed.left - ruled.left * scale, down=placed.top - ruled.top * scale)
    at = [number for number, (key, _) in enumerate(group.order) if key == known]
    if (new == subject) == pair.in_front:
        group.order.insert(at[0 if pair.hidden_below is not None else -1] + 1, (new, None))
        if pair.hidden_below is not None and known == other:
            group.order.insert(at[0] + 2, (other, pair.hidden_below))
    else:
        group.order.insert(at[0], (new, None))
        if pair.hidden_below is not None:
            group.order.insert(at[-1] + 2, (other, pair.hidden_below))
