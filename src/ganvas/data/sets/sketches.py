"""Line drawings of emoji: the outlines of noto's drawings in one thin dark pen, alone or beside other drawings of noto.

An outline hides what lies behind it, as in a pen drawing. Shadows and highlights, which are half
transparent, are not drawn.
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.data.records import METADATA, MetadataLine, Split
from ganvas.data.sets.emoji import (
    EVERYDAY,
    FIRST_STYLES,
    SIZE,
    WORDS,
    Concept,
    line_of,
    read_styles,
    render,
    rendered_size,
    renderer,
)
from ganvas.data.sets.families import family
from ganvas.data.sets.splits import unseen
from ganvas.data.sets.writing import Source, Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.files import write_text
from ganvas.ground.images import decode_image
from ganvas.ground.seeds import stream

SKETCH_STYLE, SOURCE_STYLE = "sketch", "noto"
INK_COLOUR = (38, 34, 40)
PEN_WIDTH = 1.2
"""Width of the pen, in pixels of a picture of 64; a larger picture has a wider pen."""
MIN_OPACITY = 0.6
"""Shapes that are more transparent are shadows or highlights and get no outline."""
MAX_INK, MIN_INK = 0.42, 0.02
"""Most and least share of ink in a recognisable drawing."""

_SPACE = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_SHAPES = ("path", "circle", "ellipse", "rect")
_UNSEEN = ("linearGradient", "radialGradient", "clipPath")
_PAINT = ("fill", "stroke", "stroke-width", "opacity", "fill-opacity", "stroke-opacity", "stroke-dasharray", "clip-path")


@dataclass(frozen=True)
class _Set:
    """Noto's drawings as SVG and their concepts, by slug."""

    concepts: Mapping[str, Concept]
    drawings: Mapping[str, str]
    unseen: frozenset[str]

    def split(self, slug: str) -> Split:
        """Return the split of a family, the same as in the set of emoji."""
        return "held out family" if family(slug) in self.unseen else "train"


def make_sketches(
    out: Path,
    *,
    size: int | None,
    seed: int,
    source: Path | None,
    count: int | None,
    styles: Mapping[str, Source] = FIRST_STYLES,
    words: Source = WORDS,
) -> Summary:
    """Write line drawings of all emoji of noto, or of `count`, RGBA on clear ground, with captions and splits.

    Families are held out as in the set of emoji of the same seed. source: as in `make_emoji`.
    """
    size, known = _read(size, seed, source, styles, words)
    slugs = sorted(known.drawings)
    if count is not None:
        if not 1 <= count <= len(slugs):
            raise InputError(f"there are {len(slugs):,} drawings, not {count:,}", where="-n")
        slugs = sorted(slugs[place] for place in stream(seed, "sketches").permutation(len(slugs))[:count])
    return write_set(
        "sketches", out, _sketched(known, slugs, size), made=_made(size, seed, count), sources=[styles[SOURCE_STYLE], words]
    )


