"""Moves in latent space."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.latent import blend, even_steps, truncate, walk


def test_truncation_goes_to_the_centre() -> None:
    w, centre = np.ones((2, 3), dtype=np.float32), np.zeros((2, 3), dtype=np.float32)
    np.testing.assert_allclose(truncate(w, centre=centre, psi=0.25), 0.25)


def test_a_walk_passes_every_point() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]], dtype=np.float32)
    path = walk(points, steps=5)
    np.testing.assert_allclose(path[[0, 2, 4]], points)
    np.testing.assert_allclose(path[3], [1.0, 1.0])


def test_a_blend_ends_in_its_ends_to_the_bit() -> None:
    start, end = np.array([[0.1, 7.0]], dtype=np.float32), np.array([[0.3, -7.0]], dtype=np.float32)
    assert blend(start, end, 0.0) is start and blend(start, end, 1.0) is end
    np.testing.assert_allclose(blend(start, end, 0.25), [[0.15, 3.5]], rtol=1e-6)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.integers(2, 50))
def test_even_steps_are_equally_far_apart(distances: list[float], steps: int) -> None:
    places = even_steps(np.array(distances), steps=steps)
    assert places[0] == 0 and places[-1] < 1 and (np.diff(places) >= 0).all()
    reached = np.concatenate([[0], np.cumsum(np.maximum(distances, 1e-9))])
    gone = np.interp([*places, 1.0], np.linspace(0, 1, len(reached)), reached)
    np.testing.assert_allclose(np.diff(gone), reached[-1] / steps, rtol=1e-6, atol=1e-9)
