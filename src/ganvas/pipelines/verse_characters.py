"""What a poet knows of each character: its simplified form, and how it rhymes."""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from ganvas.ground.config import Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import parse_json
from ganvas.vocabulary.verse import HAN, Script

LEVEL = "12"
"""The tones of Mandarin on which the lines of quatrains rhyme: those that come from the level tone."""
NO_RHYME = -1


class Table(Frozen):
    """characters.json: texts of one length, a character each. rhyme: a letter for each rhyme; tone: 1 to 5; "-" where unknown."""

    traditional: Annotated[str, Field(min_length=1, max_length=20_000)]
    simplified: Annotated[str, Field(max_length=20_000)]
    rhyme: Annotated[str, Field(max_length=20_000, pattern=r"^[a-z-]*$")]
    tone: Annotated[str, Field(max_length=20_000, pattern=r"^[1-5-]*$")]

    @model_validator(mode="after")
    def _is_even(self) -> "Table":
        if {len(self.simplified), len(self.rhyme), len(self.tone)} != {len(self.traditional)}:
            raise ValueError("has texts of different lengths")
        if not HAN.fullmatch(self.traditional) or len(set(self.traditional)) < len(self.traditional):
            raise ValueError("has characters that are no ideographs, or twice the same")
        return self


@dataclass(frozen=True)
class Characters:
    """A vocabulary. Number 0 is no character; number n is traditional[n - 1].

    rhymes: the rhyme of each number, int64 (V,), NO_RHYME where unknown. rhyming: whether it may end a rhyming line.
    """

    traditional: str
    simplified: str
    rhymes: np.ndarray
    rhyming: np.ndarray

    def simplify(self, text: str) -> str:
        """Return a text in simplified characters; what is not known stays."""
        return text.translate(str.maketrans(self.traditional, self.simplified))

    def script_of(self, text: str) -> Script | None:
        """Return the script that a text is in; None where its characters are the same in both."""
        old = {one for one, new in zip(self.traditional, self.simplified, strict=True) if one != new}
        new = {new for one, new in zip(self.traditional, self.simplified, strict=True) if one != new} - set(self.traditional)
        if any(letter in old for letter in text):
            return "hant"
        return "hans" if any(letter in new for letter in text) else None

    def rhyme_of(self, letter: str) -> int:
        """Return the rhyme of a traditional character, NO_RHYME where unknown."""
        return int(self.rhymes[self.traditional.find(letter) + 1])


def parse_characters(content: bytes, *, count: int, where: object) -> Characters:
    """Read characters.json of a model with so many numbers. Raises InputError."""
    try:
        found: Any = parse_json(content.decode("utf-8"), where=where)
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8", where=where) from error
    table = parse(Table, found, where=where)
    if len(table.traditional) + 1 > count:
        raise InputError(f"has {len(table.traditional)} characters, more than the model", where=where)
    rhymes = np.full(count, NO_RHYME, dtype=np.int64)
    rhymes[1 : len(table.rhyme) + 1] = [NO_RHYME if one == "-" else ord(one) - ord("a") for one in table.rhyme]
    level = np.zeros(count, dtype=bool)
    level[1 : len(table.tone) + 1] = [one in LEVEL for one in table.tone]
    sizes = np.bincount(rhymes[level & (rhymes >= 0)], minlength=26)
    rhyming = level & (rhymes >= 0) & (sizes[rhymes] > 1)  # what rhymes with nothing else ends no line
    return Characters(table.traditional, table.simplified, rhymes, rhyming)
