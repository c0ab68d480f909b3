"""Provenance makes a work again: which model, which seeds, which condition. It travels inside the file."""

from typing import Annotated, Literal

from pydantic import Field

from ganvas.ground.config import Digest, Frozen, Line, Name
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.condition import Condition

KEY = "ganvas"
"""The name of the PNG text that holds the provenance as JSON."""

PARAMETERS = "parameters"
"""The name of the PNG text that other tools read."""

MAX_BYTES = 200_000
MAX_PROPOSALS = 64
"""Proposals that a judge may choose one of."""

Seed = Annotated[int, Field(ge=0, lt=2**63)]


class Tool(Frozen):
    """A second model that had a part in a work."""

    name: Name
    digest: Digest


class Restyled(Tool):
    """A model that redrew the work, or its elements, and how."""

    style: Name
    strength: Annotated[float, Field(ge=0, le=1)] = 1.0


class Picture(Frozen):
    """A picture that a work was made from: its file's name, and the sha256 of its pixels, upright, after its shape."""

    name: Line
    digest: Digest


class Provenance(Frozen):
    """All that is needed to draw a work again, without asking a language model or a judge.

    idea: the person's words, verbatim. conditions: one for each element of the brief, in its order. writer: who wrote the brief;
    words_seed: what it was written and laid out with. number: which of the works drawn from the same seeds this is. kept: which
    of its proposals was kept, for each element; none = the first. enlarger: what made its elements larger, if anything did.
    restyled: what redrew its elements before that, or for a work of the restyle pipeline the work itself. picture: what such a
    work was made from; parents: what made that, where Ganvas did.
    Format 1 knew neither of these three nor a layout that differs between works.
    """

    format: Literal[1, 2] = 2
    version: Name
    pipeline: Name
    model: Name
    model_digest: Digest
    idea: Line
    writer: Name = "none"
    note: Line = ""
    brief: Brief | None = None
    conditions: tuple[Condition, ...] = Field(default=(), max_length=4)
    words_seed: Seed = 0
    noise_seed: Seed = 0
    number: Annotated[int, Field(ge=0, lt=10_000)] = 0
    truncation: Annotated[float, Field(ge=0, le=2)] = 1.0
    kept: tuple[Annotated[int, Field(ge=0, lt=MAX_PROPOSALS)], ...] = Field(default=(), max_length=4)
    enlarger: Tool | None = None
    transparent: bool = False
    restyled: Restyled | None = None
    picture: Picture | None = None
    parents: tuple["Provenance", ...] = Field(default=(), max_length=4)

    def parameters(self) -> str:
        """Say it in the one-text form that other tools show: the words, then `key: value` pairs."""
        phrases = "; ".join(words.phrase for condition in self.conditions for words in condition.words)
        kept = f", Kept: {' '.join(map(str, self.kept))}" if self.kept else ""
        kept += f", Style: {self.restyled.style} {self.restyled.strength:g} ({self.restyled.name})" if self.restyled else ""
        facts = f"Seed: {self.noise_seed}, Model: {self.model}, Model hash: {self.model_digest[:10]}, Number: {self.number}{kept}"
        return f"{self.idea}\n{phrases}\n{facts}, Version: ganvas {self.version}"
