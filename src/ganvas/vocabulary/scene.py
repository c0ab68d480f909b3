"""Where the elements of a Brief stand on the canvas: from words of a closed grid to boxes in pixels."""

from typing import NamedTuple

from ganvas.vocabulary.brief import Brief, Element

_SHARE = {"small": 0.30, "medium": 0.42, "large": 0.62, "full": 0.88}
_COLUMN = {"left": 0.0, "centre": 0.5, "right": 1.0}
_ROW = {"top": 0.0, "centre": 0.5, "bottom": 1.0}


class Box(NamedTuple):
    """A square on the canvas, in pixels."""

    left: int
    top: int
    side: int


def box(element: Element, *, canvas: int) -> Box:
    """Return the square an element fills on a `canvas` x `canvas` picture: inside it, with a margin of 4 %."""
    side = round(canvas * _SHARE[element.size])
    margin = round(canvas * 0.04)
    room = canvas - side - 2 * margin
    words = element.place.split()
    column = next((_COLUMN[word] for word in words if word in ("left", "right")), 0.5)
    row = next((_ROW[word] for word in words if word in ("top", "bottom")), 0.5)
    return Box(margin + round(room * column), margin + round(room * row), side)


def painting_order(brief: Brief) -> list[int]:
    """Return element numbers from back to front: larger things stand behind, and of equals the subject stands in front."""
    sides = [_SHARE[element.size] for element in brief.elements]
    return sorted(range(len(sides)), key=lambda number: (-sides[number], -number))
