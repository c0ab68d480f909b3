"""Picture files without what does not belong to their pixels: texts, EXIF, profiles and animation, any of which may be damaged.

PNG: chunks of ISO/IEC 15948. JPEG: marker segments of ITU-T T.81, annex B.
"""

from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_KEPT_APPS = (0xE0, 0xEE)
"""The segments of JFIF, and of Adobe, which says how colours are stored."""


def bare(content: bytes) -> bytes | None:
    """Return a PNG or JPEG with its pixels alone, or None for what is neither of them or is cut off before its pixels."""
    if content.startswith(_PNG):
        return b"".join([_PNG, *_pixel_chunks(content)])
    if content.startswith(b"\xff\xd8"):
        return _bare_jpeg(content)
    return None


def _pixel_chunks(content: bytes) -> Iterator[bytes]:
    place = len(_PNG)
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        if content[place + 4 : place + 8] in _PIXEL_CHUNKS:
            yield content[place:end]
        place = end


def _bare_jpeg(content: bytes) -> bytes | None:
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # a filling byte
            place += 1
            continue
        if marker == 0xDA:  # the pixels begin
            return b"".join([*kept, content[place:]])
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _KEPT_APPS:
            kept.append(content[place:end])
        place = end
    return None
