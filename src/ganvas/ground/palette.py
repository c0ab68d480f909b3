"""Pictures painted from a palette: each pixel has shares of a few colours, and shares can be enlarged without blurring edges.

A palette head gives logits for K entries at a small size, the entries' colours, and a smooth shading. A picture is
sum_k softmax_k(logits) palette_k + shading. Logits are enlarged bicubic before the softmax, so that where one entry gives way to
another the edge is as sharp at 256 pixels as at 64. Both enlargements are those of torch's `interpolate` without aligned corners
(the bicubic kernel is Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -0.75), here as
products of two matrices.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

CUBIC = -0.75
"""The free number of the bicubic kernel, a."""

HALF_CLEAR = (0.1, 0.68)
"""Opacities between which an entry may stand for the smoothed outline of a picture."""
OUT = 8.0
"""How far below the next entry's a logit is put where its entry is left out."""
REACH = 2
"""Pixels to either side that a smoothed outline is wide at most."""


class Painting(NamedTuple):
    """What a palette head gave for one picture: logits (K, H, W), palette (K, C), shading (C, H, W), float32."""

    logits: np.ndarray
    palette: np.ndarray
    shading: np.ndarray


def compose_palette(logits: np.ndarray, palette: np.ndarray, shading: np.ndarray, *, scale: int = 1) -> np.ndarray:
    """Compose pictures `scale` times as large as what a palette head gave.

    logits: float32 (N, K, H, W). palette: (N, K, C). shading: (N, C, H, W). Returns float32 (N, C, scale H, scale W), in the
    range of the palette, colour premultiplied by alpha where it has alpha.
    """
    assert scale >= 1 and len(logits) == len(palette) == len(shading)
    return np.stack([
        mix_colours(enlarge_logits(entries, colours, scale=scale), colours, shade, scale=scale)
        for entries, colours, shade in zip(logits, palette, shading, strict=True)
    ])  # fmt: skip


def enlarge_logits(logits: np.ndarray, palette: np.ndarray, *, scale: int) -> np.ndarray:
    """Enlarge the logits (K, H, W) of one picture `scale` times, without its smoothed outlines: a new float32 array."""
    return enlarged(without_smoothed_outlines(logits, palette) if scale > 1 else logits, scale=scale, cubic=True)


def without_smoothed_outlines(logits: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Leave half-clear entries out where they are no surface, but a band along a solid one: logits (K, H, W).

    At a picture's own size such an entry smooths its outline. Enlarged it would be a pale band around everything; without it the
    outline is where the entries on both sides of the band meet. A band is what an opening by 5 x 5 pixels removes; a line that
    is half clear by itself, as a spoke of a wheel, stays.
    """
    opacity = (palette[:, 3] + 1) / 2 if palette.shape[1] == 4 else np.ones(len(palette))
    half_clear = (HALF_CLEAR[0] < opacity) & (opacity < HALF_CLEAR[1])
    if not half_clear.any() or half_clear.all():
        return logits
    most = logits.argmax(axis=0)
    beside_solid = _near((opacity >= HALF_CLEAR[1])[most], np.logical_or)
    left_out = np.zeros(logits.shape, dtype=bool)
    for entry in np.flatnonzero(half_clear):
        left_out[entry] = beside_solid & ~_near(_near(most == entry, np.logical_and), np.logical_or)
    floor = np.where(left_out, -np.inf, logits).max(axis=0) - OUT
    return np.where(left_out, np.minimum(logits, floor), logits).astype(logits.dtype)


def _near(mask: np.ndarray, join: np.ufunc) -> np.ndarray:
    """Join each place of a mask (H, W) with those up to REACH away; beyond its ends a mask goes on as it ends."""
    for axis, side in enumerate(mask.shape):
        padded = np.pad(mask, [(REACH, REACH) if one == axis else (0, 0) for one in range(2)], mode="edge")
        mask = join.reduce([padded.take(range(start, start + side), axis) for start in range(2 * REACH + 1)])
    return mask


def mix_colours(large: np.ndarray, palette: np.ndarray, shading: np.ndarray, *, scale: int) -> np.ndarray:
    """Compose one picture (C, scale H, scale W) of its enlarged logits, which are overwritten, and shading (C, H, W)."""
    entries, *grid = large.shape
    shares = large.reshape(entries, -1)
    shares -= shares.max(axis=0)
    np.exp(shares, out=shares)
    colours = palette.astype(np.float32).T @ shares  # (C, pixels)
    colours /= shares.sum(axis=0)
    return colours.reshape(-1, *grid) + enlarged(shading, scale=scale, cubic=False)


def enlarged(planes: np.ndarray, *, scale: int, cubic: bool) -> np.ndarray:
    """Enlarge planes (P, H, W), bicubic or bilinear: a new float32 array (P, scale H, scale W)."""
    planes = np.array(planes, dtype=np.float32)
    if scale == 1:
        return planes
    count, height, width = planes.shape
    down, across = _weights(height, scale, cubic), _weights(width, scale, cubic)
    wide = planes.reshape(-1, width) @ across.T
    return np.matmul(down, wide.reshape(count, height, -1))


@lru_cache(maxsize=16)
def _weights(side: int, scale: int, cubic: bool) -> np.ndarray:
    """Return what each pixel of a small line gives to each of a large one: float32 (scale side, side).

    Beyond its ends a line goes on as it ends.
    """
    at = (np.arange(side * scale) + 0.5) / scale - 0.5
    first = np.floor(at).astype(int)
    weights = np.zeros((side * scale, side), dtype=np.float64)
    for step in range(-1, 3) if cubic else range(2):
        away = np.abs(at - (first + step))
        share = _keys(away) if cubic else 1 - away
        np.add.at(weights, (np.arange(side * scale), np.clip(first + step, 0, side - 1)), share)
    return weights.astype(np.float32)


def _keys(away: np.ndarray) -> np.ndarray:
    """Weigh a pixel by how far away it is, 0 to 2 (Keys 1981, eq. 4 to 8)."""
    near = ((CUBIC + 2) * away - (CUBIC + 3)) * away**2 + 1
    far = CUBIC * (((away - 5) * away + 8) * away - 4)
    return np.where(away <= 1, near, far)
