"""How large pictures are: one type for squares and rectangles, read from a number or from WIDTHxHEIGHT."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

Fit = Literal["crop", "pad"]
"""How a picture gets new proportions: its middle is cut out, or the whole of it stands on a ground that is clear, or white."""
MIN_SIDE, MAX_SIDE = 8, 1024
"""Pixels of a side."""


@dataclass(frozen=True)
class Size:
    """Width and height in pixels.

    It is written as a number where both are the same, else as "WIDTHxHEIGHT", and read from either. So what was written when
    all pictures were square reads as it always did.
    """

    width: int
    height: int

    @classmethod
    def of(cls, said: object) -> "Size":
        """Read a size: 96, "96" or "96x64". Raises ValueError for anything else."""
        if isinstance(said, Size):
            return said
        sides = re.fullmatch(r"([0-9]{1,4})(?:[x×]([0-9]{1,4}))?", str(said).strip().lower())
        if isinstance(said, bool) or not isinstance(said, int | str) or sides is None:
            raise ValueError(f'{str(said)[:40]!r} is no size: give pixels a side, as 96, or WIDTHxHEIGHT, as "96x64"')
        size = cls(int(sides[1]), int(sides[2] or sides[1]))
        if not MIN_SIDE <= size.shorter <= size.longer <= MAX_SIDE:
            raise ValueError(f"the size {size} is not between {MIN_SIDE} and {MAX_SIDE} pixels")
        return size

    @property
    def shorter(self) -> int:
        """The shorter side."""
        return min(self.width, self.height)

    @property
    def longer(self) -> int:
        """The longer side."""
        return max(self.width, self.height)

    @property
    def area(self) -> int:
        """Pixels in all."""
        return self.width * self.height

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns: the order of arrays and tensors."""
        return self.height, self.width

    @property
    def plain(self) -> int | str:
        """What it is written as in TOML and JSON: a number where it is square, else text."""
        return self.width if self.width == self.height else str(self)

    def __str__(self) -> str:
        """Return "96" for a square, "96x64" for a rectangle."""
        return str(self.width) if self.width == self.height else f"{self.width}x{self.height}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let records hold it: read by `of`, written as `plain`."""
        writes = core_schema.plain_serializer_function_ser_schema(lambda size: size.plain)
        return core_schema.no_info_plain_validator_function(cls.of, serialization=writes)
