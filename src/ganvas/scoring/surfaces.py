"""Are surfaces clean? How far drawings lie from the true picture where that is flat, and how much they differ there from place to
place. Arrays in, numbers for each picture out.
"""

from dataclasses import dataclass

import numpy as np

from ganvas.ground.images import lay_over

REACH = 2
"""Pixels to each side over which a true picture must not change for its middle to be flat."""
EVEN = 2
"""How far, of 255, a channel may change there."""
FEWEST = 20
"""Flat pixels that a picture needs to be asked about."""
STEP = 16
"""Neighbouring pixels that differ by more, of 255, are an edge."""


@dataclass(frozen=True)
class Surfaces:
    """Errors of drawings where the true picture is flat, of 255: rms (N,), deviation (N,); usable (N,): there are enough places.

    rms: root of the mean square difference from the true picture. deviation: standard deviation within 3 x 3 pixels. Both are NaN
    where a true picture has too few flat places.
    """

    rms: np.ndarray
    deviation: np.ndarray

    @property
    def usable(self) -> np.ndarray:
        """Say which pictures could be asked about, bool (N,)."""
        return np.isfinite(self.rms)


def measure_surfaces(drawn: np.ndarray, true: np.ndarray) -> Surfaces:
    """Compare drawings with true pictures of one size, uint8 (N, H, W, 3 or 4), both laid over white."""
    assert drawn.shape[:3] == true.shape[:3]
    errors = [_measure(lay_over(one), lay_over(other), flat_places(other)) for one, other in zip(drawn, true, strict=True)]
    rms, deviation = np.array(errors, dtype=np.float64).reshape(-1, 2).T
    return Surfaces(rms, deviation)


def flat_places(picture: np.ndarray) -> np.ndarray:
    """Say where a picture, uint8 (H, W, 3 or 4), is flat: bool (H, W).

    Flat: opaque, and REACH pixels to each side no channel changes by more than EVEN. The clear ground around a thing does not
    count: anything draws that well. Nor does the picture's edge.
    """
    windows = _windows(lay_over(picture), 2 * REACH + 1)
    even = (windows.max(axis=(-2, -1)).astype(int) - windows.min(axis=(-2, -1)) <= EVEN).all(axis=-1)
    if picture.shape[-1] == 4:
        even &= (_windows(picture[..., 3:], 2 * REACH + 1) == 255).all(axis=(-3, -2, -1))
    return np.pad(even, REACH)


def flatness(pixels: np.ndarray, *, even: int = 0) -> float:
    """Return the share of neighbours that differ by `even` of 255 at most among all that are no edge (STEP): (H, W, C) uint8.

    What has the colour of the upper left corner is ground and does not count: a photograph on black is none the flatter for it.
    """
    shown = lay_over(pixels)[..., :3].astype(np.int16)
    thing = (shown != shown[0, 0]).any(axis=2)
    across = np.abs(shown[:, 1:] - shown[:, :-1]).max(axis=2)[thing[:, 1:] & thing[:, :-1]]
    down = np.abs(shown[1:] - shown[:-1]).max(axis=2)[thing[1:] & thing[:-1]]
    steps = np.concatenate([across, down])
    near = steps[steps <= STEP]
    return float((near <= even).mean()) if len(near) else 1.0


def _measure(drawn: np.ndarray, true: np.ndarray, flat: np.ndarray) -> tuple[float, float]:
    if flat.sum() < FEWEST:
        return float("nan"), float("nan")
    apart = drawn[flat].astype(np.float64) - true[flat]
    variance = np.pad(_windows(drawn, 3).astype(np.float64).var(axis=(-2, -1)).mean(axis=-1), 1)
    return float(np.sqrt((apart**2).mean())), float(np.sqrt(variance[flat]).mean())


def _windows(picture: np.ndarray, side: int) -> np.ndarray:
    """Return every window of a picture (H, W, C): (H - side + 1, W - side + 1, C, side, side)."""
    return np.lib.stride_tricks.sliding_window_view(picture, (side, side), axis=(0, 1))