def make_sketch_to_emoji(
    out: Path,
    *,
    size: int | None,
    seed: int,
    source: Path | None,
    count: int | None,
    styles: Mapping[str, Source] = FIRST_STYLES,
    words: Source = WORDS,
) -> Summary:
    """Write two unpaired folders: A, line drawings of half of the families; B, noto's drawings of the other half.

    Families that are held out are in both, so that results can be compared with the true drawings.
    """
    size, known = _read(size, seed, source, styles, words)
    if count is not None:
        raise InputError("the two folders have a fixed number of pictures", where="-n", do="leave -n out")
    families = sorted({family(slug) for slug in known.drawings} - known.unseen)
    order = stream(seed, "sketches/halves").permutation(len(families))
    first = {families[place] for place in order[: len(families) // 2]}
    kept = {
        "A": [slug for slug in sorted(known.drawings) if family(slug) in first | known.unseen],
        "B": [slug for slug in sorted(known.drawings) if family(slug) not in first],
    }
    parts = {"A": list(_sketched(known, kept["A"], size)), "B": list(_painted(known, kept["B"], size))}
    both = [
        (line.model_copy(update={"file_name": f"{side}/{line.file_name}"}), pixels)
        for side, pictures in parts.items()
        for line, pixels in pictures
    ]
    summary = write_set("sketch-to-emoji", out, both, made=_made(size, seed, None), sources=[styles[SOURCE_STYLE], words])
    for side, pictures in parts.items():  # so that each is a captioned folder too
        write_text(out / side / METADATA, "".join(f"{line.model_dump_json(exclude_defaults=True)}\n" for line, _ in pictures))
    return summary


def _read(size: int | None, seed: int, source: Path | None, styles: Mapping[str, Source], words: Source) -> tuple[int, _Set]:
    size = rendered_size(size)
    concepts, drawings = read_styles(styles, words, source=source)
    families = {family(slug) for drawn in drawings.values() for slug in drawn}
    kept = {slug: svg for slug, svg in drawings[SOURCE_STYLE].items() if _is_recognisable(sketch(svg, SIZE, where=slug))}
    return size, _Set(concepts, kept, unseen(families, seed=seed, name="emoji", kept=EVERYDAY))


def _made(size: int, seed: int, count: int | None) -> str:
    return f"size {size}, seed {seed}" + (f", {count} drawings" if count else "")


def _is_recognisable(pixels: np.ndarray) -> bool:
    return MIN_INK <= float(pixels[..., 3].mean()) / 255 <= MAX_INK


def _sketched(known: _Set, slugs: list[str], size: int) -> Iterator[tuple[MetadataLine, np.ndarray]]:
    for slug in slugs:
        yield _line(known, slug, SKETCH_STYLE, sketch(known.drawings[slug], size, where=slug))


def _painted(known: _Set, slugs: list[str], size: int) -> Iterator[tuple[MetadataLine, np.ndarray]]:
    for slug in slugs:
        yield _line(known, slug, SOURCE_STYLE, render(known.drawings[slug], size, where=slug))


def _line(known: _Set, slug: str, style: str, pixels: np.ndarray) -> tuple[MetadataLine, np.ndarray]:
    return line_of(known.concepts[slug], style, pixels, file_name=f"{slug}.png", split=known.split(slug)), pixels


def sketch(svg: str, size: int, *, where: str) -> np.ndarray:
    """Draw the outlines of a square SVG with a thin pen: uint8 RGBA (size, size, 4), ink on clear ground."""
    root = ElementTree.fromstring(svg)
    _outline(root, PEN_WIDTH / SIZE * float(root.get("width", "128")))
    for prefix, space in (("", _SPACE), ("xlink", _LINK)):
        ElementTree.register_namespace(prefix, space)
    text = ElementTree.tostring(root, encoding="unicode")
    png = bytes(renderer().svg_to_bytes(svg_string=text, width=size, height=size, skip_system_fonts=True, background="white"))
    white = np.asarray(decode_image(png, where=where).convert("L"))
    pixels = np.empty((size, size, 4), dtype=np.uint8)
    pixels[..., :3], pixels[..., 3] = INK_COLOUR, 255 - white  # white areas become as clear as the ground
    pixels[white == 255] = 0
    return pixels


def _outline(element: ElementTree.Element, pen: float) -> None:
    """Replace the paint of every shape inside an element by a white surface with a dark edge."""
    for child in list(element):
        kind = child.tag.removeprefix(f"{{{_SPACE}}}")
        clear = float(child.get("opacity", "1")) * float(child.get("fill-opacity", "1")) < MIN_OPACITY
        if kind in _UNSEEN or (kind in (*_SHAPES, "use") and clear):
            element.remove(child)
            continue
        surface = "none" if child.get("fill") == "none" else "white"
        for name in _PAINT:
            child.attrib.pop(name, None)
        if kind in _SHAPES:
            child.attrib |= {"fill": surface, "stroke": "black", "stroke-width": f"{pen:g}", "stroke-linejoin": "round"}
        _outline(child, pen)
