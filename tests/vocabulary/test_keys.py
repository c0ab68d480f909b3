"""Keys are found from notes."""

import numpy as np

from ganvas.vocabulary.keys import find_key


def test_scales_are_in_their_keys() -> None:
    assert find_key(np.array([[60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60, 60]])) == (0, "major")
    assert find_key(np.array([[57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57, 57]])) == (9, "minor")


def test_silence_is_in_some_key() -> None:
    assert find_key(np.zeros((4, 8), dtype=int)) == (0, "major")
