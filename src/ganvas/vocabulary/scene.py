"""Where the elements of a Brief stand on the canvas, in works of the formats 1 and 2: squares on a closed grid.

Works of format 3 are laid out by outlines (pipelines/staging); an element's own place is still read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from ganvas.ground.seeds import stream
from ganvas.vocabulary.brief import Brief, Element

TOUCH = 0.03
"""Share of the smaller of two squares that both may share: three before the subject together cover
less than a tenth of it.
"""

SHARE = {"tiny": 0.18, "small": 0.30, "medium": 0.42, "large": 0.62, "full": 0.88, "giant": 0.96}
"""The side of an element of each size, as a share of the canvas."""
_COLUMN = {"left": 0.0, "centre": 0.5, "right": 1.0}
_ROW = {"top": 0.0, "centre": 0.5, "bottom": 1.0}
_SHIFT, _GROWTH, _MARGIN = 0.035, 0.05, 0.02
"""How far works of one Brief differ: in place, in size (shares of the canvas, of the side); and
what the edge keeps free.
"""
_ROUNDS = 600


class Box(NamedTuple):
    """A square on the canvas, in pixels."""

    left: int
    top: int
    side: int


class Placed(NamedTuple):
    """An element's number in the Brief, and where it stands."""

    number: int
    box: Box


def box(element: Element, *, canvas: int) -> Box:
    """Return the square that an element's own words ask for on a `canvas` x `canvas` picture:
    inside it, a margin of 4 %.
    """
    side = round(canvas * SHARE[element.size])
    margin = round(canvas * 0.04)
    room = canvas - side - 2 * margin
    words = (element.place or "centre").split()
    column = next((_COLUMN[word] for word in words if word in ("left", "right")), 0.5)
    row = next((_ROW[word] for word in words if word in ("top", "bottom")), 0.5)
    return Box(margin + round(room * column), margin + round(room * row), side)


def layout(brief: Brief, *, canvas: int, seed: int, number: int) -> list[Placed]:
    """Return the elements with their squares, back to front, for one of the works of a Brief.

    Each stands where and as large as its words say, a little to one side in each work; where two
    would hide each other they make room, then shrink alike. What stands higher is farther: it is
    painted first, and of equals the subject last.
    """
    shifts = stream(seed, "layout", step=number).uniform((len(brief.elements), 3)) * 2 - 1
    squares = [_square_of(one, *map(float, shift)) for one, shift in zip(brief.elements, shifts, strict=True)]
    _make_room(squares)
    placed = [Placed(place, square.on(canvas)) for place, square in enumerate(squares)]
    return sorted(placed, key=lambda one: (one.box.top + one.box.side, -one.box.side, -one.number))


def first_layout(brief: Brief, *, canvas: int) -> list[Placed]:
    """Return the layout of the first format: the same in every work, larger things behind. Old
    files are drawn again by it.
    """
    sides = [SHARE[element.size] for element in brief.elements]
    order = sorted(range(len(sides)), key=lambda number: (-sides[number], -number))
    return [Placed(number, box(brief.elements[number], canvas=canvas)) for number in order]


@dataclass
class _Square:
    """A square while it makes room: centre and side as shares of the canvas."""

    at: list[float]
    side: float

    def move(self, axis: int, way: float) -> float:
        """Move along an axis as far as the edge lets it; return how far that was."""
        half = self.side / 2 + _MARGIN
        came = self.at[axis]
        self.at[axis] = min(max(came + way, half), 1 - half)
        return self.at[axis] - came

    def on(self, canvas: int) -> Box:
        """Return the square in whole pixels."""
        side = max(round(self.side * canvas), 1)
        left, top = (min(max(round((at - self.side / 2) * canvas), 0), canvas - side) for at in self.at)
        return Box(left, top, side)


def _square_of(element: Element, right: float, down: float, larger: float) -> _Square:
    """Return the square that an element's words ask for, shifted by shares of what a work may
    differ.
    """
    whole = box(element, canvas=10_000)
    side = whole.side / 10_000
    square = _Square([(whole.left / 10_000) + side / 2, (whole.top / 10_000) + side / 2], side * (1 + _GROWTH * larger))
    square.move(0, _SHIFT * right)
    square.move(1, _SHIFT * down)
    return square


def _make_room(squares: Sequence[_Square]) -> None:
    """Part what hides each other, the worst pair first: it moves apart, and shrinks a little each
    time it must.
    """
    pairs = list(combinations(squares, 2))
    for _ in range(_ROUNDS if pairs else 0):
        first, second = max(pairs, key=lambda pair: _hidden(*pair))
        if _hidden(first, second) <= TOUCH:
            return
        for square in (first, second):
            square.side *= 0.98
        deep = [_depth(first, second, axis) for axis in (0, 1)]
        axis = 1 if deep[1] < 0.8 * deep[0] else 0  # beside each other rather than one over the other, where both would do
        way = deep[axis] if second.at[axis] >= first.at[axis] else -deep[axis]
        gone = first.move(axis, -way / 2)
        gone -= second.move(axis, way + gone)
        first.move(axis, -way - gone)


def _depth(first: _Square, second: _Square, axis: int) -> float:
    """Return how far two squares reach into each other along an axis."""
    return max((first.side + second.side) / 2 - abs(first.at[axis] - second.at[axis]), 0.0)


def _hidden(first: _Square, second: _Square) -> float:
    """Return the share of the smaller square that both share."""
    smaller = min(first.side, second.side)
    return min(_depth(first, second, 0), smaller) * min(_depth(first, second, 1), smaller) / smaller**2
