import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.scoring.disturb import TRIALS, add_noise, blur, disturb, resample


def edge() -> np.ndarray:
    picture = np.full((32, 32, 3), 40, dtype=np.uint8)
    picture[:, 16:] = 200
    return picture


def test_noise_has_the_deviation_it_is_asked_for() -> None:
    noisy = add_noise(np.full((64, 64, 3), 128, dtype=np.uint8), 0.05, stream(0, "noise"))
    assert noisy.astype(float).std() == pytest.approx(0.05 * 255, rel=0.05)


@pytest.mark.parametrize("soften", [lambda one: blur(one, 1.0), lambda one: resample(one, 2.0)])
def test_blur_and_resampling_soften_edges_and_nothing_else(soften) -> None:
    soft = soften(edge())
    assert soft.shape == (32, 32, 3)
    assert np.abs(np.diff(soft.astype(int), axis=1)).max() < 130  # 160 in the picture
    assert (soft[:, :10] == 40).all() and (soft[:, 22:] == 200).all()


def test_disturbed_pictures_are_the_same_each_time_and_differ_from_each_other() -> None:
    pictures = np.stack([edge()] * 8)
    once, again = (disturb(pictures, stream(0, "disturbed")) for _ in range(2))
    assert (once == again).all()
    assert len({one.tobytes() for one in once}) == 8 and not (once == pictures).all(axis=(1, 2, 3)).any()


def test_every_trial_changes_a_picture() -> None:
    for trial in TRIALS.values():
        assert (trial(edge(), stream(0, "trial")) != edge()).any()
