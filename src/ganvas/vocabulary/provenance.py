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

Seed = Annotated[int, Field(ge=0, lt=2**63)]


class Provenance(Frozen):
    """All that is needed to draw a work again, without asking a language model.

    idea: the person's words, verbatim. conditions: one for each element of the brief, in its order.
    number: which of the works drawn from the same seeds this is. writer: who wrote the brief.
    """

    format: Literal[1] = 1
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
    parents: tuple["Provenance", ...] = Field(default=(), max_length=4)

    def parameters(self) -> str:
        """Say it in the one-text form that other tools show: the words, then `key: value` pairs."""
        phrases = "; ".join(words.phrase for condition in self.conditions for words in condition.words)
        facts = f"Seed: {self.noise_seed}, Model: {self.model}, Model hash: {self.model_digest[:10]}, Number: {self.number}"
        return f"{self.idea}\n{phrases}\n{facts}, Version: ganvas {self.version}"
