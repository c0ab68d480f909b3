"""A drawing: the latents of a work's elements and how they are composed, so that either can be changed and drawn."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import unpremultiply
from ganvas.ground.latent import blend
from ganvas.ground.palette import Painting, compose_palette
from ganvas.pipelines import ImagePipeline, Restyler
from ganvas.pipelines.recolour import recolour_paintings, recolour_pixels
from ganvas.pipelines.scene import compose, cut_of, element_noise, scale_for, squared
from ganvas.pipelines.staging.ground import scenery_of
from ganvas.pipelines.staging.outline import bounds
from ganvas.service.draw_scene import captions_of, compose_scene, conditions_of, restyle_elements, staged_page
from ganvas.vocabulary.brief import COLOURS
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.scene import Box, Placed, first_layout, layout
from ganvas.vocabulary.steps import Recolour

Square = tuple[float, float, float]
"""Left, top and side, in pixels."""
WHOLE: Square = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Page:
    """Where elements stand: squares by their numbers, back to front, on a canvas.

    ground: its colour, float RGB (3,), or None where it is clear. cuts: the square of its frame that each is placed by, in shares
    of the frame; None: the one around what is drawn. enlarged: the model's enlarger makes them larger first.
    """

    squares: dict[int, Square]
    ground: np.ndarray | None
    canvas: int
    cuts: dict[int, Square] | None = None
    enlarged: bool = False


@dataclass(frozen=True)
class Drawing:
    """What a work is drawn from: the latents of its elements, float32 (E, mapped), with what each was asked to be.

    scene: composes them, unless there is a `page`. colours: what the work is recoloured with.
    """

    pipeline: ImagePipeline
    latents: np.ndarray
    conditions: tuple[Condition, ...]
    captions: tuple[str, ...]
    scene: SceneProvenance | None = None
    page: Page | None = None
    restyler: Restyler | None = None
    colours: Recolour | None = None

    @property
    def canvas(self) -> int:
        """Pixels a side."""
        if self.page is not None:
            return self.page.canvas
        assert self.scene is not None
        return self.scene.size

    @property
    def clear(self) -> bool:
        """Whether nothing is behind its elements."""
        if self.page is not None:
            return self.page.ground is None
        assert self.scene is not None
        return self.scene.transparent


def drawing_of_scene(made: SceneProvenance, pipeline: ImagePipeline, restyler: Restyler | None) -> Drawing:
    """Return what a scene is drawn from."""
    conditions, noise = element_noise(pipeline, conditions_of(made), seed=made.noise_seed, number=made.number, kept=made.kept)
    latents = pipeline.latents(conditions, noise, truncation=made.truncation)
    captions = captions_of(made)[: len(conditions)]
    return Drawing(pipeline, latents, tuple(conditions), captions, scene=made, restyler=restyler)


def page_of(drawing: Drawing) -> Page:
    """Return where the elements of a drawing stand."""
    if drawing.page is not None:
        return drawing.page
    made = drawing.scene
    assert made is not None
    if made.format == 3 and drawing.pipeline.manifest.channels == 4:
        return _staged(drawing, made)
    first = made.format == 1
    placed = layout(made.brief, canvas=made.size, seed=made.words_seed, number=made.number)
    placed = first_layout(made.brief, canvas=made.size) if first else placed
    ground = None if made.transparent else np.array(COLOURS[made.brief.background], dtype=np.float64)
    squares: dict[int, Square] = {number: square_of(box) for number, box in placed}
    cuts = dict.fromkeys(squares, WHOLE) if first else None
    return Page(squares, ground, made.size, cuts=cuts, enlarged=made.enlarger is not None)


def _staged(drawing: Drawing, made: SceneProvenance) -> Page:
    """Return where the elements of a scene of the third format stand: squares of their whole frames, on the mean colour of its
    ground.
    """
    with drawing.pipeline.lock:
        drawn = list(squared(drawing.pipeline.draw(drawing.latents, scale=_scale(drawing))))
    squares = dict[int, Square]()
    for put in staged_page(made, drawn).puts:
        left, top, right, _ = bounds(drawn[put.picture])
        share = put.area.width * made.size / (right - left)
        squares[put.picture] = (
            put.area.left * made.size - left * share, put.area.top * made.size - top * share, len(drawn[put.picture]) * share
        )  # fmt: skip
    scenery = scenery_of(made.brief, seed=made.words_seed, number=made.number)
    ground = None if made.transparent else (np.array(scenery.top, dtype=np.float64) + np.array(scenery.bottom)) / 2
    return Page(squares, ground, made.size, cuts=dict.fromkeys(squares, WHOLE))


def placed(drawing: Drawing) -> Drawing:
    """Return a drawing whose page says by which square of its frame each element is placed, so that this can change evenly."""
    page = page_of(drawing)
    if page.cuts is None and drawing.pipeline.manifest.channels == 4:
        with drawing.pipeline.lock:
            squares = squared(drawing.pipeline.draw(drawing.latents))
        cuts = {number: _share_of(cut_of(one), len(one)) for number, one in enumerate(squares)}
        page = replace(page, cuts=cuts)
    return replace(drawing, page=page)


def _share_of(box: Box, side: int) -> Square:
    return box.left / side, box.top / side, box.side / side


def square_of(box: Box) -> Square:
    """Return a box as a square that need not be in whole pixels."""
    return float(box.left), float(box.top), float(box.side)


def resized(drawing: Drawing, canvas: int) -> Drawing:
    """Return a drawing on a canvas of another size."""
    if canvas == drawing.canvas:
        return drawing
    if drawing.page is None:
        assert drawing.scene is not None
        return replace(drawing, scene=drawing.scene.model_copy(update={"size": canvas}))
    share, page = canvas / drawing.page.canvas, drawing.page
    squares = {number: (left * share, top * share, side * share) for number, (left, top, side) in page.squares.items()}
    return replace(drawing, page=replace(page, squares=squares, canvas=canvas))


def mix(first: Drawing, second: Drawing, *, at: float, style: float) -> Drawing:
    """Mix two drawings. at: the share of the second in what is drawn, and where it stands; style: in how it is drawn.

    At the ends it is one of them. Raises InputError for drawings that do not go together.
    """
    if at == style and at in (0, 1):
        return second if at else first
    check_pair(first, second)
    count = first.pipeline.sketched
    if at != style and not count:
        raise InputError(f"{first.pipeline.manifest.name} has no styles apart from what it draws", where="--style",
                         do="leave it out")  # fmt: skip
    rows: list[np.ndarray] = []
    for number in range(max(len(first.latents), len(second.latents))):
        one, other = (each.latents[min(number, len(each.latents) - 1)] for each in (first, second))
        one, other = (one if number < len(first.latents) else other), (other if number < len(second.latents) else one)
        split = len(one) - count
        rows.append(np.concatenate([blend(one[:split], other[:split], style), blend(one[split:], other[split:], at)]))
    nearer, farther = (first, second) if at < 0.5 else (second, first)
    longer = nearer if len(nearer.latents) == len(rows) else farther
    conditions = nearer.conditions + longer.conditions[len(nearer.conditions) :]
    captions = nearer.captions + longer.captions[len(nearer.captions) :]
    mixed = replace(nearer, latents=np.stack(rows), conditions=conditions, captions=captions)
    return (
        mixed if at in (0, 1) else replace(mixed, scene=None, page=_between(page_of(placed(first)), page_of(placed(second)), at))
    )


def check_pair(first: Drawing, second: Drawing) -> None:
    """Raise InputError for drawings that do not go together."""
    one, other = first.pipeline, second.pipeline
    if one.digest != other.digest:
        names = (f"{each.manifest.name} {each.digest[:10]}" for each in (one, other))
        raise InputError(f"the works are of different models, {' and '.join(names)}", do="name works of one model")
    if first.colours != second.colours:
        raise InputError("one of the works has other colours", do="name works as they were drawn, and recolour what comes of it")
    if first.restyler or second.restyler:
        raise InputError("a restyler redrew one of the works", do="name works as they were drawn, and restyle what comes of it")
    if first.clear != second.clear:
        raise InputError("one of the works has a background and the other none", do="draw both with --transparent, or neither")
    if first.canvas != second.canvas:
        raise InputError(f"one of the works has {first.canvas} pixels a side and the other {second.canvas}",
                         do="draw both with the same --size")  # fmt: skip


def _between(first: Page, second: Page, share: float) -> Page:
    """Return a page between two; what stands on one of them only grows from nothing or shrinks to it."""
    nearer, farther = (first, second) if share < 0.5 else (second, first)
    order = [number for number in farther.squares if number not in nearer.squares] + list(nearer.squares)
    squares, cuts = dict[int, Square](), dict[int, Square]()
    for number in order:
        one, other = first.squares.get(number), second.squares.get(number)
        squares[number] = _midway(one or _vanished(other), other or _vanished(one), share)
        here, there = ((page.cuts or {}).get(number) for page in (first, second))
        cuts[number] = _midway(here or there or WHOLE, there or here or WHOLE, share)
    ground = None
    if first.ground is not None and second.ground is not None:
        ground = (1 - share) * first.ground + share * second.ground
    return Page(squares, ground, first.canvas, cuts=cuts, enlarged=first.enlarged)


def _midway(first: Square, second: Square, share: float) -> Square:
    left, top, side = ((1 - share) * one + share * other for one, other in zip(first, second, strict=True))
    return left, top, side


def _vanished(square: Square | None) -> Square:
    assert square is not None
    left, top, side = square
    return left + side / 2, top + side / 2, 0.0


def draw(drawing: Drawing) -> np.ndarray:
    """Draw a drawing: uint8 (H, W, 3 or 4), straight alpha. The locks of its models are held meanwhile."""
    with drawing.pipeline.lock, drawing.restyler.lock if drawing.restyler else nullcontext():
        if drawing.colours is None:
            return _composed(drawing, _elements(drawing))
        if not has_regions(drawing):
            return recolour_pixels(_composed(drawing, _elements(drawing)), drawing.colours)
        paintings, ground = paint(drawing, page_of(drawing))
        elements = np.stack([_picture(one, scale=_scale(drawing)) for one in paintings])
        drawn = _composed(without_ground(drawing), elements)
        return drawn if ground is None else over(drawn, ground)


def has_regions(drawing: Drawing) -> bool:
    """Say whether a drawing is painted from a palette, in regions, on an even ground."""
    made = drawing.scene if drawing.page is None else None
    staged = made if made is not None and made.format == 3 and not made.transparent else None
    if staged is not None and not scenery_of(staged.brief, seed=staged.words_seed, number=staged.number).even:
        return False
    return drawing.pipeline.manifest.palette > 0 and drawing.restyler is None


def paint(drawing: Drawing, page: Page) -> tuple[list[Painting], np.ndarray | None]:
    """Return what the elements of a drawing that has regions are painted from, and the colour of its ground, RGB (3,) or None.

    page: where they stand.
    """
    paintings = drawing.pipeline.paint(drawing.latents)
    ground = page.ground if drawing.pipeline.manifest.channels == 4 else None
    if drawing.colours is None:
        return paintings, ground
    weights = [(page.squares.get(number, WHOLE)[2] / page.canvas) ** 2 for number in range(len(paintings))]
    return recolour_paintings(paintings, weights, ground, drawing.colours)


def without_ground(drawing: Drawing) -> Drawing:
    """Return a drawing with nothing behind its elements."""
    if drawing.page is not None:
        return replace(drawing, page=replace(drawing.page, ground=None))
    assert drawing.scene is not None
    return replace(drawing, scene=drawing.scene.model_copy(update={"transparent": True}))


def over(pixels: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Lay uint8 RGBA over one colour, RGB (3,) 0 to 255; RGB passes unchanged. Returns uint8 (H, W, 3)."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    laid = pixels[..., :3] * alpha + ground.astype(np.float32) * (1 - alpha)
    return np.clip(np.rint(laid), 0, 255).astype(np.uint8)


def framed(pixels: np.ndarray, cut: Square | None) -> Square:
    """Return the square of its frame, in pixels, by which a drawn thing, uint8 RGBA (H, H, 4), is placed. cut: in shares of the
    frame; None: the one around the thing.
    """
    if cut is None:
        return square_of(cut_of(pixels))
    left, top, side = (share * len(pixels) for share in cut)
    return left, top, side


def _scale(drawing: Drawing) -> int:
    return 1 if drawing.restyler else scale_for(drawing.pipeline, canvas=drawing.canvas)


def _elements(drawing: Drawing) -> np.ndarray:
    drawn = drawing.pipeline.draw(drawing.latents, scale=_scale(drawing))
    if drawing.restyler is None:
        return drawn
    assert drawing.scene is not None
    return restyle_elements(drawn, drawing.scene, drawing.pipeline, drawing.restyler)


def _picture(painting: Painting, *, scale: int) -> np.ndarray:
    parts = (part[np.newaxis] for part in painting)
    return unpremultiply(compose_palette(*parts, scale=scale))[0]


def _composed(drawing: Drawing, elements: np.ndarray) -> np.ndarray:
    """Put drawn elements where they stand."""
    if drawing.page is None:
        assert drawing.scene is not None
        return compose_scene(elements, drawing.scene, drawing.pipeline)
    if elements.shape[-1] == 3:
        return elements[0]
    page, squares = drawing.page, squared(elements)
    enlarge = drawing.pipeline.enlarger if page.enlarged else None
    large = squares if enlarge is None else enlarge(squares)
    put, boxes = list[np.ndarray](), list[Placed]()
    for number, square in page.squares.items():
        if square[2] >= 1:
            cut, box = _put(large[number], square, (page.cuts or {}).get(number), canvas=page.canvas)
            boxes.append(Placed(len(boxes), box))
            put.append(cut)
    drawn = compose(put, boxes, background=None, canvas=page.canvas)
    return drawn if page.ground is None else over(drawn, page.ground)


def _put(pixels: np.ndarray, square: Square, cut: Square | None, *, canvas: int) -> tuple[np.ndarray, Box]:
    """Cut a drawn thing, uint8 RGBA (H, H, 4), out of its frame and resize it for a square that need not be in whole pixels, so
    that what moves by less than a pixel does: uint8 RGBA, and the square in whole pixels that it is for.
    """
    side, frame = len(pixels), framed(pixels, cut)
    share = frame[2] / square[2]
    first = [int(np.floor(at)) for at in square[:2]]
    new = min(max(int(np.ceil(at + square[2])) - begin for at, begin in zip(square[:2], first, strict=True)), canvas)
    left, top = (min(max(begin, 0), canvas - new) for begin in first)
    x, y = (side + own + (whole - at) * share for own, whole, at in zip(frame[:2], (left, top), square[:2], strict=True))
    around = Image.fromarray(np.pad(pixels, ((side, side), (side, side), (0, 0))))
    within = tuple(float(np.clip(one, 0, 3 * side)) for one in (x, y, x + new * share, y + new * share))
    return np.asarray(around.resize((new, new), Image.Resampling.BICUBIC, box=within)), Box(left, top, new)  # pyright: ignore
