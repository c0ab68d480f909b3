"""The scene pipeline: a GAN draws every element of a Brief, a judge may choose, this composes them. Torch-free."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.pipelines.image import SCALES, ImagePipeline
from ganvas.pipelines.judge import Judge
from ganvas.pipelines.judge import best_of as best
from ganvas.pipelines.staging.ground import Scenery, Shape, paint_over, paint_page
from ganvas.pipelines.staging.outline import bounds, is_framed
from ganvas.pipelines.staging.page import Page, Put
from ganvas.vocabulary.brief import COLOURS, Background
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.scene import Box, Placed
from ganvas.vocabulary.work import Source

Enlarge = Callable[[np.ndarray], np.ndarray]
"""Makes pictures larger: uint8 (N, H, W, 4) -> uint8 (N, larger, larger, 4)."""

SHADE, SHADE_OPACITY = (20, 24, 30), 0.2
"""Colour and opacity of a shadow on the ground."""

PROPOSALS = 3
"""Pictures of a thing that are tried for one without its own background."""

LEAST, FRAME = 0.75, 1.06
"""The least share of its frame that a thing is cut down to, and the room that is left around it."""


class Drawn(NamedTuple):
    """The elements of one work as they left the generator, uint8 (E, H, W, C), and which proposal each is.

    sources: the known pictures that each was drawn from, where the model draws from any.
    """

    pixels: np.ndarray
    kept: tuple[int, ...]
    sources: tuple[tuple[Source, ...], ...] = ()


def scale_for(pipeline: ImagePipeline, *, canvas: int) -> int:
    """Return how many times as large as its own size a model with a palette draws for a canvas; any other draws at its size."""
    if not pipeline.manifest.palette:
        return 1
    return min(max(-(-canvas // pipeline.manifest.size.longer), SCALES[0]), SCALES[-1])


def draw_elements(
    pipeline: ImagePipeline,
    conditions: Sequence[Condition],
    *,
    seed: int,
    number: int,
    kept: Sequence[int] = (),
    truncation: float = 1.0,
    scale: int = 1,
) -> Drawn:
    """Draw one picture for each condition of a work; `kept` says which proposal each is, the first where it says nothing.

    scale: how many times as large as its own size a model with a palette draws.
    """
    conditions, noise = element_noise(pipeline, conditions, seed=seed, number=number, kept=kept)
    drawn = pipeline(conditions, noise, truncation=truncation, scale=scale)
    return Drawn(drawn, tuple(kept), tuple(pipeline.sources(conditions, noise)))


def draw_cut_out(
    pipeline: ImagePipeline, conditions: Sequence[Condition], *, seed: int, number: int, truncation: float = 1.0, scale: int = 1
) -> Drawn:
    """Draw one picture for each condition of a work, as `draw_elements`, and another for each that has its own background.

    Some known pictures of a thing show it in its surroundings, and on the ground of a scene they would be a picture on a picture.
    """
    drawn, kept = (
        draw_elements(pipeline, conditions, seed=seed, number=number, truncation=truncation, scale=scale),
        [0] * len(conditions),
    )
    for proposal in range(1, PROPOSALS):
        framed = [place for place, pixels in enumerate(drawn.pixels) if is_framed(pixels)]
        if not framed:
            break
        kept = [proposal if place in framed else own for place, own in enumerate(kept)]
        drawn = draw_elements(pipeline, conditions, seed=seed, number=number, kept=kept, truncation=truncation, scale=scale)
    return drawn


def element_noise(
    pipeline: ImagePipeline, conditions: Sequence[Condition], *, seed: int, number: int, kept: Sequence[int] = ()
) -> tuple[Sequence[Condition], np.ndarray]:
    """Return the conditions of the elements that a model draws, and the latents that they are drawn from (E, latent)."""
    conditions, chosen = _drawable(pipeline, conditions), tuple(kept)
    if len(chosen) not in (0, len(conditions)):
        raise InputError("the work does not say what was drawn: it has not one proposal for each element")
    noise = [
        pipeline.noise(seed, number=number, count=len(conditions), proposal=proposal)[place]
        for place, proposal in enumerate(chosen or (0,) * len(conditions))
    ]
    return conditions, np.stack(noise)


def choose_elements(
    pipeline: ImagePipeline,
    conditions: Sequence[Condition],
    *,
    seed: int,
    number: int,
    best_of: int,
    truncation: float = 1.0,
    scale: int = 1,
) -> Drawn:
    """Propose `best_of` pictures for each condition of a work and keep the one that the model's judge likes best.

    The judge sees them at the model's own size; what is kept is drawn at `scale`. Raises InputError when the model has no judge.
    """
    conditions, judge = _drawable(pipeline, conditions), judge_of(pipeline)
    noise = np.stack([pipeline.noise(seed, number=number, count=len(conditions), proposal=one) for one in range(best_of)], axis=1)
    every = [condition for condition in conditions for _ in range(best_of)]  # in one call, so that all get the same vectors
    latents = pipeline.latents(every, noise.reshape(len(every), -1), truncation=truncation)
    drawn = pipeline.draw(latents)
    groups = drawn.reshape(len(conditions), best_of, *drawn.shape[1:])

    def keep(condition: Condition, works: np.ndarray) -> tuple[np.ndarray, int]:
        def propose(one: int) -> np.ndarray:
            return works[one]

        def like(some: Sequence[np.ndarray]) -> np.ndarray:
            return judge(np.stack(list(some)), [condition] * len(some))

        return best(propose, like, k=best_of)

    pixels, kept = zip(*(keep(condition, works) for condition, works in zip(conditions, groups, strict=True)), strict=True)
    places = range(len(conditions))
    large = np.stack(pixels)
    if scale > 1:
        large = pipeline.draw(latents.reshape(len(conditions), best_of, -1)[places, kept], scale=scale)
    return Drawn(large, tuple(kept), tuple(pipeline.sources(conditions, noise[places, kept])))


def judge_of(pipeline: ImagePipeline) -> Judge:
    """Return the judge of a model. Raises InputError when there is none."""
    if pipeline.judge is None:
        raise InputError(f"{pipeline.manifest.name} has no judge, so nothing can choose the best", where="--best-of",
                         do="leave it out, or name another model with -m")  # fmt: skip
    return pipeline.judge


def _drawable(pipeline: ImagePipeline, conditions: Sequence[Condition]) -> Sequence[Condition]:
    """Return the conditions of the elements that a model draws: an opaque one draws the subject alone."""
    return conditions if pipeline.manifest.channels == 4 else conditions[:1]


def finish(elements: np.ndarray, placed: Sequence[Placed], *, background: Background | None, canvas: int,
           enlarge: Enlarge | None = None, fill: bool = True) -> np.ndarray:  # fmt: skip
    """Make a work of its drawn elements: an opaque model's subject as it is, others enlarged, fitted and composed.

    fill: things fill their squares as far as `filling` lets them; in the first format frames did.
    """
    if elements.shape[-1] == 3:
        return elements[0]
    squares = squared(elements)
    large = squares if enlarge is None else enlarge(squares)
    return compose([filling(one) if fill else one for one in large], placed, background=background, canvas=canvas)


def squared(pixels: np.ndarray) -> np.ndarray:
    """Put drawn things, uint8 RGBA (N, H, W, 4), into the middle of clear squares, as the places of a scene are."""
    height, width = pixels.shape[1:3]
    side = max(height, width)
    above, left = (side - height) // 2, (side - width) // 2
    return np.pad(pixels, ((0, 0), (above, side - height - above), (left, side - width - left), (0, 0)))


def filling(pixels: np.ndarray) -> np.ndarray:
    """Cut a drawn thing, uint8 RGBA (H, H, 4), out of its frame: in the middle, and at least LEAST of what the frame was.

    A network leaves more room around a thing than its box means, and not in its middle. What is nearly clear is not counted.
    """
    side, (left, top, new) = len(pixels), cut_of(pixels)
    if new == side and not left and not top:
        return pixels
    left, top = left + side, top + side
    return np.pad(pixels, ((side, side), (side, side), (0, 0)))[top : top + new, left : left + new]


def cut_of(pixels: np.ndarray) -> Box:
    """Return the square that `filling` cuts a drawn thing out by, in pixels of its frame; it may reach beyond it."""
    side = len(pixels)
    rows, columns = (np.flatnonzero((pixels[..., 3] >= 128).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Box(0, 0, side)
    high, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    new = max(round(max(high, wide) * FRAME), round(side * LEAST))
    top, left = (int(found[0] + found[-1] + 1 - new) // 2 for found in (rows, columns))
    return Box(left, top, new)


def compose(
    elements: Sequence[np.ndarray], placed: Sequence[Placed], *, background: Background | None, canvas: int = 256
) -> np.ndarray:
    """Paint elements, uint8 RGBA (H, W, 4) straight alpha, back to front: uint8 (canvas, canvas, 3).

    Without a background the page stays clear: uint8 (canvas, canvas, 4), straight alpha.
    """
    check_canvas(canvas)
    page = np.zeros((canvas, canvas, 4), dtype=np.float32)  # colour premultiplied by alpha, 0 to 255
    if background is not None:
        page[:] = (*COLOURS[background], 255)
    for number, (left, top, side) in placed:
        element = resized(elements[number], side)
        area = page[top : top + side, left : left + side]
        area *= 1 - element[..., 3:] / 255
        area += element
    if background is not None:
        return np.clip(np.rint(page[..., :3]), 0, 255).astype(np.uint8)
    page[..., :3] /= np.maximum(page[..., 3:], 1) / 255
    return np.clip(np.rint(page), 0, 255).astype(np.uint8)


def paint(drawn: Sequence[np.ndarray], page: Page, scenery: Scenery | None, *, canvas: int = 256) -> np.ndarray:
    """Paint drawn things, uint8 RGBA (H, W, 4) straight alpha, where a page puts them: uint8 (canvas, canvas, 3).

    Without scenery the page stays clear: uint8 (canvas, canvas, 4), straight alpha.
    """
    check_canvas(canvas)
    whole = np.zeros((canvas, canvas, 4), dtype=np.float32)  # colour premultiplied by alpha, 0 to 255
    if scenery is not None:
        shades = tuple(
            Shape("ellipse", ((one.left, one.top), (one.right, one.bottom)), SHADE, SHADE_OPACITY) for one in page.shadows
        )
        whole[..., :3] = paint_page(scenery._replace(back=(*scenery.back, *shades)), canvas=canvas)
        whole[..., 3] = 255
    for put in page.puts:
        _lay(whole, drawn[put.picture], put)
    if scenery is not None:
        return paint_over(np.clip(np.rint(whole[..., :3]), 0, 255).astype(np.uint8), scenery)
    whole[..., :3] /= np.maximum(whole[..., 3:], 1) / 255
    return np.clip(np.rint(whole), 0, 255).astype(np.uint8)


def _lay(whole: np.ndarray, pixels: np.ndarray, put: Put) -> None:
    """Paint one drawn thing; what reaches beyond the page is left out."""
    canvas = len(whole)
    left, top, right, bottom = bounds(pixels)
    thing = pixels[top:bottom, left:right][:: -1 if put.inverted else 1, :: -1 if put.mirrored else 1]
    width, height = max(round(put.area.width * canvas), 1), max(round(put.area.height * canvas), 1)
    x, y = round(put.area.left * canvas), round(put.area.top * canvas)
    element = resized(thing, width, height)
    if put.below is not None:
        element[: round(put.below * height)] = 0
    inside = slice(max(-y, 0), max(canvas - y, 0)), slice(max(-x, 0), max(canvas - x, 0))
    element = element[inside]
    if not element.size:
        return
    area = whole[max(y, 0) : max(y, 0) + element.shape[0], max(x, 0) : max(x, 0) + element.shape[1]]
    area *= 1 - element[..., 3:] / 255
    area += element


def check_canvas(canvas: int) -> None:
    """Raise InputError for a canvas of no known size."""
    if not 32 <= canvas <= 2048:
        raise InputError(f"the canvas {canvas} is not between 32 and 2048 pixels", where="size")


def resized(pixels: np.ndarray, width: int, height: int | None = None) -> np.ndarray:
    """Resize RGBA to float32 (height, width, 4) with premultiplied colour, 0 to 255, colour never above alpha.

    Each channel is resized as floats, so bicubic overshoot is clamped and cannot wrap round.
    """
    height = width if height is None else height
    x = pixels.astype(np.float32)
    x[..., :3] *= x[..., 3:] / 255
    planes = [Image.fromarray(x[..., c]).resize((width, height), Image.Resampling.BICUBIC) for c in range(4)]
    y = np.stack([np.asarray(plane) for plane in planes], axis=-1)
    y[..., 3] = np.clip(y[..., 3], 0, 255)
    y[..., :3] = np.clip(y[..., :3], 0, y[..., 3:])
    return y
