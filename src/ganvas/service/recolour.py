"""Recolour: a work in the colours of a palette, which may be a file of another program."""

import re
from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_json, read_text
from ganvas.service.drawing import has_regions
from ganvas.service.explored import drawing_of, explore
from ganvas.service.open_maker import ReplayContext
from ganvas.service.replay import replay_from
from ganvas.vocabulary.provenance import AnyProvenance, RestyleProvenance
from ganvas.vocabulary.request import RecolourRequest
from ganvas.vocabulary.steps import LEAST_COLOURS, MOST_COLOURS, Recolour
from ganvas.vocabulary.work import Work

_COLOUR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_GPL = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s.*)?")
MAX_FILE = 1_000_000


def recolour(made: AnyProvenance, request: RecolourRequest, context: ReplayContext) -> Work:
    """Give a work other colours. Raises InputError where its model is not here."""
    return replay_from(explore(Recolour(colours=request.colours, by=request.by), made), context.anew())


def is_quantised(made: AnyProvenance, context: ReplayContext) -> bool:
    """Say whether a work has no palette of its own, so that its pixels are quantised first."""
    return isinstance(made, RestyleProvenance) or not has_regions(drawing_of(made, context))


def read_colours(text: str) -> tuple[str, ...]:
    """Read colours that a person wrote: `#0b7285, #ffd43b`. Raises InputError."""
    return _checked([part.strip() for part in text.split(",") if part.strip()], where="--to")


def read_palette(path: Path) -> tuple[str, ...]:
    """Read a palette file: .gpl (GIMP, Inkscape, Krita), or .json with a list of colours, as they are or under "colors" or
    "colours". Raises InputError.
    """
    kind = path.suffix.lower()
    if kind == ".gpl":
        return _checked(_of_gpl(path), where=path)
    if kind != ".json":
        raise InputError("is no palette that can be read", where=path, do="name a .gpl or .json file")
    content = read_json(path, limit=MAX_FILE)
    if isinstance(content, dict):
        content = content.get("colours", content.get("colors"))
    if not isinstance(content, list):
        raise InputError('holds no list of colours, nor one under "colours"', where=path)
    return _checked([str(one) for one in content], where=path)


def _of_gpl(path: Path) -> list[str]:
    first, *lines = read_text(path, limit=MAX_FILE).splitlines() or [""]
    if first.strip() != "GIMP Palette":
        raise InputError("is no GIMP palette: its first line is another", where=path)
    levels = [found.groups() for line in lines if (found := _GPL.fullmatch(line))]
    if any(int(level) > 255 for colour in levels for level in colour):
        raise InputError("holds a colour with a level above 255", where=path)
    return ["#" + "".join(f"{int(level):02x}" for level in colour) for colour in levels]


def _checked(colours: list[str], *, where: object) -> tuple[str, ...]:
    """Return colours as `#rrggbb`, each once. Raises InputError for other ones, and for too few or too many."""
    found: dict[str, None] = {}
    for colour in colours:
        if not (match := _COLOUR.fullmatch(colour)):
            raise InputError(f"{colour[:40]!r} is no colour", where=where, do='write colours as "#0b7285,#ffd43b"')
        digits = match[1].lower()
        found["#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))] = None
    if not LEAST_COLOURS <= len(found) <= MOST_COLOURS:
        count = "one colour" if len(found) == 1 else f"{len(found):,} colours"
        raise InputError(f"holds {count}, and a palette has {LEAST_COLOURS} to {MOST_COLOURS}", where=where)
    return tuple(found)
