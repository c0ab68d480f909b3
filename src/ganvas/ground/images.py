"""Images: opened within bounds, saved as PNG with texts inside, laid out on sheets.

Arrays are uint8 (H, W, C) with C = 3 (RGB) or 4 (RGBA, straight alpha) on disk and between packages.
"""

import contextlib
import io
import math
import struct
import warnings
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from ganvas.ground.bare_pictures import bare
from ganvas.ground.colour_profiles import to_srgb
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes, write_bytes
from ganvas.ground.sizes import Fit, Size

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
COMMENT = "ganvas "
"""How a comment in a GIF or WebP begins that is ours."""
MAX_BYTES = 64_000_000
MAX_PIXELS = 50_000_000
_DECODER_ERRORS = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError,
                   struct.error, zlib.error, UnidentifiedImageError, Image.DecompressionBombError, Warning)  # fmt: skip


def open_image(path: Path, *, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Open a picture file as RGB or RGBA, its first frame, upright, in sRGB.

    The format must be one of FORMATS and the size is checked before any pixel is decoded. What does not belong to the pixels
    (EXIF, texts, a profile, animation) may be damaged. Raises InputError for anything else.
    """
    return decode_image(read_bytes(path, limit=MAX_BYTES), where=path, max_pixels=max_pixels)


def decode_image(content: bytes, *, where: object, max_pixels: int = MAX_PIXELS, read_profile: bool = True) -> Image.Image:
    """Decode picture bytes as `open_image` does. read_profile: whether an embedded colour profile is applied."""
    try:
        return _decode(content, where, max_pixels, read_profile)
    except _DECODER_ERRORS as error:
        if isinstance(error, InputError):
            raise
        with contextlib.suppress(*_DECODER_ERRORS):
            if (pixels := bare(content)) is not None:
                return _decode(pixels, where, max_pixels, read_profile)
        raise InputError(f"is not a whole {', '.join(FORMATS)} picture", where=where, do="save it again as PNG") from error


def _decode(content: bytes, where: object, max_pixels: int, read_profile: bool) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders warn of what is odd beside the pixels
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width < 1 or height < 1 or width * height > max_pixels:
                raise InputError(f"the picture is {width} x {height}, more than {max_pixels:,} pixels", where=where,
                                 do="make it smaller")  # fmt: skip
            picture.load()
            return as_rgb(picture, read_profile=read_profile)


def as_rgb(picture: Image.Image, *, read_profile: bool = True) -> Image.Image:
    """Return an opened picture as RGB, or RGBA where it has transparency, upright, in sRGB if its profile is to be read."""
    transparent = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    upright = _eight_bits(_upright(picture))
    if read_profile and picture.info.get("icc_profile"):
        upright = to_srgb(upright, picture.info["icc_profile"])
    return upright.convert("RGBA" if transparent else "RGB")


def _orientation(picture: Image.Image) -> int:
    """Return the orientation tag (EXIF tag 274), 1 where there is none or where EXIF is damaged."""
    try:
        tag = picture.getexif().get(274, 1)
    except _DECODER_ERRORS:
        return 1
    return tag if isinstance(tag, int) else 1


def _upright(picture: Image.Image) -> Image.Image:
    """Rotate a photograph by its orientation."""
    turns = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
             5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
             8: Image.Transpose.ROTATE_90}  # fmt: skip
    turn = turns.get(_orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Convert grey from 16 to 8 bits; Pillow's own conversion would clip values above 255."""
    if not picture.mode.startswith("I"):
        return picture
    return Image.fromarray((np.asarray(picture).astype(np.int64).clip(0, 65535) // 257).astype(np.uint8))


def encode_png(pixels: np.ndarray, *, text: Mapping[str, str] | None = None, flat: bool = False) -> bytes:
    """Encode uint8 (H, W, 3 or 4) as PNG, with named texts inside (compressed iTXt, any language).

    flat: with the 256 colours that come nearest, a quarter of the bytes for a sheet of drawings.
    """
    chunks = PngImagePlugin.PngInfo()
    for name, words in (text or {}).items():
        chunks.add_itxt(name, words, zip=True)
    stream = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if flat:
        method = Image.Quantize.FASTOCTREE if pixels.shape[2] == 4 else Image.Quantize.MEDIANCUT
        picture = picture.quantize(256, method=method, dither=Image.Dither.NONE)
    picture.save(stream, format="PNG", pnginfo=chunks, optimize=flat)
    return stream.getvalue()


def save_png(
    path: Path, pixels: np.ndarray, *, text: Mapping[str, str] | None = None, replace: bool = True, flat: bool = False
) -> None:
    """Save uint8 (H, W, 3 or 4) as a PNG, atomically. text, flat: as `encode_png` takes them; replace: as `write_bytes` does."""
    write_bytes(path, encode_png(pixels, text=text, flat=flat), replace=replace)


def read_texts(path: Path) -> dict[str, str]:
    """Return the texts inside a PNG by their names, and under "" the one that Ganvas wrote into a GIF or WebP, without COMMENT.

    Other formats have none. Raises InputError for a damaged picture.
    """
    return texts_in(read_bytes(path, limit=MAX_BYTES), where=path)


def texts_in(content: bytes, *, where: object) -> dict[str, str]:
    """Return the texts inside the bytes of a picture as `read_texts` does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.size[0] * picture.size[1] > MAX_PIXELS:
                    raise InputError("the picture is too large", where=where)
                picture.load()  # texts may follow the pixels
                if picture.format in ("GIF", "WEBP"):
                    words = _comment_of(picture)
                    return {"": words.removeprefix(COMMENT)} if words.startswith(COMMENT) else {}
                texts = getattr(picture, "text", {}) if picture.format == "PNG" else {}
                return {str(name): str(words) for name, words in texts.items()}
    except InputError:
        raise
    except _DECODER_ERRORS:
        decode_image(content, where=where)  # raises for a picture that is not whole; of others the texts alone are damaged
        return {}


def _comment_of(picture: Image.Image) -> str:
    """Return the comment of an open GIF, or the description of an open WebP."""
    words: object = picture.info.get("comment", b"") if picture.format == "GIF" else picture.getexif().get(0x010E, "")
    return words.decode("ascii", errors="replace") if isinstance(words, bytes) else str(words)


def fit_image(picture: Image.Image, size: Size, fit: Fit = "crop") -> np.ndarray:
    """Fit a picture to a size with its proportions kept: uint8 (height, width, C); clear pixels do not bleed colour."""
    framed = _framed(picture, size, fit)
    if framed.size == (size.width, size.height):
        return np.asarray(framed)
    smaller = framed.width > size.width
    filtering = Image.Resampling.HAMMING if smaller else Image.Resampling.BILINEAR  # neither filter overshoots at edges
    return np.asarray(framed.resize((size.width, size.height), filtering))  # Pillow premultiplies alpha while resizing


def _framed(picture: Image.Image, size: Size, fit: Fit) -> Image.Image:
    """Crop the largest centred frame with the size's proportions, or pad the picture to the smallest one."""
    wider = picture.width * size.height > picture.height * size.width
    if wider == (fit == "crop"):  # the frame is as high as the picture
        width, height = max(1, round(picture.height * size.width / size.height)), picture.height
    else:
        width, height = picture.width, max(1, round(picture.width * size.height / size.width))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    if fit == "pad" and width * height > MAX_PIXELS:  # of a long strip the frame would be a thousand times as large
        share = math.sqrt(MAX_PIXELS / (width * height)) / 2
        sides = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
        return _framed(picture.resize(sides, Image.Resampling.BOX), size, fit)
    if fit == "crop":
        return picture.crop((left, top, left + width, top + height))
    framed = Image.new(picture.mode, (width, height), (0, 0, 0, 0) if picture.mode == "RGBA" else (255, 255, 255))
    framed.paste(picture, (-left, -top))
    return framed


def lay_over(pixels: np.ndarray, colour: Sequence[int] = (255, 255, 255)) -> np.ndarray:
    """Lay uint8 RGBA (..., 4) over one RGB colour; RGB passes unchanged. Returns uint8 (..., 3)."""
    if pixels.shape[-1] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    blended = pixels[..., :3] * alpha + np.asarray(colour, dtype=np.float32) * (1 - alpha)
    return np.clip(np.rint(blended), 0, 255).astype(np.uint8)


def add_alpha(pixels: np.ndarray) -> np.ndarray:
    """Give uint8 RGB (..., 3) a solid alpha; RGBA passes unchanged. Returns uint8 (..., 4)."""
    return pixels if pixels.shape[-1] == 4 else np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=-1)


def make_sheet(pictures: Sequence[np.ndarray], *, columns: int, gap: int = 4) -> np.ndarray:
    """Lay equally sized pictures out in rows on white: uint8 (H, W, 3)."""
    assert pictures and columns > 0
    height, width = pictures[0].shape[:2]
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    page = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        top, left = gap + row * (height + gap), gap + column * (width + gap)
        page[top : top + height, left : left + width] = lay_over(picture)
    return page


def premultiply(pixels: np.ndarray) -> np.ndarray:
    """Convert uint8 (N, H, W, C) with straight alpha to float32 (N, C, H, W) in [-1, 1], colour premultiplied by alpha."""
    x = pixels.astype(np.float32) / 255
    if x.shape[-1] == 4:
        x[..., :3] *= x[..., 3:]
    return (x * 2 - 1).transpose(0, 3, 1, 2)


CLEAR_BELOW, OPAQUE_ABOVE = 0.2, 0.9
"""Alpha below the first becomes 0 and above the second 1, because a network never generates either exactly."""


def unpremultiply(works: np.ndarray, *, clear: float = CLEAR_BELOW, solid: float = OPAQUE_ABOVE) -> np.ndarray:
    """Convert generated pictures, float (N, C, H, W) in about [-1, 1], premultiplied, to uint8 (N, H, W, C), straight alpha.

    Alpha is stretched from [clear, solid] to [0, 1], because the haze that a network leaves around
    a thing would show as a rectangle on a coloured background.
    """
    x = np.clip(works.transpose(0, 2, 3, 1) * 0.5 + 0.5, 0, 1)
    if x.shape[-1] == 4:
        x[..., :3] = np.clip(x[..., :3] / np.maximum(x[..., 3:], 1 / 255), 0, 1)
        x[..., 3] = np.clip((x[..., 3] - clear) / (solid - clear), 0, 1)
    return np.rint(x * 255).astype(np.uint8)
