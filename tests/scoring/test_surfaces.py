import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.scoring.disturb import add_noise
from ganvas.scoring.surfaces import flat_places, measure_surfaces


def square(*, channels: int = 4) -> np.ndarray:
    """A red square of 20 pixels on clear ground, (32, 32, channels)."""
    picture = np.zeros((32, 32, channels), dtype=np.uint8)
    picture[6:26, 6:26] = (200, 30, 30, 255)[:channels]
    return picture


def test_flat_is_what_is_opaque_and_far_from_an_edge() -> None:
    flat = flat_places(square())
    assert flat[8:24, 8:24].all() and flat.sum() == 16 * 16  # two pixels from the edge, and no clear ground
    assert flat_places(square(channels=3))[2:4, 2:30].all()  # without alpha the ground is a surface as any other


def test_a_true_picture_has_no_error() -> None:
    errors = measure_surfaces(square()[np.newaxis], square()[np.newaxis])
    assert (errors.rms[0], errors.deviation[0]) == (0, 0)


def test_a_wrong_colour_is_an_error_and_no_deviation() -> None:
    wrong = square()
    wrong[6:26, 6:26, 0] = 170
    errors = measure_surfaces(wrong[np.newaxis], square()[np.newaxis])
    assert errors.rms[0] == pytest.approx(30 / np.sqrt(3)) and errors.deviation[0] == 0


def test_noise_is_both() -> None:
    noisy = square()
    noisy[..., :3] = add_noise(np.full((32, 32, 3), 120, dtype=np.uint8), 0.04, stream(0, "noise"))
    true = square()
    true[6:26, 6:26, :3] = 120
    errors = measure_surfaces(noisy[np.newaxis], true[np.newaxis])
    assert errors.rms[0] == pytest.approx(0.04 * 255, rel=0.1)
    assert errors.deviation[0] == pytest.approx(0.04 * 255 * np.sqrt(8 / 9), rel=0.1)  # of nine pixels, their own mean taken off


def test_what_has_no_surface_is_not_asked_about() -> None:
    thin = square()
    thin[::3] = 0
    errors = measure_surfaces(np.stack([square(), square()]), np.stack([thin, square()]))
    assert errors.usable.tolist() == [False, True]
