"""Export: a work in the sizes and formats that other tools take."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import add_alpha
from ganvas.service.drawing import draw, resized, without_ground
from ganvas.service.explored import drawing_of
from ganvas.service.open_maker import ReplayContext
from ganvas.service.replay import replay_from
from ganvas.vocabulary.icons import LEAST, MOST, SIZES, STICKERS, Sticker
from ganvas.vocabulary.provenance import AnyProvenance, RestyleProvenance


def read_sizes(text: str | None) -> tuple[int, ...]:
    """Read sizes that a person wrote: `16,32,64`; the usual ones where they wrote none. Raises InputError."""
    if text is None:
        return SIZES
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and LEAST <= int(part[:6]) <= MOST for part in parts):
        raise InputError(f"{text[:60]!r} are no sizes from {LEAST} to {MOST}", where="--sizes", do="write them as 16,32,64")
    return tuple(sorted({int(part) for part in parts}))


def check_messengers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the messengers that a person named, each once. Raises InputError for one that is not known."""
    for name in names:
        if name not in STICKERS:
            raise InputError(f"makes no stickers for {name[:40]!r}", where="--sticker", do=f"choose {' or '.join(STICKERS)}")
    return tuple(dict.fromkeys(names))


def draw_large(made: AnyProvenance, context: ReplayContext, *, transparent: bool) -> np.ndarray:
    """Draw a work as large as it is ever needed: uint8 RGBA (MOST, MOST, 4), of a work without latents its own pixels.

    Raises InputError where its model is not here, or where it is to have no background and has one that cannot be left out.
    """
    if isinstance(made, RestyleProvenance):
        pixels = replay_from(made, context.anew()).pixels
        if transparent and pixels.shape[2] == 3:
            raise InputError("has a background that cannot be left out", where=context.work, do="restyle a transparent picture")
        return add_alpha(pixels)
    drawing = resized(drawing_of(made, context.anew()), MOST)
    if transparent and drawing.pipeline.manifest.channels != 4:
        raise InputError(f"{drawing.pipeline.manifest.name} draws no transparency", where=context.work)
    return add_alpha(draw(without_ground(drawing) if transparent else drawing))


def at_size(large: np.ndarray, side: int) -> np.ndarray:
    """Make a square of a picture, uint8 RGBA: (side, side, 4), the picture in its middle."""
    picture = Image.fromarray(large)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)  # Pillow premultiplies alpha while it resizes
    if max(picture.size) < side:
        share = side / max(picture.size)
        picture = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.BICUBIC)
    page = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    page.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return np.asarray(page)


def as_sticker(large: np.ndarray, sticker: Sticker) -> np.ndarray:
    """Cut a thing on a clear ground, uint8 RGBA (H, W, 4), out of its page, and fit it into a sticker: (side, side, 4).

    Raises InputError where nothing is there.
    """
    rows, columns = (np.flatnonzero((large[..., 3] > 8).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise InputError("shows nothing", where="--sticker")
    cut = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(at_size(cut, sticker.side - 2 * sticker.margin), ((sticker.margin,) * 2, (sticker.margin,) * 2, (0, 0)))
