"""Walk: moving pictures of the way past several works, at an even speed for the eye."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import get_args

import numpy as np
from PIL import Image

from ganvas.data.sets.colours import oklab
from ganvas.ground.errors import InputError
from ganvas.ground.latent import even_steps
from ganvas.models.find import bundled
from ganvas.service.drawing import Drawing, check_pair, draw, mix, page_of, placed, resized
from ganvas.service.explored import drawing_of, explore
from ganvas.service.imagine import fresh_seed, plan_works
from ganvas.service.open_maker import ReplayContext
from ganvas.service.session import SESSION
from ganvas.store.folder import address, read_any_work, read_work
from ganvas.vocabulary.animation import Animation
from ganvas.vocabulary.provenance import CANVAS, AnyProvenance, ExploreProvenance
from ganvas.vocabulary.request import ImagineRequest, WalkRequest, fill
from ganvas.vocabulary.steps import FASTEST, MOST_STOPS, Side, Walk

SAMPLES, ROUNDS = 10, 4
"""Places between one work and the next that are drawn to measure distances, and how often places are added where neighbours are
farther apart than frames will be.
"""
SMALL, BLURRED = 64, 16
"""Pixels a side of the drawings that are measured, and of what is compared of them, so that a move by a pixel is a small one."""
GREY = 128.0
"""Grey, on which clear pictures are compared."""


def find_stops(
    stops: Sequence[str], *, model: str, seed: int | None, style: str | None, transparent: bool, size: int | None
) -> tuple[list[AnyProvenance], ReplayContext]:
    """Return what makes the works that a person named as files or in words. The words of a walk are drawn as they stand, all with
    one seed and in one style.

    Raises InputError as reading and imagining works do.
    """
    if len(stops) > MOST_STOPS:
        raise InputError(f"a walk passes 2 to {MOST_STOPS} works, not {len(stops)}", where="walk")
    fields = {"model": model, "count": 1, "llm": "none", "seed": fresh_seed() if seed is None else seed, "style": style,
              "transparent": transparent, "size": size or CANVAS}  # fmt: skip
    works: list[AnyProvenance] = []
    files = [stop for stop in stops if names_work(stop)]
    for stop in stops:
        if stop in files:
            works.append(read_any_work(stop))
        else:
            works.append(plan_works(fill(ImagineRequest, {**fields, "idea": stop}), session=SESSION).works[0])
    return works, ReplayContext(files[0] if files else stops[0], None if bundled(model) else model)


def names_work(stop: str) -> bool:
    """Say whether a stop of a walk is a file, and not words."""
    path, number = address(stop)
    return number is not None or path.suffix.lower() in (".png", ".svg") or path.is_file()


def walk(works: Sequence[AnyProvenance], request: WalkRequest, context: ReplayContext) -> Animation:
    """Walk past works. Nothing is drawn yet. Raises InputError for too few works, and for works that do not go together."""
    if not 2 <= len(works) <= MOST_STOPS:
        raise InputError(f"a walk passes 2 to {MOST_STOPS} works, not {len(works)}", where="walk")
    milliseconds = max(round(1000 * request.seconds / request.frames), FASTEST)
    size = request.size or _side(drawing_of(works[0], context.anew()))
    step = Walk(frames=request.frames, milliseconds=milliseconds, looped=request.looped, size=size)
    return walk_from(explore(step, *works), context)


def is_walk(spec: str) -> bool:
    """Say whether a file is a walk."""
    made = read_work(spec)
    return isinstance(made, ExploreProvenance) and isinstance(made.step, Walk)


def replay_walk(spec: str, *, model: str | None = None) -> Animation:
    """Make the walk of a file again. Raises InputError as `walk` does."""
    made = read_work(spec)
    assert isinstance(made, ExploreProvenance)
    return walk_from(made, ReplayContext(spec, model))


def walk_from(made: ExploreProvenance, context: ReplayContext) -> Animation:
    """Make a walk again from its record. Raises InputError as `walk` does."""
    step = made.step
    assert isinstance(step, Walk)
    stops = [placed(resized(drawing_of(parent, context), step.size)) for parent in made.parents]
    for first, second in pairwise(stops):
        check_pair(first, second)
    path = [*stops, stops[0]] if step.looped else stops

    @cache
    def places() -> np.ndarray:
        return _places(path, step)

    def frames(every: int = 1) -> Iterator[np.ndarray]:
        for at in places()[::every]:
            yield draw(_on_the_way(path, at))

    return Animation(frames, step.frames, step.milliseconds, step.looped, made)


def _side(drawing: Drawing) -> Side:
    sides: tuple[Side, ...] = get_args(Side)
    return min(sides, key=lambda side: abs(side - drawing.canvas))


def _on_the_way(path: Sequence[Drawing], at: float) -> Drawing:
    """Return the drawing at a place of a path, 0 to 1."""
    legs = len(path) - 1
    leg = min(int(at * legs), legs - 1)
    share = at * legs - leg
    return mix(path[leg], path[leg + 1], at=share, style=share)


def _places(path: Sequence[Drawing], step: Walk) -> np.ndarray:
    """Return where on a path each frame is, so that the eye sees even steps: float64 (frames,), the first 0."""
    small = [_shrunk(one) for one in path]
    count = SAMPLES * (len(path) - 1)
    at = np.linspace(0, 1, count + 1)
    samples = [_sample(small, place) for place in at]
    apart = [_distance(one, other) for one, other in pairwise(samples)]
    for _ in range(ROUNDS):
        at, samples, apart = _finer(small, at, samples, apart, most=sum(apart) / step.frames)
    # even_steps takes places that are evenly spaced; where they are not, a place is found by its number
    steps = step.frames if step.looped else step.frames - 1
    numbers = even_steps(np.array(apart), steps=steps) * (len(at) - 1)
    places = np.interp(numbers, np.arange(len(at)), at)
    return places if step.looped else np.append(places, 1.0)


def _finer(
    small: Sequence[Drawing], at: np.ndarray, samples: list[np.ndarray], apart: list[float], *, most: float
) -> tuple[np.ndarray, list[np.ndarray], list[float]]:
    """Add a place between each two that are farther apart than `most`."""
    places, found, distances = [float(at[0])], [samples[0]], list[float]()
    for number, distance in enumerate(apart):
        if distance > most:
            middle = float(at[number] + at[number + 1]) / 2
            between = _sample(small, middle)
            places.append(middle)
            found.append(between)
            distances += [_distance(samples[number], between), _distance(between, samples[number + 1])]
        else:
            distances.append(distance)
        places.append(float(at[number + 1]))
        found.append(samples[number + 1])
    return np.array(places), found, distances


def _shrunk(drawing: Drawing) -> Drawing:
    """Return a drawing as small as it is measured."""
    page = page_of(drawing)
    share = SMALL / page.canvas
    squares = {number: (left * share, top * share, side * share) for number, (left, top, side) in page.squares.items()}
    return replace(drawing, page=replace(page, squares=squares, canvas=SMALL), scene=None, colours=None)


def _sample(path: Sequence[Drawing], at: float) -> np.ndarray:
    """Draw a place of a path and return it as `perceived`."""
    return perceived(draw(_on_the_way(path, at)))


def perceived(pixels: np.ndarray) -> np.ndarray:
    """Return a picture, uint8 (H, W, 3 or 4), blurred and in OKLab (BLURRED, BLURRED, 3), on grey where it is clear."""
    laid = pixels
    if pixels.shape[2] == 4:
        alpha = pixels[..., 3:] / 255
        laid = np.rint(pixels[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    return oklab(np.asarray(Image.fromarray(laid).resize((BLURRED, BLURRED), Image.Resampling.BOX)))


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.square(one - other).sum(axis=-1).mean()))
