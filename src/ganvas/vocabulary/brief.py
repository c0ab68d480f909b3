"""A Brief is a scene in words: one to four elements over a background. It is all that a language
model may fill in.
"""

import json
from typing import Literal, get_args

from pydantic import Field

from ganvas.ground.config import Frozen, Label, Phrase

Size = Literal["small", "medium", "large", "full"]
Place = Literal[
    "top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right"
]  # fmt: skip
Background = Literal[
    "white", "cream", "pale pink", "pale green", "sky blue", "night blue", "sunset orange", "lavender", "grey", "sand"
]  # fmt: skip

COLOURS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "cream": (253, 246, 227),
    "pale pink": (252, 228, 236),
    "pale green": (224, 242, 216),
    "sky blue": (198, 228, 250),
    "night blue": (24, 32, 72),
    "sunset orange": (255, 190, 130),
    "lavender": (226, 217, 243),
    "grey": (214, 218, 222),
    "sand": (240, 220, 176),
}
"""The palette: background name -> RGB, 0 to 255."""


class Element(Frozen):
    """One thing in the scene: what it is, how it is drawn, how large, and where."""

    caption: Phrase
    style: Label | None = None
    size: Size = "large"
    place: Place = "centre"


class Brief(Frozen):
    """A scene: elements from back to front over a background. The first element is the subject."""

    elements: tuple[Element, ...] = Field(min_length=1, max_length=4)
    background: Background = "white"


def as_toml(brief: Brief) -> str:
    """Write a brief as TOML for a person to change, with the closed lists beside it."""
    lines = [
        "# A scene: one to four elements over a background. The first element is the subject.",
        f"# background: {', '.join(get_args(Background))}",
        f"# size: {', '.join(get_args(Size))}",
        f"# place: {', '.join(get_args(Place))}",
        "# style: one that the model knows; without it, works take turns through all of them",
        "",
        f"background = {json.dumps(brief.background)}",
    ]
    for element in brief.elements:
        fields = element.model_dump(exclude_none=True)
        lines += ["", "[[elements]]", *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())]
    return "\n".join(lines) + "\n"
