"""Moves in latent space."""

import numpy as np
import pytest

from ganvas.ground.latent import mix, move, slerp, truncate, walk


def test_truncation_goes_to_the_centre() -> None:
    w, centre = np.ones((2, 3), dtype=np.float32), np.zeros((2, 3), dtype=np.float32)
    np.testing.assert_allclose(truncate(w, centre=centre, psi=0.25), 0.25)


def test_a_walk_passes_every_point() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]], dtype=np.float32)
    path = walk(points, steps=5)
    np.testing.assert_allclose(path[[0, 2, 4]], points)
    np.testing.assert_allclose(path[3], [1.0, 1.0])


def test_slerp_keeps_the_length() -> None:
    start, end = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)
    assert np.linalg.norm(slerp(start, end, share=0.3)) == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(slerp(start, start, share=0.5), start)


def test_mixing_and_moving() -> None:
    coarse, fine = np.zeros((1, 2), dtype=np.float32), np.ones((1, 2), dtype=np.float32)
    assert mix(coarse, fine, layers=4, cross=1)[0, :, 0].tolist() == [0, 1, 1, 1]
    np.testing.assert_allclose(move(coarse, direction=np.array([3.0, 4.0]), amount=2.0), [[1.2, 1.6]])
