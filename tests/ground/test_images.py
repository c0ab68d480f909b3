"""Pictures in and out."""

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from ganvas.ground.errors import InputError
from ganvas.ground.images import (
    as_rgb,
    decode_image,
    encode_png,
    fit_image,
    lay_over,
    make_sheet,
    open_image,
    premultiply,
    texts_in,
    unpremultiply,
)
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


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)  # pyright: ignore[reportArgumentType]
    return content.getvalue()


def chunk(name: bytes, content: bytes, *, checksum: int | None = None) -> bytes:
    found = zlib.crc32(name + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", found)


def with_chunk(extra: bytes) -> bytes:
    """A PNG of red with another chunk after its header."""
    png = saved(Image.new("RGB", (16, 16), (200, 0, 0)), "PNG")
    return png[:33] + extra + png[33:]


EXIF = b"Exif\0\0II*\0\x08\0\0\0"
TURNED = struct.pack("<HHII", 0x112, 3, 1, 6)
MORE = struct.pack("<HHII", 0x112, 3, 1, 1) + struct.pack("<HHII", 0x927C, 7, 5000, 200)


def photograph(**options: bytes) -> bytes:
    """A red JPEG with something beside its pixels."""
    return saved(Image.new("RGB", (16, 16), (200, 0, 0)), "JPEG", quality=95, **options)


BESIDE_PIXELS = {
    "a tag that promises more": photograph(exif=EXIF + b"\2\0" + MORE + bytes(4)),
    "an entry cut in two": photograph(exif=EXIF + b"\2\0" + TURNED + b"\1\2"),
    "an orientation twice": photograph(exif=EXIF + b"\1\0" + struct.pack("<HHIHH", 0x112, 3, 2, 6, 0) + bytes(4)),
    "EXIF that is none": photograph(exif=b"Exif\0\0" + b"\xff" * 40),
    "a profile that is none": photograph(icc_profile=b"nothing" * 40),
    "EXIF of a PNG that is none": with_chunk(chunk(b"eXIf", b"\xff" * 40)),
    "a text of many megabytes": with_chunk(chunk(b"zTXt", b"prompt\0\0" + zlib.compress(b"x" * 8_000_000))),
    "a text that is damaged": with_chunk(chunk(b"zTXt", b"prompt\0\0" + b"\xff" * 40)),
    "a text with a wrong checksum": with_chunk(chunk(b"tEXt", b"prompt\0word", checksum=7)),
    "a profile of many megabytes": with_chunk(chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(8_000_000)))),
    "an animation of no frames": with_chunk(chunk(b"acTL", struct.pack(">II", 0, 0))),
    "an animation that is damaged": with_chunk(chunk(b"acTL", b"\xff\xff")),
    "physical sizes that are none": with_chunk(chunk(b"pHYs", b"\xff")),
}  # fmt: skip


@pytest.mark.parametrize("kind", BESIDE_PIXELS)
def test_what_is_odd_beside_whole_pixels_is_no_damage(kind: str) -> None:
    """Kind: pictures as people have them. Siblings: EXIF, texts, profiles and animation of PNG and JPEG, cut, false or huge."""
    pixels = np.asarray(decode_image(BESIDE_PIXELS[kind], where="here")).astype(int)
    assert pixels.shape == (16, 16, 3) and abs(pixels - (200, 0, 0)).max() < 6
    texts_in(BESIDE_PIXELS[kind], where="here")
    with pytest.raises(InputError, match="not a whole"):
        decode_image(BESIDE_PIXELS[kind][:-40], where="here")


def test_the_first_frame_of_an_animation_is_the_picture() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ((200, 0, 0), (0, 200, 0))]
    for kind in ("GIF", "WEBP", "PNG"):
        content = saved(
            frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})
        )
        assert np.asarray(decode_image(content, where=kind).convert("RGB"))[8, 8].tolist() == [200, 0, 0]


def wide_profile() -> bytes:
    """A profile whose red and green are exchanged against sRGB: the same curves and white, other colorants."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12)}
    red, green = (int.from_bytes(profile[entries[name] + 4 : entries[name] + 8], "big") for name in (b"rXYZ", b"gXYZ"))
    profile[red : red + 20], profile[green : green + 20] = profile[green : green + 20], profile[red : red + 20]
    return bytes(profile).replace(b"s\0R\0G\0B", b"o\0t\0h\0e").replace(b"sRGB", b"othe")


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGB", "JPEG"), ("RGBA", "PNG"), ("P", "PNG"), ("RGB", "WEBP")])
def test_an_embedded_profile_is_applied(mode: str, kind: str) -> None:
    """Siblings: formats that hold one, alpha, palettes; the picture that Pillow opened; sRGB itself, which changes nothing."""
    picture = Image.new("RGB", (16, 16), (200, 60, 60))
    picture = picture.quantize() if mode == "P" else picture.convert(mode)
    options = {"quality": 95} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    content = saved(picture, kind, icc_profile=wide_profile(), **options)
    read = np.asarray(decode_image(content, where="here"))[8, 8].astype(int)
    assert abs(read[:3] - (60, 200, 60)).max() < 6 and (mode != "RGBA" or read[3] == 255)
    with Image.open(io.BytesIO(content)) as opened:
        assert (np.asarray(as_rgb(opened))[8, 8] == read).all()
    plain = np.asarray(decode_image(content, where="here", read_profile=False))[8, 8].astype(int)
    assert abs(plain[:3] - (200, 60, 60)).max() < 6
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8))
    np.testing.assert_array_equal(
        np.asarray(decode_image(saved(noise, "PNG", icc_profile=srgb), where="here")), np.asarray(noise)
    )


def test_grey_with_a_profile_of_another_space_is_left_as_it_is() -> None:
    for mode in ("L", "LA", "CMYK"):
        picture = Image.new(mode, (16, 16))
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert decode_image(saved(picture, kind, icc_profile=wide_profile()), where="here").size == (16, 16)


@pytest.mark.parametrize("size", [(20_000, 8), (8, 40_000), (100_000, 8), (6_000_000, 8)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_long_strip_is_padded_without_its_frame(size: tuple[int, int], mode: str) -> None:
    """Kind: a tiny file, a huge frame. numpy's memory is measured, and Pillow's by the time of its largest picture."""
    strip = Image.new(mode, size, (200, 0, 0))
    tracemalloc.start()
    pixels = fit_image(strip, Size(32, 32), "pad")
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()
    assert pixels.shape == (32, 32, len(mode)) and (pixels[0, 0] == (255 if mode == "RGB" else 0)).all()
    assert fit_image(strip, Size(32, 32), "crop")[16, 16].tolist()[:3] == [200, 0, 0]


@pytest.mark.parametrize("channels", [3, 4])
def test_a_sheet_of_drawings_takes_few_bytes_and_looks_the_same(channels: int) -> None:
    sheet = np.zeros((64, 64, channels), dtype=np.uint8) + np.arange(64, dtype=np.uint8)[:, None, None] * 2
    sheet[..., 0] += np.arange(64, dtype=np.uint8)
    sheet[..., 3:] = 255
    shown = np.asarray(Image.open(io.BytesIO(encode_png(sheet, flat=True))).convert("RGBA"))[..., :channels]
    assert np.abs(shown.astype(int) - sheet).mean() < 6
    assert (
        len(encode_png(sheet, flat=True)) < len(encode_png(np.random.default_rng(0).integers(0, 255, sheet.shape, np.uint8))) / 3
    )
