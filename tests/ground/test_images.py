"""Pictures in and out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.images import decode_image, encode_png, over, premultiplied, sheet, straight


def test_a_png_carries_words_of_any_language() -> None:
    pixels = np.arange(4 * 4 * 4, dtype=np.uint8).reshape(4, 4, 4)
    picture = decode_image(encode_png(pixels, text={"ganvas": "春天 \U0001f916"}), where="here")
    np.testing.assert_array_equal(np.asarray(picture), pixels)


@given(st.integers(0, 255), st.integers(0, 255))
def test_alpha_survives_the_way_through_the_network(colour: int, alpha: int) -> None:
    """Premultiplied and back: opaque stays as it was, clear stays clear, and no value wraps round."""
    pixels = np.full((1, 2, 2, 4), colour, dtype=np.uint8)
    pixels[..., 3] = alpha
    back = straight(premultiplied(pixels))
    assert back.dtype == np.uint8
    if alpha == 255:
        np.testing.assert_array_equal(back, pixels)
    if alpha == 0:
        assert (back[..., 3] == 0).all()


def test_laying_over_a_colour() -> None:
    half = np.array([[[255, 0, 0, 128]]], dtype=np.uint8)
    assert over(half, (0, 0, 0)).tolist() == [[[128, 0, 0]]]
    assert over(half[..., :3]).tolist() == [[[255, 0, 0]]]


def test_a_sheet_holds_them_all_in_rows() -> None:
    page = sheet([np.full((2, 2, 3), n, dtype=np.uint8) for n in range(3)], columns=2, gap=1)
    assert page.shape == (7, 7, 3)
    assert [int(page[y, x, 0]) for y, x in ((1, 1), (1, 4), (4, 1), (4, 4))] == [0, 1, 2, 255]
