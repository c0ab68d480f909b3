"""Data sets that Ganvas can build: a closed list, each written as a folder with metadata and a manifest."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from ganvas.data.sets.chorales import make_chorales
from ganvas.data.sets.digits import make_digits, make_stacked
from ganvas.data.sets.emoji import make_emoji, make_emoji_four
from ganvas.data.sets.fashion import make_fashion
from ganvas.data.sets.quatrains import make_quatrains
from ganvas.data.sets.shapes import make_shapes
from ganvas.data.sets.sketches import make_sketch_to_emoji, make_sketches
from ganvas.data.sets.writing import Summary
from ganvas.ground.errors import InputError
from ganvas.ground.files import check_can_create


@runtime_checkable
class Maker(Protocol):
    """Writes one set; None = the set's own size or count."""

    def __call__(self, out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None) -> Summary: ...


def make_set(
    name: str, out: Path, *, size: int | None = None, seed: int = 0, source: Path | None = None, count: int | None = None
) -> Summary:
    """Write the set `name` as a captioned folder at `out`, which must be free. Equal settings give equal digests.

    size: pixels a side. source: a folder with the packages the set is made from. count: how many,
    where a set can be of any length. Raises InputError for an unknown name, a folder that is taken,
    and missing packages.
    """
    if name not in SETS:
        raise InputError(f"there is no set {name[:40]!r}", do=f"choose one of {', '.join(SETS)}")
    check_can_create(out)
    return SETS[name](out, size=size, seed=seed, source=source, count=count)


SETS: dict[str, Maker] = {
    "shapes": make_shapes,
    "emoji": make_emoji,
    "emoji-four": make_emoji_four,
    "sketches": make_sketches,
    "sketch-to-emoji": make_sketch_to_emoji,
    "fashion": make_fashion,
    "digits": make_digits,
    "stacked-digits": make_stacked,
    "chorales": make_chorales,
    "quatrains": make_quatrains,
}
