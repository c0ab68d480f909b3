"""Whether pictures are drawn, as icons are, or have gradations everywhere, as photographs do."""

import numpy as np
from PIL import Image

from ganvas.data.source import PictureSource
from ganvas.ground.errors import InputError
from ganvas.scoring.surfaces import flatness

SAMPLE, SIDE = 50, 64
"""Pictures that are measured, and the pixels a side that they are shrunk to."""
FLAT = 0.6
"""A picture is flat where so many of its neighbouring pixels that are near do not differ at all (`flatness`).

Measured at 64 px (docs/lab.md, 2026-11-30): .85 to .96 for six sets of flat icons, .00 to .32 for fourteen photographs."""
CUT_OUT = 0.1
"""Share of clear pixels from which a picture counts as cut out of its ground, as stickers and glossy icons are."""
SHARE = 0.7
"""A set is drawn where so many of its pictures are."""


def are_drawn(source: PictureSource) -> bool:
    """Say whether a folder's pictures are drawn: flat, or cut out. Those that cannot be opened do not count."""
    count = len(source.records)
    found: list[bool] = []
    for number in np.linspace(0, count - 1, min(SAMPLE, count)).astype(int).tolist():
        try:
            picture = source.picture(number).convert("RGBA")
        except InputError:
            continue
        sides = min(SIDE, picture.width), min(SIDE, picture.height)
        found.append(_is_drawn(np.asarray(picture.resize(sides, Image.Resampling.BOX))))
    return bool(found) and float(np.mean(found)) >= SHARE


def _is_drawn(pixels: np.ndarray) -> bool:
    cut_out = pixels.shape[2] == 4 and float((pixels[..., 3] == 0).mean()) >= CUT_OUT
    return cut_out or flatness(pixels) >= FLAT
