"""Pictures in and out."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganvas.ground.images import decode_image, encode_png, fit_image, lay_over, make_sheet, open_image, premultiply, unpremultiply
from ganvas.ground.sizes import Size


def test_a_png_carries_words_of_any_language() -> None:
    pixels = np.arange(4 * 4 * 4, dtype=np.uint8).reshape(4, 4, 4)
    picture = decode_image(encode_png(pixels, text={"ganvas": "春天 \U0001f916"}), where="here")
    np.testing.assert_array_equal(np.asarray(picture), pixels)


@given(st.integers(0, 255), st.integers(0, 255))
def test_alpha_survives_the_way_through_the_network(colour: int, alpha: int) -> None:
    """Premultiplied and back: opaque stays as it was, clear stays clear, and no value wraps round."""
    pixels = np.full((1, 2, 2, 4), colour, dtype=np.uint8)
    pixels[..., 3] = alpha
    back = unpremultiply(premultiply(pixels))
    assert back.dtype == np.uint8
    if alpha == 255:
        np.testing.assert_array_equal(back, pixels)
    if alpha == 0:
        assert (back[..., 3] == 0).all()


def test_laying_over_a_colour() -> None:
    half = np.array([[[255, 0, 0, 128]]], dtype=np.uint8)
    assert lay_over(half, (0, 0, 0)).tolist() == [[[128, 0, 0]]]
    assert lay_over(half[..., :3]).tolist() == [[[255, 0, 0]]]


def test_a_sheet_holds_them_all_in_rows() -> None:
    page = make_sheet([np.full((2, 2, 3), n, dtype=np.uint8) for n in range(3)], columns=2, gap=1)
    assert page.shape == (7, 7, 3)
    assert [int(page[y, x, 0]) for y, x in ((1, 1), (1, 4), (4, 1), (4, 4))] == [0, 1, 2, 255]


def quarters(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture whose value grows to the right in red and downwards in green."""
    right, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    pixels = np.stack([right, down, np.zeros_like(right)], axis=-1).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


@given(st.integers(8, 90), st.integers(8, 90), st.integers(8, 60), st.integers(8, 60))
def test_fitted_pictures_have_the_size_and_their_middle_in_its_middle(width: int, height: int, columns: int, rows: int) -> None:
    pixels, padded = (fit_image(quarters(width, height), Size(columns, rows), fit) for fit in ("crop", "pad"))
    assert padded.shape == pixels.shape
    assert pixels.shape == (rows, columns, 3) and pixels.dtype == np.uint8
    middle = pixels[(rows - 1) // 2 : rows // 2 + 1, (columns - 1) // 2 : columns // 2 + 1].mean(axis=(0, 1))
    assert abs(middle[0] - 127.5) < 255 * 2 / min(width, columns) and abs(middle[1] - 127.5) < 255 * 2 / min(height, rows)


def test_cropping_fills_a_rectangle_and_padding_keeps_all_of_the_picture() -> None:
    picture = quarters(200, 60, "RGBA")
    cropped, padded = (fit_image(picture, Size(60, 30), fit) for fit in ("crop", "pad"))
    assert cropped[..., 3].min() == 255 and 50 < cropped[0, 0, 0] < 60 and cropped[-1, -1, 0] < 210
    assert (padded[..., 3] == 255).all(axis=1).sum() in (16, 18) and padded[0, 0, 3] == 0
    assert padded[15, 0, 0] < 10 and padded[15, -1, 0] > 245
    white = fit_image(quarters(200, 60), Size(60, 30), "pad")
    assert (white[0] == 255).all() and (white[-1] == 255).all()


def test_a_square_of_the_right_size_is_left_as_it_is() -> None:
    picture = quarters(24, 24)
    assert np.array_equal(fit_image(picture, Size(24, 24)), np.asarray(picture))
    assert np.array_equal(fit_image(quarters(48, 24), Size(24, 24)), np.asarray(quarters(48, 24))[:, 12:36])


def test_grey_of_sixteen_bits_keeps_its_shades(tmp_path: Path) -> None:
    grey = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    read = np.asarray(open_image(tmp_path / "deep.png"))
    assert read.shape == (8, 8, 3)
    np.testing.assert_array_equal(read[..., 0], grey // 257)
