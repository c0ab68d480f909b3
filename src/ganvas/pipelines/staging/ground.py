"""Ground and sky of a scene as plain shapes, which are painted as pixels here and as SVG elsewhere."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ganvas.ground.seeds import Stream, stream
from ganvas.vocabulary.brief import COLOURS, Brief
from ganvas.vocabulary.grounds import GROUNDS, RGB, SKIES, Land, Light

FINER = 2
"""Shapes are painted so many times as large and averaged."""

Point = tuple[float, float]


class Shape(NamedTuple):
    """A polygon, or an ellipse given by two corners of its box, in shares of the page; opacity 0 to 1."""

    kind: str
    points: tuple[Point, ...]
    colour: RGB
    opacity: float = 1.0


class Scenery(NamedTuple):
    """What is behind and before the things: a page that changes evenly from one colour to another, top to bottom, and shapes."""

    top: RGB
    bottom: RGB
    back: tuple[Shape, ...] = ()
    front: tuple[Shape, ...] = ()

    @property
    def even(self) -> bool:
        """Whether it is one colour and nothing else."""
        return self.top == self.bottom and not self.back and not self.front


def scenery_of(brief: Brief, *, seed: int, number: int) -> Scenery:
    """Return the ground and sky of one of the works of a brief. Without a ground the page is plain."""
    if brief.ground == "none" and brief.sky == "day":
        return Scenery(COLOURS[brief.background], COLOURS[brief.background])
    chances = stream(seed, "ground", step=number)
    light, land = SKIES[brief.sky], GROUNDS[brief.ground if brief.ground != "none" else "meadow"]
    sky = light.colours[number % len(light.colours)]
    colours = land.colours[(number // 2) % len(land.colours)]
    far, middle, near = (_tinted(one, light) for one in colours)
    back: list[Shape] = []
    front: list[Shape] = []
    top, bottom = sky
    if brief.ground == "under water":
        top, bottom = _tinted(colours[0], light), _tinted(colours[1], light)
        back = _water(near, chances)
    elif brief.ground == "space":
        top, bottom = colours[0], colours[1]
        back = _stars(chances, count=70, low=1.0)
    elif brief.ground == "room":
        top, bottom = far, far
        back = _room(land, middle, near)
    else:
        if brief.sky == "night":
            back += _stars(chances, count=34, low=land.horizon * 0.9)
        elif brief.ground not in ("forest",) and brief.sky in ("day", "dawn", "sunset"):
            back += _clouds(chances, land, colour=_blend(sky[1], (255, 255, 255), 0.6))
        back += _land(brief, land, (far, middle, near), chances)
        if brief.sky == "fog":
            back += _weather(brief, chances)
        if brief.ground == "sea":
            front = _waves(0.86, (middle, near), chances)
    if brief.ground != "room":
        front += _weather(brief, chances)
    return Scenery(top, bottom, tuple(back), tuple(front))


def _tinted(colour: RGB, light: Light) -> RGB:
    red, green, blue = (round(min(level * share, 255)) for level, share in zip(colour, light.tint, strict=True))
    return red, green, blue


def _blend(one: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _land(brief: Brief, land: Land, colours: tuple[RGB, RGB, RGB], chances: Stream) -> list[Shape]:
    """Return the ground from far to near."""
    far, middle, near = colours
    horizon = land.horizon + 0.03 * (float(chances.uniform()) - 0.5)
    if brief.ground == "sea":
        return [_band(horizon, far), *_waves(horizon + 0.1, (_blend(far, middle, 0.5), middle), chances)]
    if brief.ground == "beach":
        return [
            _band(horizon, far),
            *_foam(horizon + 0.13, far),
            _hill(horizon + 0.15, 0.012, middle, chances),
            _hill(0.84, 0.02, near, chances),
        ]
    if brief.ground == "city":
        towers = [
            *_towers(horizon, 0.34, far, chances, lit=brief.sky == "night"),
            *_towers(horizon, 0.2, middle, chances, lit=brief.sky in ("night", "sunset")),
        ]
        return [*towers, _band(horizon, near), *_road(horizon, near)]
    if brief.ground == "forest":
        firs = [*_firs(horizon + 0.04, 0.34, far, chances), *_firs(horizon + 0.08, 0.24, middle, chances)]
        return [*firs, _hill(horizon + 0.06, 0.02, middle, chances), _hill(0.82, 0.03, near, chances)]
    if brief.ground == "mountain":
        peaks = [*_peaks(horizon + 0.05, 0.5, far, chances, snow=_blend(far, (255, 255, 255), 0.75)),
                 *_peaks(horizon + 0.08, 0.3, _blend(far, middle, 0.4), chances, snow=None)]  # fmt: skip
        return [*peaks, _hill(horizon + 0.02, 0.03, middle, chances), _hill(0.83, 0.03, near, chances)]
    return [_hill(horizon, 0.05, far, chances), _hill(horizon + 0.09, 0.045, middle, chances), _hill(0.86, 0.025, near, chances)]


def _band(top: float, colour: RGB) -> Shape:
    return Shape("polygon", ((0, top), (1, top), (1, 1), (0, 1)), colour)


def _hill(top: float, height: float, colour: RGB, chances: Stream) -> Shape:
    """Return land below a wavy line."""
    phase, second = (6.283 * float(one) for one in chances.uniform(2))
    xs = np.linspace(0, 1, 25)
    ys = top + height * (0.6 * np.sin(4.2 * xs + phase) + 0.4 * np.sin(8.7 * xs + second))
    return Shape("polygon", (*((float(x), float(y)) for x, y in zip(xs, ys, strict=True)), (1, 1), (0, 1)), colour)


def _waves(top: float, colours: Sequence[RGB], chances: Stream) -> list[Shape]:
    """Return rows of round waves, each nearer than the last."""
    found: list[Shape] = []
    for row, colour in enumerate(colours):
        level, phase, count = top + 0.07 * row, float(chances.uniform()), 7 - row
        xs = np.linspace(0, 1, 73)
        ys = level - 0.022 * np.abs(np.sin(np.pi * (count * xs + phase)))
        found.append(Shape("polygon", (*((float(x), float(y)) for x, y in zip(xs, ys, strict=True)), (1, 1), (0, 1)), colour))
    return found


def _foam(top: float, colour: RGB) -> list[Shape]:
    return [
        Shape("polygon", ((0, top), (1, top - 0.015), (1, top + 0.05), (0, top + 0.05)), _blend(colour, (255, 255, 255), 0.7))
    ]


def _towers(base: float, height: float, colour: RGB, chances: Stream, *, lit: bool) -> list[Shape]:
    """Return a row of houses with windows, lit by night."""
    found: list[Shape] = []
    left = -0.04 * float(chances.uniform())
    while left < 1:
        wide, high = 0.09 + 0.08 * float(chances.uniform()), height * (0.5 + 0.5 * float(chances.uniform()))
        right, top = left + wide, base - high
        found.append(Shape("polygon", ((left, top), (right, top), (right, base), (left, base)), colour))
        glass: RGB = (255, 222, 130) if lit else _blend(colour, (255, 255, 255), 0.4)
        rows, columns = int(high / 0.055), int(wide / 0.04)
        for row in range(rows):
            for column in range(columns):
                if float(chances.uniform()) < 0.62:
                    x, y = left + wide * (column + 0.28) / columns, top + high * (row + 0.3) / rows
                    found.append(Shape("polygon", ((x, y), (x + 0.016, y), (x + 0.016, y + 0.022), (x, y + 0.022)), glass, 0.85))
        left = right + 0.006
    return found


def _road(top: float, colour: RGB) -> list[Shape]:
    kerb = Shape("polygon", ((0, top), (1, top), (1, top + 0.022), (0, top + 0.022)), _blend(colour, (255, 255, 255), 0.35))
    middle = top + (1 - top) * 0.62
    dashes = [
        Shape(
            "polygon",
            ((x, middle), (x + 0.1, middle), (x + 0.09, middle + 0.018), (x - 0.01, middle + 0.018)),
            (246, 236, 200),
            0.9,
        )
        for x in (0.04, 0.28, 0.52, 0.76)
    ]
    return [kerb, *dashes]


def _firs(base: float, height: float, colour: RGB, chances: Stream) -> list[Shape]:
    """Return a row of dark trees."""
    found: list[Shape] = []
    x = -0.05
    while x < 1.05:
        wide, high = 0.07 + 0.05 * float(chances.uniform()), height * (0.6 + 0.4 * float(chances.uniform()))
        for tier in range(3):
            top, low, half = base - high * (1 - 0.25 * tier), base - high * (0.52 - 0.26 * tier), wide * (0.55 + 0.22 * tier)
            found.append(Shape("polygon", ((x, top), (x + half, low), (x - half, low)), colour))
        x += wide * 0.95
    return found


def _peaks(base: float, height: float, colour: RGB, chances: Stream, *, snow: RGB | None) -> list[Shape]:
    """Return a range of mountains, with snow on top or without."""
    found: list[Shape] = []
    for at in (0.12, 0.5, 0.88):
        x, high = at + 0.2 * (float(chances.uniform()) - 0.5), height * (0.65 + 0.35 * float(chances.uniform()))
        half, top = high * 0.75, base - high
        found.append(Shape("polygon", ((x, top), (x + half, base), (x - half, base)), colour))
        if snow:
            a, b = 0.26 * half, 0.26 * high
            zigzag = (
                (x, top),
                (x + a, top + b),
                (x + 0.4 * a, top + 0.8 * b),
                (x, top + 1.15 * b),
                (x - 0.5 * a, top + 0.8 * b),
                (x - a, top + b),
            )
            found.append(Shape("polygon", zigzag, snow))
    return found


def _room(land: Land, floor: RGB, skirting: RGB) -> list[Shape]:
    line = land.horizon
    return [_band(line, floor), Shape("polygon", ((0, line - 0.03), (1, line - 0.03), (1, line), (0, line)), skirting)]


def _water(sand: RGB, chances: Stream) -> list[Shape]:
    """Return rays of light, bubbles, and the floor of the sea."""
    found: list[Shape] = []
    for at in (0.1, 0.42, 0.74):
        x = at + 0.1 * float(chances.uniform())
        found.append(Shape("polygon", ((x, 0), (x + 0.1, 0), (x + 0.02, 1), (x - 0.18, 1)), (255, 255, 255), 0.09))
    found.append(_hill(0.92, 0.02, sand, chances))
    for x, y, size in chances.uniform((14, 3)):
        side = 0.01 + 0.025 * float(size)
        found.append(
            Shape("ellipse", ((float(x), float(y) * 0.9), (float(x) + side, float(y) * 0.9 + side)), (255, 255, 255), 0.38)
        )
    return found


def _stars(chances: Stream, *, count: int, low: float) -> list[Shape]:
    found: list[Shape] = []
    for x, y, size in chances.uniform((count, 3)):
        side = 0.005 + 0.009 * float(size) ** 2
        found.append(
            Shape("ellipse", ((float(x), float(y) * low), (float(x) + side, float(y) * low + side)), (255, 250, 224), 0.92)
        )
    return found


def _clouds(chances: Stream, land: Land, *, colour: RGB) -> list[Shape]:
    """Return two flat clouds."""
    found: list[Shape] = []
    for at in (0.0, 0.5):
        x, y, size = (
            at + 0.3 * float(chances.uniform()),
            0.05 + 0.4 * land.horizon * float(chances.uniform()),
            0.8 + 0.5 * float(chances.uniform()),
        )
        for dx, dy, wide, high in ((0, 0.03, 0.2, 0.045), (0.03, 0.0, 0.09, 0.07), (0.09, 0.012, 0.08, 0.055)):
            corner = x + dx * size, y + dy * size
            found.append(Shape("ellipse", (corner, (corner[0] + wide * size, corner[1] + high * size)), colour, 0.8))
    return found


def _weather(brief: Brief, chances: Stream) -> list[Shape]:
    """Return what falls, or lies, between the things and who looks."""
    found: list[Shape] = []
    if brief.sky == "rain":
        for x, y, size in chances.uniform((60, 3)):
            a, b, long = float(x) * 1.1, float(y), 0.04 + 0.03 * float(size)
            found.append(
                Shape(
                    "polygon",
                    ((a, b), (a + 0.005, b), (a + 0.005 - 0.3 * long, b + long), (a - 0.3 * long, b + long)),
                    (226, 238, 250),
                    0.6,
                )
            )
    elif brief.sky == "snowfall" or (brief.sky == "night" and brief.ground == "snow"):
        for x, y, size in chances.uniform((50, 3)):
            side = 0.008 + 0.014 * float(size)
            found.append(Shape("ellipse", ((float(x), float(y)), (float(x) + side, float(y) + side)), (255, 255, 255), 0.9))
    elif brief.sky == "fog":
        for x, y, size in chances.uniform((5, 3)):
            a, b, wide = float(x) * 1.2 - 0.4, 0.3 + 0.62 * float(y), 0.5 + 0.4 * float(size)
            found.append(Shape("ellipse", ((a, b), (a + wide, b + 0.1)), (236, 240, 243), 0.26))
    return found


def paint_page(scenery: Scenery, *, canvas: int) -> np.ndarray:
    """Paint the page and what is behind the things: uint8 (canvas, canvas, 3)."""
    side = canvas * FINER
    ramp = np.linspace(0, 1, side)[:, None, None]
    rows = np.rint(np.array(scenery.top) + (np.array(scenery.bottom) - np.array(scenery.top)) * ramp).astype(np.uint8)
    return paint_shapes(np.repeat(rows, side, axis=1), scenery.back)


def paint_over(page: np.ndarray, scenery: Scenery) -> np.ndarray:
    """Paint what is before the things on a page, uint8 (canvas, canvas, 3)."""
    return paint_shapes(np.repeat(np.repeat(page, FINER, axis=0), FINER, axis=1), scenery.front) if scenery.front else page


def paint_shapes(page: np.ndarray, shapes: Sequence[Shape]) -> np.ndarray:
    """Paint shapes on a page FINER times as large as it is to be, uint8 (side, side, 3), and average it."""
    image = Image.fromarray(page)
    draw, side = ImageDraw.Draw(image, "RGBA"), len(page)
    for shape in shapes:
        fill = (*shape.colour, round(255 * shape.opacity))
        points = [(x * side, y * side) for x, y in shape.points]
        if shape.kind == "ellipse":
            draw.ellipse([*points[0], *points[1]], fill=fill)
        else:
            draw.polygon(points, fill=fill)
    return np.asarray(image.reduce(FINER))
