"""Emoji in four hands: the same things drawn by four makers, with names in English and Chinese.

The drawings are SVG and are rendered without a background, so that every picture is a sticker with a clean edge.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from ganvas.data.folder import MetadataLine, Split
from ganvas.data.sets.families import family
from ganvas.data.sets.npm import read_member, tarball
from ganvas.data.sets.splits import Pair, hold_out
from ganvas.data.sets.words import captions, tags
from ganvas.data.sets.writing import Source, Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import decode_image

SIZE = 64
HANDS = {
    "noto": Source("@iconify-json/noto", "1.2.9", "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
                   "Apache-2.0"),
    "noto-v1": Source("@iconify-json/noto-v1", "1.2.5", "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
                      "Apache-2.0"),
    "twemoji": Source("@iconify-json/twemoji", "1.2.5", "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
                      "CC-BY-4.0, Copyright Twitter, Inc and other contributors"),
    "fluent": Source("@iconify-json/fluent-emoji-flat", "1.2.6",
                     "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175", "MIT"),
}  # fmt: skip
WORDS = Source("emojibase-data", "17.0.0", "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a", "MIT")

RENAMED = {
    "noto": {"keycap-pound": "keycap-hash", "on-exclamation-arrow": "on-arrow", "up-exclamation-button": "up-button"},
    "noto-v1": {
        "direct-hit": "bullseye", "dizzy-face": "face-with-crossed-out-eyes", "exclamation-mark": "red-exclamation-mark",
        "hugging-face": "smiling-face-with-open-hands", "keycap-pound": "keycap-hash", "on-exclamation-arrow": "on-arrow",
        "pouting-face": "enraged-face", "question-mark": "red-question-mark", "up-exclamation-button": "up-button",
    },
    "twemoji": {"keycap-pound": "keycap-hash", "on-exclamation-arrow": "on-arrow", "up-exclamation-button": "up-button"},
    "fluent": {
        "blackbird": "black-bird", "hugging-face": "smiling-face-with-open-hands", "keycap-hashtag": "keycap-hash",
        "knocked-out-face": "face-with-crossed-out-eyes", "man-blonde-hair": "man-blond-hair", "man-deaf": "deaf-man",
        "man-merpeople": "merman", "person-blonde-hair": "person-blond-hair", "person-deaf": "deaf-person", "person-elf": "elf",
        "person-fairy": "fairy", "person-genie": "genie", "person-mage": "mage", "person-merpeople": "merperson",
        "person-superhero": "superhero", "person-supervillain": "supervillain", "person-vampire": "vampire",
        "person-zombie": "zombie", "phoenix-bird": "phoenix", "piata": "pinata", "pouting-face": "enraged-face",
        "woman-blonde-hair": "woman-blond-hair", "woman-deaf": "deaf-woman", "woman-merpeople": "mermaid",
    },
}  # fmt: skip
"""Where a hand calls a thing otherwise than its label does: hand -> its name -> the label's slug."""

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
    hands: Mapping[str, Source] = HANDS,
    words: Source = WORDS,
) -> Summary:
    """Write every emoji of every hand as RGBA with captions, tags, hand, concept, family and split.

    source: a folder that holds the five npm tarballs; without it they are fetched by npm, once.
    """
    if count is not None:
        raise InputError("the set of emoji is made whole", where="-n", do="leave -n out")
    size = rendered_size(size)
    concepts, drawings = read_hands(hands, words, source=source)
    pairs = {(hand, slug): Pair(slug, hand, family(slug)) for hand, drawn in drawings.items() for slug in drawn}
    splits = hold_out(pairs.values(), seed=seed, name="emoji", kept=EVERYDAY)

    def pictures() -> Iterator[tuple[MetadataLine, np.ndarray]]:
        for hand, slug in sorted(pairs):
            pixels = render(drawings[hand][slug], size, where=f"{hand}/{slug}")
            name, split = f"{hand}/{slug}.png", splits[pairs[hand, slug]]
            yield line_of(concepts[slug], hand, pixels, file_name=name, split=split), pixels

    return write_set("emoji", out, pictures(), made=f"size {size}, seed {seed}", sources=[*hands.values(), words])


def rendered_size(size: int | None) -> int:
    """Return the pixels a side that are asked for, or the usual ones. Raises InputError, also where nothing can be rendered."""
    size = SIZE if size is None else size
    if not 16 <= size <= 512:
        raise InputError(f"the size {size} is not between 16 and 512 pixels", where="--size")
    renderer()  # say early what is missing
    return size


def line_of(concept: Concept, hand: str, pixels: np.ndarray, *, file_name: str, split: Split) -> MetadataLine:
    """Say what is known of one drawing of a concept in a hand."""
    return MetadataLine(
        file_name=file_name, text=concept.english,
        texts=captions(concept.english, concept.chinese, hand=hand, pixels=pixels), tags=concept.tags, labels={"style": hand},
        concept=concept.slug, family=family(concept.slug), split=split,
    )  # fmt: skip


def read_hands(
    hands: Mapping[str, Source], words: Source, *, source: Path | None
) -> tuple[dict[str, Concept], dict[str, dict[str, str]]]:
    """Return the concepts by slug, and each hand's drawings of them as SVG by slug."""
    concepts = read_concepts(tarball(words, source=source))
    return concepts, {hand: read_drawings(tarball(package, source=source), hand, concepts) for hand, package in hands.items()}


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


def read_drawings(content: bytes, hand: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
    """Read a hand's drawings of the known concepts as SVG, by slug.

    What a hand draws once for several concepts (a golfer for person and man) is taken once, under the shortest name.
    """
    icons = read_member(content, "package/icons.json", where=hand)
    renamed = RENAMED.get(hand, {})
    drawings: dict[str, dict[str, Any]] = icons["icons"]
    drawn: dict[str, str] = {}
    for name, icon in sorted(drawings.items(), key=lambda item: (len(item[0]), item[0])):
        slug = renamed.get(name, name)
        if slug in concepts and not icon.get("hidden"):
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


def render(svg: str, size: int, *, where: str) -> np.ndarray:
    """Render a square SVG without background: uint8 RGBA (size, size, 4). Raises InputError."""
    try:
        png = bytes(renderer().svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
    except ValueError as error:
        raise InputError(f"the drawing cannot be rendered: {error}", where=where) from error
    pixels = np.asarray(decode_image(png, where=where).convert("RGBA"))
    assert pixels.shape == (size, size, 4)
    return pixels


def renderer() -> Any:
    """Return what renders SVG. Raises InputError where it is not installed."""
    try:
        import resvg_py
    except ImportError as error:
        raise InputError("resvg_py, which renders the drawings, is not installed", do="pip install 'ganvas[train]'") from error
    return resvg_py
