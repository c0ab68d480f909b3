"""Emoji in eight styles: the same things drawn by eight makers, with names in English and Chinese.

The drawings are SVG and are rendered without a background, so that every picture is a sticker with a clean edge.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from ganvas.data.records import MetadataLine, Split
from ganvas.data.sets.emoji_names import LEFT_OUT, match_names
from ganvas.data.sets.families import family
from ganvas.data.sets.npm import read_member, tarball
from ganvas.data.sets.splits import Pair, hold_out, hold_out_more
from ganvas.data.sets.words import captions, tags
from ganvas.data.sets.writing import Source, Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import decode_image

SIZE = 64
MAX_BODY = 500_000
"""Letters of SVG that one drawing may have; the largest that is taken has 133,000 and is rendered in 55 ms."""

FIRST_STYLES = {
    "noto": Source("@iconify-json/noto", "1.2.9", "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
                   "Apache-2.0"),
    "noto-v1": Source("@iconify-json/noto-v1", "1.2.5", "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
                      "Apache-2.0"),
    "twemoji": Source("@iconify-json/twemoji", "1.2.5", "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
                      "CC-BY-4.0, Copyright Twitter, Inc and other contributors"),
    "fluent": Source("@iconify-json/fluent-emoji-flat", "1.2.6",
                     "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175", "MIT"),
}  # fmt: skip
MORE_STYLES = {
    "fluent-3d": Source("@iconify-json/fluent-emoji", "1.2.7",
                        "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b", "MIT"),
    "emojione": Source("@iconify-json/emojione", "1.2.3", "26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
                       "CC-BY-4.0, EmojiOne 2.3 and the EmojiTwo contributors"),
    "fxemoji": Source("@iconify-json/fxemoji", "1.2.2", "f3e72b3c59d05e1db03b7e308d55c0d05bd7ba3f625a90da1b79313c12858eef",
                      "Apache-2.0, Mozilla"),
    "streamline": Source("@iconify-json/streamline-emojis", "1.2.4",
                         "5dac87c876b322500989828c5823143e0100d78881627a2e4081a4b897cbfdbc", "CC-BY-4.0, Streamline, Webalys"),
}  # fmt: skip
"""The styles that came later. Which pictures of the first four are held out does not depend on them."""

TWINS = {"fluent-3d": "fluent"}
"""Styles of one maker with the same shapes in other colours: a median of 14 of 255 apart, where others are 39 and more."""

FINER = {"fluent-3d": 2}
"""Styles that lay one shape several times over itself, which hardens edges: rendered so many times as large, and shrunk."""

WORDS = Source("emojibase-data", "17.0.0", "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a", "MIT")

EVERYDAY = frozenset(
    """person cat cat-face dog dog-face bird fish red-heart heart-on-fire fire sun-with-face star moon house evergreen-tree
    deciduous-tree rose sunflower cherry-blossom seedling red-apple automobile robot ghost snowman smiling-face""".split()
)
"""Families that are never held out: what people ask for first, and what the examples ask for."""

_COMPONENT, _FLAG, _PLAIN_FLAG = 2, 9, 97  # groups and a subgroup of emojibase: parts, flags, flags that are no region's


@dataclass(frozen=True)
class Concept:
    """One emoji, whoever draws it: its names and partial words in English and Chinese."""

    slug: str
    english: str
    chinese: str
    tags: tuple[str, ...]


def make_emoji(
    out: Path,
    *,
    size: int | None,
    seed: int,
    source: Path | None,
    count: int | None,
    styles: Mapping[str, Source] = FIRST_STYLES | MORE_STYLES,
    words: Source = WORDS,
    name: str = "emoji",
) -> Summary:
    """Write every emoji of every style as RGBA with captions, tags, style, concept, family and split.

    The splits of the first four styles do not depend on whether the others are there. source: a folder that holds the npm
    tarballs; without it they are fetched by npm, once. name: what the manifest calls the set.
    """
    if count is not None:
        raise InputError("the set of emoji is made whole", where="-n", do="leave -n out")
    size = rendered_size(size)
    concepts, drawings = read_styles(styles, words, source=source)
    pairs = {(style, slug): Pair(slug, style, family(slug)) for style, drawn in drawings.items() for slug in drawn}
    first = hold_out((pair for pair in pairs.values() if pair.style in FIRST_STYLES), seed=seed, name="emoji", kept=EVERYDAY)
    splits = hold_out_more(first, pairs.values(), seed=seed, name="emoji", twins=TWINS)

    def pictures() -> Iterator[tuple[MetadataLine, np.ndarray]]:
        for style, slug in sorted(pairs):
            pixels = render(drawings[style][slug], size, where=f"{style}/{slug}", finer=FINER.get(style, 1))
            line = line_of(concepts[slug], style, pixels, file_name=f"{style}/{slug}.png", split=splits[pairs[style, slug]])
            yield line, pixels

    left_out = sum(len(LEFT_OUT.get(style, ())) for style in styles)
    made = f"size {size}, seed {seed}" + (f", {left_out} drawings left out" if left_out else "")
    return write_set(name, out, pictures(), made=made, sources=[*styles.values(), words])


def make_emoji_four(out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None) -> Summary:
    """Write the emoji of the first four styles alone: the set that the models before the second edition learned from."""
    return make_emoji(out, size=size, seed=seed, source=source, count=count, styles=FIRST_STYLES, name="emoji-four")


def rendered_size(size: int | None) -> int:
    """Return the pixels a side that are asked for, or the usual ones. Raises InputError, also where nothing can be rendered."""
    size = SIZE if size is None else size
    if not 16 <= size <= 512:
        raise InputError(f"the size {size} is not between 16 and 512 pixels", where="--size")
    renderer()  # say early what is missing
    return size


def line_of(concept: Concept, style: str, pixels: np.ndarray, *, file_name: str, split: Split) -> MetadataLine:
    """Say what is known of one drawing of a concept in a style."""
    return MetadataLine(
        file_name=file_name, text=concept.english,
        texts=captions(concept.english, concept.chinese, style=style, pixels=pixels), tags=concept.tags, labels={"style": style},
        concept=concept.slug, family=family(concept.slug), split=split,
    )  # fmt: skip


def read_styles(
    styles: Mapping[str, Source], words: Source, *, source: Path | None
) -> tuple[dict[str, Concept], dict[str, dict[str, str]]]:
    """Return the concepts by slug, and each style's drawings of them as SVG by slug."""
    concepts = read_concepts(tarball(words, source=source))
    return concepts, {style: read_drawings(tarball(package, source=source), style, concepts) for style, package in styles.items()}


