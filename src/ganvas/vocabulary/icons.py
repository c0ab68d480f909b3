"""What a work can be exported as for other tools: sizes of icons, and stickers of messengers."""

from dataclasses import dataclass

SIZES = (16, 32, 64, 128, 256, 512)
"""Pixels a side of what is exported where nothing else is asked."""
LEAST, MOST = 8, 1024
ICO_MOST = 256
"""The largest picture that an .ico can hold."""
ICNS = (16, 32, 64, 128, 256, 512, 1024)
"""The pictures of an .icns."""


@dataclass(frozen=True)
class Sticker:
    """What a messenger takes as a sticker: pixels a side, the margin around the thing, and bytes at most."""

    side: int
    margin: int
    most_bytes: int


STICKERS: dict[str, Sticker] = {"telegram": Sticker(512, 0, 512_000), "whatsapp": Sticker(512, 16, 100_000)}
"""By messenger, as they document them (core.telegram.org/stickers, faq.whatsapp.com on stickers)."""
