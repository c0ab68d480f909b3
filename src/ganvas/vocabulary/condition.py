"""A Condition is what a network is to draw: a record of named parts, each of which can be dropped."""

from typing import Annotated

from pydantic import Field

from ganvas.ground.config import Digest, Frozen, Label, Name, Phrase
from ganvas.ground.errors import InputError

PARTS = ("words", "labels", "plan", "source", "mixed")


class Weighted(Frozen):
    """A phrase and how much of the meaning it carries."""

    phrase: Phrase
    weight: Annotated[float, Field(ge=0, le=10)] = 1.0


class Condition(Frozen):
    """What is asked of a model, in named parts; an absent part is null and the model is free there.

    words: weighted phrases in any language. labels: attribute -> value (style, class, form).
    plan: the name of a closed form (music and verse). source: sha256 of the work it starts from. mixed: weighted phrases for a
    second thing that the first is to be mixed with: of "a robot cat", words say the cat and mixed the robot.
    """

    words: tuple[Weighted, ...] = Field(default=(), max_length=16)
    labels: dict[Name, Label] = Field(default_factory=dict, max_length=16)
    plan: Name | None = None
    source: Digest | None = None
    mixed: tuple[Weighted, ...] = Field(default=(), max_length=4)

    def drop(self, part: str) -> "Condition":
        """Return the condition with one part emptied. Raises InputError for a part that does not exist."""
        if part not in PARTS:
            raise InputError(f"a condition has no part {part!r}", do=f"choose one of {', '.join(PARTS)}")
        left = {name: getattr(self, name) for name in PARTS if name != part}
        return Condition(**left)
