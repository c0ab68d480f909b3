"""Regular verse in Chinese: its forms, and poems in them."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator

from ganvas.ground.config import Frozen, Line, Phrase

FormName = Literal["五绝", "七绝"]
Script = Literal["hans", "hant"]
"""Simplified or traditional characters, by their codes in ISO 15924."""

HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]+")
"""Characters that verse is written in: the ideographs that fonts and encoders know."""
LONGEST = 28
"""Characters of the longest form."""


class Form(NamedTuple):
    """A form: so many lines of so many characters each."""

    name: FormName
    lines: int
    length: int

    @property
    def size(self) -> int:
        """Characters of a poem."""
        return self.lines * self.length


FORMS: dict[FormName, Form] = {"五绝": Form("五绝", 4, 5), "七绝": Form("七绝", 4, 7)}
"""The forms by their names; a model numbers them in this order."""

SPELLED: dict[str, FormName] = {"五绝": "五绝", "七绝": "七绝", "五絕": "五绝", "七絕": "七绝", "五言": "五绝", "七言": "七绝"}
"""What people call the forms: simplified or traditional."""


class Poem(Frozen):
    """A regular poem: lines of five or of seven characters each, all alike, in one script.

    title, author: as the source has them; may be empty. era: the source's collection, such as "tang". split: as of pictures.
    """

    lines: Annotated[tuple[Annotated[str, Field(min_length=5, max_length=7)], ...], Field(min_length=2, max_length=400)]
    title: Line = ""
    author: Phrase | None = None
    era: Phrase | None = None
    split: Literal["train", "held out family"] = "train"

    @field_validator("lines")
    @classmethod
    def _is_regular(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        if len(lines) % 2 or len({len(line) for line in lines}) > 1 or len(lines[0]) not in (5, 7):
            raise ValueError("is no even number of lines of five or of seven characters")
        if not all(HAN.fullmatch(line) for line in lines):
            raise ValueError("has characters that are no ideographs")
        return lines

    @property
    def form(self) -> Form | None:
        """The form, where the poem is a quatrain."""
        return next((form for form in FORMS.values() if (form.lines, form.length) == (len(self.lines), len(self.lines[0]))), None)

    @property
    def text(self) -> str:
        """All characters in one text."""
        return "".join(self.lines)
