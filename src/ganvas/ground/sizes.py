"""Sizes of pictures: one type for squares and rectangles, parsed from a number or from WIDTHxHEIGHT."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

Fit = Literal["crop", "pad"]
"""How a picture gets new proportions: cropped to its centre, or padded with a clear or white background."""
MIN_SIDE, MAX_SIDE = 8, 1024
"""Smallest and largest side in pixels."""


@dataclass(frozen=True)
class Size:
    """Width and height in pixels.

    It is written as a number where both are equal, else as "WIDTHxHEIGHT", and parsed from either,
    so that files from before rectangles still load.
    """

    width: int
    height: int

    @classmethod
    def of(cls, value: object) -> "Size":
        """Read a size: 96, "96" or "96x64". Raises ValueError for anything else."""
        if isinstance(value, Size):
            return value
        sides = re.fullmatch(r"([0-9]{1,4})(?:[x×]([0-9]{1,4}))?", str(value).strip().lower())
        if isinstance(value, bool) or not isinstance(value, int | str) or sides is None:
            raise ValueError(f'{str(value)[:40]!r} is no size: give pixels a side, as 96, or WIDTHxHEIGHT, as "96x64"')
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
        """Number of pixels."""
        return self.width * self.height

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns: the order of arrays and tensors."""
        return self.height, self.width

    @property
    def plain(self) -> int | str:
        """The form in TOML and JSON: a number for a square, else text."""
        return self.width if self.width == self.height else str(self)

    def __str__(self) -> str:
        """Return "96" for a square, "96x64" for a rectangle."""
        return str(self.width) if self.width == self.height else f"{self.width}x{self.height}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic models hold it: parsed by `of`, written as `plain`."""
        writes = core_schema.plain_serializer_function_ser_schema(lambda size: size.plain)
        return core_schema.no_info_plain_validator_function(cls.of, serialization=writes)
