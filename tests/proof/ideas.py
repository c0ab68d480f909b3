"""The sixty ideas, and what a person accepts for each."""

import tomllib
from pathlib import Path
from typing import Literal

from ganvas.ground.config import Frozen, Name, Phrase, parse

IDEAS = Path(__file__).with_name("ideas.toml")


class Idea(Frozen):
    """What a person types, and the concepts accepted for each thing in it."""

    words: Phrase
    kind: Literal["literal", "indirect", "scene"]
    language: Literal["en", "zh"]
    accepts: tuple[tuple[Name, ...], ...]
    unseen: bool = False


class _Ideas(Frozen):
    ideas: tuple[Idea, ...]


def read_ideas(path: Path) -> tuple[Idea, ...]:
    """Read the ideas in the order of the file."""
    return parse(_Ideas, tomllib.loads(path.read_text(encoding="utf-8")), where=path).ideas
