import numpy as np
import pytest

from ganvas.data.sets.colours import CHINESE, dominant_colours

SEEN = {
    "red": "dd2e44 f44336", "orange": "f4900c", "yellow": "ffcc4d fcc21b", "green": "78b159 43a047", "blue": "55acee 0d47a1",
    "purple": "aa8ed6", "pink": "f48fb1", "brown": "795548 c1694f", "black": "000000 292f33",
    "grey": "99aab5", "white": "ffffff f5f8fa",
}  # fmt: skip


def flat(colour: str, *, alpha: int = 255) -> np.ndarray:
    """A 8 x 8 picture of one colour."""
    return np.broadcast_to(np.array([*bytes.fromhex(colour), alpha], dtype=np.uint8), (8, 8, 4)).copy()


@pytest.mark.parametrize(("name", "colour"), [(name, colour) for name, many in SEEN.items() for colour in many.split()])
def test_colours_are_called_what_people_call_them(name: str, colour: str) -> None:
    assert dominant_colours(flat(colour)) == (name,)


def test_the_larger_colour_comes_first_and_small_ones_and_clear_pixels_are_not_named() -> None:
    pixels = flat("dd2e44")
    pixels[:3] = flat("ffffff")[:3]
    assert dominant_colours(pixels) == ("red", "white")
    pixels[:7] = flat("0d47a1", alpha=20)[:7]
    assert dominant_colours(pixels) == ("red",)
    assert dominant_colours(flat("dd2e44", alpha=0)) == ()


def test_every_colour_has_a_chinese_name() -> None:
    assert set(SEEN) == set(CHINESE)
