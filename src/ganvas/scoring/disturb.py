"""Small disturbances of pictures: noise, blur, resampling. What the evaluator's classifiers must see through.

A classifier that is fitted on clean pictures alone takes noise of a few hundredths for a style of its own: most drawings have
some, and would all be given one style. So it is fitted on disturbed pictures too.
"""

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageFilter

from ganvas.ground.images import lay_over
from ganvas.ground.seeds import Stream

NOISE, BLUR, SHRUNK = (0.01, 0.07), (0.4, 1.4), (1.3, 2.6)
"""Between which bounds a disturbance is drawn: deviation of noise, of 1; deviation of a Gaussian in pixels of 64 a side; how many
times smaller a picture is made before it is enlarged again."""
GRAIN = 64
"""Pixels a side that a blur's deviation is counted in."""


def add_noise(picture: np.ndarray, deviation: float, chance: Stream) -> np.ndarray:
    """Add normal noise of a deviation, of 1, to uint8 (H, W, 3)."""
    noisy = picture + 255 * deviation * chance.normal(picture.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def blur(picture: np.ndarray, deviation: float) -> np.ndarray:
    """Blur uint8 (H, W, 3) by a Gaussian, whose deviation is in pixels of GRAIN a side."""
    radius = deviation * max(picture.shape[:2]) / GRAIN
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def resample(picture: np.ndarray, factor: float) -> np.ndarray:
    """Make uint8 (H, W, 3) smaller by a factor, and as large again."""
    height, width = picture.shape[:2]
    image = Image.fromarray(picture)
    small = image.resize((max(1, round(width / factor)), max(1, round(height / factor))), Image.Resampling.BILINEAR)
    return np.asarray(small.resize((width, height), Image.Resampling.BILINEAR))


def disturb(pixels: np.ndarray, chance: Stream) -> np.ndarray:
    """Disturb each of uint8 (N, H, W, 3 or 4), laid over white, in one or two ways by chance: uint8 (N, H, W, 3).

    A third each are blurred, resampled and left sharp; of the sharp ones all, and of the others half, get noise as well.
    """
    return np.stack([_disturbed(lay_over(picture), chance) for picture in pixels])


def _disturbed(picture: np.ndarray, chance: Stream) -> np.ndarray:
    how, much, noisy, deviation = chance.uniform(4).tolist()
    if how < 1 / 3:
        picture = blur(picture, _between(BLUR, much))
    elif how < 2 / 3:
        picture = resample(picture, _between(SHRUNK, much))
    else:
        return add_noise(picture, _between(NOISE, deviation), chance)
    return add_noise(picture, _between(NOISE, deviation), chance) if noisy < 1 / 2 else picture


def _between(bounds: tuple[float, float], share: float) -> float:
    return bounds[0] + share * (bounds[1] - bounds[0])


Disturb = Callable[[np.ndarray, Stream], np.ndarray]
TRIALS: Mapping[str, Disturb] = {
    "noise .02": lambda picture, chance: add_noise(picture, 0.02, chance),
    "noise .05": lambda picture, chance: add_noise(picture, 0.05, chance),
    "blur of 1 px": lambda picture, chance: blur(picture, 1.0),
    "half as large and back": lambda picture, chance: resample(picture, 2.0),
}
"""What real pictures are shown in to try a classifier: uint8 (H, W, 3) in and out."""


def disturb_by(trial: Disturb, pixels: np.ndarray, chance: Stream) -> np.ndarray:
    """Show each of uint8 (N, H, W, 3 or 4), laid over white, in one way: uint8 (N, H, W, 3)."""
    return np.stack([trial(lay_over(picture), chance) for picture in pixels])
