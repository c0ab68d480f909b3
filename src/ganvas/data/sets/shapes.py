"""Coloured shapes, computed in a moment: the set for tests and first tries."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from ganvas.data.records import MetadataLine, Split
from ganvas.data.sets.colours import CHINESE
from ganvas.data.sets.splits import Pair, hold_out
from ganvas.data.sets.writing import Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import Stream, stream

SIZE, COUNT, FINER = 32, 512, 4
COLOURS = {
    "red": (220, 40, 45), "orange": (245, 135, 25), "yellow": (250, 205, 50), "green": (60, 165, 75),
    "blue": (45, 125, 220), "purple": (140, 70, 185), "pink": (245, 140, 185), "black": (30, 30, 35),
}  # fmt: skip
STYLES = {"solid": "实心", "outline": "空心"}

Gauge = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Maps x (right) and y (up) to the relative distance of a point: 1 on the edge, less inside, k at k times the distance."""


def make_shapes(out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None) -> Summary:
    """Write `count` shapes, one colour each, with captions in English and Chinese."""
    if source is not None:
        raise InputError("the set of shapes is computed and needs no source", where=source, do="leave --from out")
    size, count = SIZE if size is None else size, COUNT if count is None else count
    if not (8 <= size <= 256 and 1 <= count <= 100_000):
        raise InputError(f"{count} shapes at {size} pixels cannot be made", do="8 to 256 pixels, 1 to 100,000 shapes")
    return write_set("shapes", out, _shapes(size, seed=seed, count=count), made=f"size {size}, seed {seed}, count {count}")


def _shapes(size: int, *, seed: int, count: int) -> Iterator[tuple[MetadataLine, np.ndarray]]:
    """Yield all kinds repeatedly, in an order of the seed."""
    kinds = [Pair(f"{colour}-{shape}", style, shape) for shape in SHAPES for colour in COLOURS for style in STYLES]
    splits = hold_out(kinds, seed=seed, name="shapes")
    order = stream(seed, "shapes/kinds").permutation(len(kinds))
    for number in range(count):
        kind = kinds[order[number % len(kinds)]]
        yield _words(number, kind, splits[kind]), _draw(kind, size, stream(seed, "shapes/jitter", step=number))


def _words(number: int, kind: Pair, split: Split) -> MetadataLine:
    colour, shape = kind.concept.split("-")
    tint, form, style = CHINESE[colour], SHAPES[shape][0], STYLES[kind.style]
    a = "an" if colour == "orange" else "a"
    full = f"{a} {colour} {shape}, outline" if kind.style == "outline" else f"a solid {colour} {shape}"
    return MetadataLine(
        file_name=f"{kind.style}/{number:05d}-{kind.concept}.png",
        text=f"{a} {colour} {shape}",
        texts=(f"{tint}的{form}", f"{colour} {shape}", full, f"{style}的{tint}{form}"),
        tags=(shape, colour, form, tint),
        labels={"style": kind.style},
        concept=kind.concept,
        family=kind.family,
        split=split,
    )


def _draw(kind: Pair, size: int, numbers: Stream) -> np.ndarray:
    """Draw one shape, uint8 RGBA (size, size, 4), with edges antialiased by drawing finer and averaging."""
    colour, shape = kind.concept.split("-")
    radius, right, up = numbers.uniform(3) * (0.25, 0.3, 0.3) + (0.6, -0.15, -0.15)
    line = (np.arange(size * FINER) + 0.5) / (size * FINER) * 2 - 1
    out = SHAPES[shape][1]((line[None, :] - right) / radius, (-line[:, None] - up) / radius)
    inside = out < 1
    if shape == "ring":
        inside &= out > 0  # the hole of the ring
    if kind.style == "outline":
        inside &= (out > 0.76) | (out < 0.24) if shape == "ring" else out > 0.76
    alpha = inside.reshape(size, FINER, size, FINER).mean(axis=(1, 3))
    pixels = np.zeros((size, size, 4), dtype=np.uint8)
    pixels[alpha > 0, :3] = COLOURS[colour]
    pixels[..., 3] = np.rint(alpha * 255)
    return pixels


def _circle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.hypot(x, y)


def _square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(x), np.abs(y)) / 0.85


def _triangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    half = 0.55
    return np.maximum.reduce([np.broadcast_to(-(y + 0.15), np.broadcast_shapes(x.shape, y.shape)),
                              (np.sqrt(3) * np.abs(x) + (y + 0.15)) / 2]) / half  # fmt: skip


def _star(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Measure a star: five points at distance 1, five notches at 0.42, straight lines between."""
    radius, fifth, notch = np.hypot(x, y), 2 * np.pi / 5, 0.42
    turn = np.abs((np.arctan2(x, y) + fifth / 2) % fifth - fifth / 2)  # from the nearest point, 0 to 36 degrees
    edge = np.sin(fifth / 2) * notch / (notch * np.sin(fifth / 2 - turn) + np.sin(turn))
    return radius / edge


def _heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Measure a polar heart: 2 - 2 sin t + sin t sqrt|cos t| / (sin t + 1.4), with its notch above."""
    turn = np.arctan2(y - 0.5, x)
    edge = 2 - 2 * np.sin(turn) + np.sin(turn) * np.sqrt(np.abs(np.cos(turn))) / (np.sin(turn) + 1.4)
    return np.hypot(x, y - 0.5) / np.maximum(edge * 0.4, 1e-3)


def _ring(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (np.hypot(x, y) - 0.5) / 0.5


SHAPES: dict[str, tuple[str, Gauge]] = {
    "circle": ("圆", _circle),
    "square": ("正方形", _square),
    "triangle": ("三角形", _triangle),
    "star": ("五角星", _star),
    "heart": ("心", _heart),
    "ring": ("圆环", _ring),
}
