"""Works as SVG: each region of a picture one path, each element of a scene one group, on its ground."""

import json
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from ganvas.ground.errors import InputError
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.scene import SHADE, SHADE_OPACITY, scale_for, squared
from ganvas.pipelines.staging.ground import Scenery, Shape, scenery_of
from ganvas.pipelines.staging.outline import bounds
from ganvas.pipelines.staging.page import Put
from ganvas.pipelines.tracing import Shape as Region
from ganvas.pipelines.tracing import Traced, trace
from ganvas.service.draw_scene import captions_of, staged_page
from ganvas.service.drawing import Drawing, Square, drawing_of_scene, framed, paint
from ganvas.service.drawing import page_of as where_it_stands
from ganvas.service.explored import drawing_of
from ganvas.service.open_maker import ReplayContext
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.provenance import ExploreProvenance, Provenance, SceneProvenance

GAP = 4
"""Pixels between the works of a sheet."""


class Page(NamedTuple):
    """One work as SVG elements, one a line, and its width and height in pixels."""

    lines: tuple[str, ...]
    width: int
    height: int


def check_vector(pipeline: ImagePipeline, *, redrawn: bool = False) -> None:
    """Refuse what has no regions to trace: works of a model without a palette, and what a restyler redrew. Raises InputError."""
    if not pipeline.manifest.palette:
        raise InputError(f"{pipeline.manifest.name} paints from no palette, so it has no regions to trace", where="-o",
                         do="give a name that ends in .png, or another model with -m")  # fmt: skip
    if redrawn:
        raise InputError("what a restyler redrew has no regions to trace", where="-o", do="give a name that ends in .png")


def draw_svg(works: Sequence[Provenance], *, model: str | None = None, columns: int = 4, session: Session = SESSION) -> bytes:
    """Draw works again as shapes, one or a sheet of several, with their provenance inside. model: what draws them, where it is
    not a bundled one.

    Raises InputError for works of a model without a palette, and for redrawn ones.
    """
    pages: list[Page] = []
    for number, made in enumerate(works):
        if isinstance(made, ExploreProvenance):
            drawing = drawing_of(made, ReplayContext(work="", model=model, session=session))
            with drawing.pipeline.lock:
                pages.append(page_of_drawing(drawing, within=f"w{number}"))
            continue
        if not isinstance(made, SceneProvenance):
            raise InputError("what a restyler redrew has no regions to trace", where="-o", do="give a name that ends in .png")
        pipeline = session.open_pipeline(model or made.model)
        with pipeline.lock:
            pages.append(page_of(made, pipeline, within=f"w{number}"))
    dumped = [made.model_dump(mode="json") for made in works]
    about = json.dumps(dumped[0] if len(dumped) == 1 else {"sheet": dumped}, ensure_ascii=False)
    return svg_of(pages, title=works[0].idea, about=about, columns=columns).encode("utf-8")


def page_of(made: SceneProvenance, pipeline: ImagePipeline, *, within: str) -> Page:
    """Draw a work from what makes it, as shapes. within: the start of its ids, which must differ on one sheet."""
    check_vector(pipeline, redrawn=made.restyled is not None)
    return page_of_drawing(drawing_of_scene(made, pipeline, None), within=within)


def page_of_drawing(drawing: Drawing, *, within: str) -> Page:
    """Draw a drawing as shapes, as `page_of` does. Raises InputError where it has no regions."""
    check_vector(drawing.pipeline, redrawn=drawing.restyler is not None)
    made = drawing.scene if drawing.page is None and drawing.colours is None else None
    if made is not None and made.format == 3 and drawing.pipeline.manifest.channels == 4:
        return _staged(made, drawing, within=within)
    page = where_it_stands(drawing)
    paintings, ground = paint(drawing, page)
    traced = [trace(painting) for painting in paintings]
    if drawing.pipeline.manifest.channels == 3:
        width, height = traced[0].size
        share = page.canvas / max(width, height)
        lines = group(traced[0], name=drawing.captions[0], within=f"{within}-0", transform=f"scale({share:.6g})")
        return Page(tuple(lines), round(width * share), round(height * share))
    colour = [] if ground is None else [round(float(level)) for level in ground]
    lines = [f'<rect width="{page.canvas}" height="{page.canvas}" fill="{_hex(colour)}"/>'] if colour else []
    for number, square in page.squares.items():
        transform = _placed(traced[number], square, cut=(page.cuts or {}).get(number))
        lines += group(traced[number], name=drawing.captions[number], within=f"{within}-{number}", transform=transform)
    return Page(tuple(lines), page.canvas, page.canvas)


