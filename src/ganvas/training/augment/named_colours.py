"""Pictures with their main colour changed to a named one, from which a generator learns to draw in a named colour.

Colours are compared and moved in OKLab (Ottosson 2020, "A perceptual color space for image processing"). Hue says which pixels
belong to the main colour, or lightness where it has no hue. Each pixel belongs to it by a share, so that the edges of a surface
follow. Lightness moves with the colour, so that shading stays.
"""

import numpy as np

from ganvas.data.sets.colours import CHINESE, EXAMPLES, TO_CONES, TO_LAB, oklab
from ganvas.ground.seeds import Stream

NAMES = tuple(CHINESE)
"""The eleven colours, in the order of the label's columns."""
GREY = 0.045
"""Chroma below which the hue of a colour does not count."""
TURN, LIGHTER = (0.45, 0.8), (0.16, 0.3)
"""Differences of hue, in radians, and of lightness: up to the first a pixel belongs to a colour, from the second on no more."""
MAX_PIXELS = 1024
"""Pixels that a picture's main colour is read from, at most."""


def find_main_colour(pixels: np.ndarray) -> int:
    """Return the number of the name of a picture's (H, W, 4 or 3; uint8) main colour, or -1 where all of it is transparent."""
    return _find_main(pixels)[0]


def recolour(pixels: np.ndarray, name: int, numbers: Stream) -> np.ndarray | None:
    """Change the main colour of a picture (H, W, 4 or 3; uint8, straight alpha) to one with the name of that number.

    Alpha stays unchanged. Returns None where all of the picture is transparent.
    """
    draw = float(numbers.uniform())
    main, lab, belongs = _find_main(pixels)
    if main < 0 or name == main:
        return None if main < 0 else pixels
    centre = np.median(lab[belongs], axis=0)
    examples = EXAMPLES[NAMES[name]]
    target = examples[int(draw * len(examples))]
    share = _share(lab, centre)
    moved = _move(lab, centre, target)
    changed = _to_srgb(lab + share[:, None] * (moved - lab)).reshape(*pixels.shape[:2], 3)
    return np.concatenate([changed, pixels[..., 3:]], axis=2)


def _find_main(pixels: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """Return the number of the main name, all pixels in OKLab (H W, 3), and the places of some that have this name."""
    lab = oklab(pixels[..., :3].reshape(-1, 3))
    weight = pixels[..., 3].reshape(-1) / 255.0 if pixels.shape[2] == 4 else np.ones(len(lab))
    seen = np.flatnonzero(weight > 0.5)
    seen = seen[:: len(seen) // MAX_PIXELS + 1]
    if not len(seen):
        return -1, lab, seen
    far = np.square(_EXAMPLES).sum(axis=1) - 2 * lab[seen] @ _EXAMPLES.T  # squared, less a constant for each pixel
    names = _NAME_OF[far.argmin(axis=1)]
    main = int(np.bincount(names, weights=weight[seen], minlength=len(NAMES)).argmax())
    return main, lab, seen[names == main]


def _share(lab: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return by what share, 0 to 1, each colour belongs to the one at the centre: (N,)."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    own = float(np.hypot(centre[1], centre[2]))
    if own < GREY:
        return _fall(np.abs(lab[:, 0] - centre[0]), *LIGHTER) * _fall(chroma, GREY, 2 * GREY)
    turned = np.arctan2(lab[:, 2], lab[:, 1]) - np.arctan2(centre[2], centre[1])
    turned = np.abs((turned + np.pi) % (2 * np.pi) - np.pi)
    return _fall(turned, *TURN) * (1 - _fall(chroma, 0.25 * own, 0.6 * own))


def _fall(x: np.ndarray, start: float, end: float) -> np.ndarray:
    """Return 1 up to `start`, 0 from `end` on, and a straight line between."""
    return np.clip((end - x) / (end - start), 0, 1)


def _move(lab: np.ndarray, centre: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Move colours as the centre moves to the target: lighter stays lighter, paler stays paler."""
    room = min(1.0, 2.5 * min(float(target[0]), 1.05 - float(target[0])) + 0.3)  # little near black and white
    light = target[0] + room * (lab[:, 0] - centre[0])
    own = max(float(np.hypot(centre[1], centre[2])), GREY)
    paler = np.clip(np.hypot(lab[:, 1], lab[:, 2]) / own, 0.3, 1.2) if own > GREY else np.ones(len(lab))
    return np.column_stack([light, paler * target[1], paler * target[2]])


def _to_srgb(lab: np.ndarray) -> np.ndarray:
    """Convert OKLab (N, 3) to uint8 sRGB, clipped to its range."""
    linear = np.clip((lab @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T, 0, 1)
    share = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(share * 255).astype(np.uint8)


_EXAMPLES = np.concatenate([EXAMPLES[name] for name in NAMES])
_NAME_OF = np.repeat(np.arange(len(NAMES)), [len(EXAMPLES[name]) for name in NAMES])
_FROM_LAB, _FROM_CONES = np.linalg.inv(TO_LAB), np.linalg.inv(TO_CONES)
