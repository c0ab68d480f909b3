"""Embedded colour profiles: pictures are brought to sRGB, so that they look as a viewer shows them."""

import io

from PIL import Image

MAX_PROFILE = 4_000_000
"""Bytes of a profile at most; a larger one is ignored."""
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""The colour space of a profile that fits a picture's mode."""


def to_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Return a picture in sRGB, as RGB, or RGBA where it has alpha. profile: ICC bytes.

    A profile that is damaged or of another colour space than the picture's is ignored, and one that is sRGB changes nothing.
    """
    if not isinstance(profile, bytes) or not 0 < len(profile) <= MAX_PROFILE:
        return picture
    from PIL import ImageCms  # only few pictures need it

    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = profile[16:20].decode("ascii").strip()  # the field of the header (ICC.1, 7.2.6)
        if space == "RGB" and "srgb" in str(ImageCms.getProfileDescription(known)).lower():
            return picture
        colours, alpha = _parted(picture, space)
        if _SPACES.get(colours.mode) != space:
            return picture
        srgb = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(colours, known, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError, MemoryError):
        return picture
    if found is None:
        return picture
    if alpha is not None:
        found.putalpha(alpha)
    return found


def _parted(picture: Image.Image, space: str) -> tuple[Image.Image, Image.Image | None]:
    """Return the colours of a picture and its alpha, if it has any."""
    if picture.mode in ("RGBA", "LA", "PA", "P") or "transparency" in picture.info:
        clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        whole = picture.convert("RGBA")
        colours = whole.convert("RGB" if space == "RGB" else "L")
        return colours, whole.getchannel("A") if clear else None
    if picture.mode == "L" and space == "RGB":
        return picture.convert("RGB"), None
    return picture, None