def _staged(made: SceneProvenance, drawing: Drawing, *, within: str) -> Page:
    """Draw a work of format 3: its ground, its things where its page puts them, and what is before them."""
    pipeline, canvas, brief = drawing.pipeline, made.size, made.brief
    traced = [trace(painting) for painting in pipeline.paint(drawing.latents)]
    # laid out by what its pixels are laid out by
    page = staged_page(made, list(squared(pipeline.draw(drawing.latents, scale=scale_for(pipeline, canvas=canvas)))))
    captions = captions_of(made)
    lines: list[str] = []
    scenery = None if made.transparent else scenery_of(brief, seed=made.words_seed, number=made.number)
    if scenery:
        lines += [*_sky(scenery, canvas, within=within), *(_shape(one, canvas) for one in scenery.back)]
        shades = [Shape("ellipse", ((one.left, one.top), (one.right, one.bottom)), SHADE, SHADE_OPACITY) for one in page.shadows]
        lines += [_shape(one, canvas) for one in shades]
    for place, put in enumerate(page.puts):
        own = f"{within}-{place}"
        placed = group(
            traced[put.picture], name=captions[put.picture], within=own, transform=_put(put, traced[put.picture], canvas)
        )
        if put.below is not None:
            (left, _, width, _), top = put.area, put.area.top + put.below * put.area.height
            rest = put.area.bottom - top
            box = f'x="{left * canvas:.5g}" y="{top * canvas:.5g}" width="{width * canvas:.5g}" height="{rest * canvas:.5g}"'
            placed = [
                f'<clipPath id="{own}-front"><rect {box}/></clipPath>',
                f'<g clip-path="url(#{own}-front)">',
                *placed,
                "</g>",
            ]
        lines += placed
    lines += [_shape(one, canvas) for one in scenery.front] if scenery else []
    return Page(tuple(lines), canvas, canvas)


def _put(put: Put, traced: Traced, canvas: int) -> str:
    """Return the transform that puts what a traced thing covers of its frame into its area, turned as it is said."""
    left, top, right, bottom = bounds(traced.pixels)
    across, down = put.area.width * canvas / (right - left), put.area.height * canvas / (bottom - top)
    x, y = put.area.left * canvas - left * across, put.area.top * canvas - top * down
    if put.mirrored:
        x, across = put.area.right * canvas + left * across, -across
    if put.inverted:
        y, down = put.area.bottom * canvas + top * down, -down
    return f"translate({x:.5g} {y:.5g}) scale({across:.5g} {down:.5g})"


def _sky(scenery: Scenery, canvas: int, *, within: str) -> list[str]:
    if scenery.top == scenery.bottom:
        return [f'<rect width="{canvas}" height="{canvas}" fill="{_hex(scenery.top)}"/>']
    stops = f'<stop offset="0" stop-color="{_hex(scenery.top)}"/><stop offset="1" stop-color="{_hex(scenery.bottom)}"/>'
    return [f'<defs><linearGradient id="{within}-sky" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>',
            f'<rect width="{canvas}" height="{canvas}" fill="url(#{within}-sky)"/>']  # fmt: skip


