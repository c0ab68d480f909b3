"""Regions traced: each one path, filled as the picture is, with nothing showing between two."""

import io

import numpy as np
import pytest
from PIL import Image

from ganvas.ground.images import lay_over
from ganvas.ground.palette import Painting
from ganvas.pipelines.tracing import Traced, trace
from ganvas.service.vector import Page, group, svg_of

CLEAR, RED, BLUE = (-1.0, -1.0, -1.0, -1.0), (1.0, -1.0, -1.0, 1.0), (-1.0, -1.0, 1.0, 1.0)


def painting(*, shading: float = 0.0, sure: float = 12.0) -> Painting:
    """A red disc with a blue one inside it and another beside, on clear ground, 32 pixels a side."""
    y, x = np.mgrid[:32, :32]
    red = (x - 14) ** 2 + (y - 15) ** 2 < 11**2
    blue = ((x - 14) ** 2 + (y - 15) ** 2 < 5**2) | ((x - 28) ** 2 + (y - 4) ** 2 < 3**2)
    entry = np.where(blue, 2, np.where(red, 1, 0))
    logits = np.where(np.arange(3)[:, None, None] == entry, sure, 0.0)
    shade = np.zeros((4, 32, 32))
    shade[1] = shading * (x / 31) * red
    return Painting(logits.astype(np.float32), np.array([CLEAR, RED, BLUE], np.float32), shade.astype(np.float32))


def rendered(traced: Traced) -> np.ndarray:
    """Rasterise a traced thing over white."""
    resvg = pytest.importorskip("resvg_py")
    page = Page(tuple(group(traced, name="a <thing>", within="w0-0", transform="scale(1)")), *traced.size)
    content = resvg.svg_to_bytes(svg_string=svg_of([page], title="a & b", about="{}"))
    return lay_over(np.asarray(Image.open(io.BytesIO(bytes(content))).convert("RGBA")))


def test_each_region_is_one_path_the_largest_first() -> None:
    traced = trace(painting())
    assert traced.size == (128, 128)
    assert [shape.fill.colours for shape in traced.shapes] == [((255, 0, 0),), ((0, 0, 255),), ((0, 0, 255),)]
    assert all(shape.fill.opacity == 1 and not shape.fill.points for shape in traced.shapes)


def test_rasterised_again_it_is_the_picture() -> None:
    traced = trace(painting())
    apart = np.abs(rendered(traced).astype(float) - lay_over(traced.pixels))
    assert apart.mean() < 2.5
    inside = np.s_[44:78, 40:76]  # across the edge between red and blue: no white shows between them
    assert rendered(traced)[inside][..., 1].max() < 60


def test_a_shaded_region_is_filled_by_a_gradient() -> None:
    traced = trace(painting(shading=0.8))
    fill = traced.shapes[0].fill
    (x1, y1), (x2, y2) = fill.points
    assert abs(x2 - x1) > 60 and abs(y2 - y1) < 0.15 * abs(x2 - x1)
    first, last = sorted(colour[1] for colour in fill.colours)
    assert first < 20 and 60 < last < 110
    assert np.abs(rendered(traced).astype(float) - lay_over(traced.pixels)).mean() < 3


def test_slivers_between_two_regions_are_no_regions() -> None:
    """A third entry often lies between two: a line of it, thinner than an edge is wide, belongs to one of them."""
    logits, palette, shading = painting()
    grey = np.full((1, 32, 32), -8.0, dtype=np.float32)
    grey[0, :, 13:15] = 16.0  # a line of two pixels of the small picture is drawn
    both = np.concatenate([logits, grey])
    more = np.concatenate([palette, [[0.0, 0.0, 0.0, 1.0]]]).astype(np.float32)
    assert len(trace(Painting(both, more, shading)).shapes) > 3
    thin = both.copy()
    thin[3] = -8.0
    thin[3, 20:25, 13] = 13.0  # one that wins in a line of two pixels of the large picture is not
    assert len(trace(Painting(thin, more, shading)).shapes) == 3


def test_the_same_painting_gives_the_same_shapes() -> None:
    assert trace(painting()).shapes == trace(painting()).shapes


def test_a_clear_picture_has_no_shapes() -> None:
    logits, palette, shading = painting()
    logits[0] = 99
    assert trace(Painting(logits, palette, shading)).shapes == ()


def test_an_opaque_picture_is_covered() -> None:
    logits, palette, shading = painting()
    opaque = Painting(logits, np.ascontiguousarray(palette[:, :3]), np.ascontiguousarray(shading[:3]))
    traced = trace(opaque)
    assert len(traced.shapes) == 4 and np.abs(rendered(traced).astype(float) - traced.pixels).mean() < 3