def slug_of(label: str) -> str:
    """Return a label as the packages write it in names: ascii letters and digits, apostrophes gone, the rest a dash."""
    spelt = label.replace("#", "hash").replace("*", "asterisk").replace("&", "and")
    plain = unicodedata.normalize("NFKD", spelt.replace("’", "")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['\".,!]", "", plain)).strip("-")


def read_concepts(content: bytes) -> dict[str, Concept]:
    """Read the emoji that are taken, by slug: no flags of regions, no skin tones, no parts of others."""
    where = WORDS.package
    english = _rows(read_member(content, "package/en/data.json", where=where))
    chinese = {row["hexcode"]: row for row in _rows(read_member(content, "package/zh/data.json", where=where))}
    groups = cast("dict[str, str]", read_member(content, "package/meta/groups.json", where=where)["subgroups"])
    concepts: dict[str, Concept] = {}
    for row in english:
        group, subgroup = row.get("group"), row.get("subgroup")
        if group is None or group == _COMPONENT or (group == _FLAG and subgroup != _PLAIN_FLAG):
            continue
        twin = chinese[row["hexcode"]]
        partial = tags(row["label"], row.get("tags", ()), twin["label"], twin.get("tags", ()), kind=groups[str(subgroup)])
        concept = Concept(slug_of(row["label"]), row["label"], twin["label"], partial)
        concepts[concept.slug] = concept
    return concepts


def _rows(content: Any) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", content)


def read_drawings(content: bytes, style: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
    """Read a style's drawings of the known concepts as SVG, by slug.

    What a style draws once for several concepts (a golfer for person and man) is taken once, under the shortest name.
    """
    icons = read_member(content, "package/icons.json", where=style)
    drawings: dict[str, dict[str, Any]] = icons["icons"]
    drawn: dict[str, str] = {}
    for name, slug in match_names(style, sorted(drawings, key=lambda name: (len(name), name)), concepts.keys()).items():
        icon = drawings[name]
        if not icon.get("hidden") and len(icon["body"]) <= MAX_BODY:
            drawn.setdefault(_svg(icon, icons), slug)
    return {slug: svg for svg, slug in drawn.items()}


def _svg(icon: Mapping[str, Any], icons: Mapping[str, Any]) -> str:
    """Return a whole square SVG; what is drawn on an oblong stands in its middle."""
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    left, top = (icon.get(side, icons.get(side, 0)) for side in ("left", "top"))
    side = max(width, height)
    box = f"{left - (side - width) / 2:g} {top - (side - height) / 2:g} {side:g} {side:g}"
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} width="{side:g}" height="{side:g}" viewBox="{box}">{icon["body"]}</svg>'


def render(svg: str, size: int, *, where: str, finer: int = 1) -> np.ndarray:
    """Render a square SVG without background: uint8 RGBA (size, size, 4). Raises InputError.

    finer: render so many times as large, and shrink by the mean.
    """
    full = size * finer
    try:
        png = bytes(renderer().svg_to_bytes(svg_string=svg, width=full, height=full, skip_system_fonts=True))
    except ValueError as error:
        raise InputError(f"the drawing cannot be rendered: {error}", where=where) from error
    pixels = np.asarray(decode_image(png, where=where).convert("RGBA"))
    assert pixels.shape == (full, full, 4)
    return pixels if finer == 1 else shrink(pixels, finer)


def shrink(pixels: np.ndarray, times: int) -> np.ndarray:
    """Make RGBA pixels `times` smaller by the mean, colours weighted by how opaque they are."""
    height, width, _ = pixels.shape
    work = pixels.astype(np.float64)
    work[..., :3] *= work[..., 3:]
    work = work.reshape(height // times, times, width // times, times, 4).mean(axis=(1, 3))
    work[..., :3] /= np.maximum(work[..., 3:], 1e-9)
    return work.round().astype(np.uint8)


def renderer() -> Any:
    """Return what renders SVG. Raises InputError where it is not installed."""
    try:
        import resvg_py
    except ImportError as error:
        raise InputError("resvg_py, which renders the drawings, is not installed", do="pip install 'ganvas[train]'") from error
    return resvg_py