def _shape(shape: Shape, canvas: int) -> str:
    """Return a shape of the ground as SVG."""
    opacity = f' fill-opacity="{shape.opacity:g}"' if shape.opacity < 1 else ""
    fill = f'fill="{_hex(shape.colour)}"{opacity}'
    if shape.kind == "polygon":
        return f'<polygon {fill} points="{" ".join(f"{x * canvas:.5g},{y * canvas:.5g}" for x, y in shape.points)}"/>'
    (left, top), (right, bottom) = ((x * canvas, y * canvas) for x, y in shape.points)
    middle = f'cx="{(left + right) / 2:.5g}" cy="{(top + bottom) / 2:.5g}"'
    return f'<ellipse {fill} {middle} rx="{(right - left) / 2:.5g}" ry="{(bottom - top) / 2:.5g}"/>'


def _placed(traced: Traced, box: Square, *, cut: Square | None = None) -> str:
    """Return the transform that puts a traced thing into its square as `filling` does: cut out of its frame, or by the share of
    the frame that `cut` names.
    """
    width, height = traced.size
    side = max(width, height)
    left_of_frame, top_of_frame, wide = framed(squared(traced.pixels[None])[0], cut)
    left, top = (side - width) // 2 - left_of_frame, (side - height) // 2 - top_of_frame
    share = box[2] / wide
    return f"translate({box[0] + left * share:.5g} {box[1] + top * share:.5g}) scale({share:.5g})"


def svg_of(pages: Sequence[Page], *, title: str, about: str, columns: int = 4) -> str:
    """Write pages as one SVG file, several of them in rows on white.

    title: what it shows, for a person. about: what makes the works again, kept as the file's metadata.
    """
    (lines, width, height), gap = pages[0], GAP if len(pages) > 1 else 0
    columns = min(columns, len(pages))
    whole = columns * (width + gap) + gap, -(-len(pages) // columns) * (height + gap) + gap
    if gap:
        lines = [f'<rect width="{whole[0]}" height="{whole[1]}" fill="#ffffff"/>']
        for place, page in enumerate(pages):
            row, column = divmod(place, columns)
            at = f'x="{gap + column * (width + gap)}" y="{gap + row * (height + gap)}" width="{width}" height="{height}"'
            lines += [f'<svg {at} viewBox="0 0 {width} {height}">', *page.lines, "</svg>"]
    size = f'width="{whole[0]}" height="{whole[1]}" viewBox="0 0 {whole[0]} {whole[1]}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    texts = [f"<title>{escape(title)}</title>", f'<metadata id="ganvas">{escape(about)}</metadata>']
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *texts, *lines, "</svg>", ""])


def group(traced: Traced, *, name: str, within: str, transform: str) -> list[str]:
    """Return a traced thing as one SVG group. name: what it is, for a person. within: the start of the ids of its gradients."""
    defined: list[str] = []
    drawn: list[str] = []
    for number, shape in enumerate(traced.shapes):
        (x, y), fill = shape.at, _hex(shape.fill.colours[0])
        if shape.fill.points:
            fill = f"url(#{within}-{number})"
            defined.append(_gradient(shape, f"{within}-{number}"))
        opacity = f' fill-opacity="{shape.fill.opacity:g}"' if shape.fill.opacity < 1 else ""
        drawn.append(f'<path fill="{fill}"{opacity} transform="translate({x:.5g} {y:.5g})" d="{shape.path}"/>')
    defs = ["<defs>", *defined, "</defs>"] if defined else []
    return [f'<g transform="{transform}">', f"<title>{escape(name)}</title>", *defs, *drawn, "</g>"]


def _gradient(shape: Region, name: str) -> str:
    (x1, y1), (x2, y2) = ((x - shape.at[0], y - shape.at[1]) for x, y in shape.fill.points)
    first, last = map(_hex, shape.fill.colours)
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}">'
        f'<stop offset="0" stop-color="{first}"/><stop offset="1" stop-color="{last}"/></linearGradient>'
    )


def _hex(colour: Sequence[int]) -> str:
    return "#" + "".join(f"{level:02x}" for level in colour)
