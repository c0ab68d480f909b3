"""A Brief is a scene in words: its things, how they relate, and the ground and sky that they stand in. It is all that a
language model may fill in.
"""

import json
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from ganvas.ground.config import Frozen, Label, Phrase

Size = Literal["tiny", "small", "medium", "large", "full", "giant"]
Place = Literal[
    "top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right"
]  # fmt: skip
Background = Literal[
    "white", "cream", "pale pink", "pale green", "sky blue", "night blue", "sunset orange", "lavender", "grey", "sand",
    "black", "dark green", "dark grey", "wine red",
]  # fmt: skip
Colour = Literal["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "grey", "white"]
Pose = Literal["upright", "mirrored", "upside down"]
Relation = Literal[
    "on", "under", "in", "beside", "behind", "in front of", "holding", "wearing", "riding", "looking at", "around", "mixed with"
]  # fmt: skip
Ground = Literal[
    "none", "meadow", "forest", "mountain", "desert", "snow", "beach", "sea", "under water", "city", "room", "space"
]  # fmt: skip
Sky = Literal["day", "dawn", "sunset", "night", "rain", "snowfall", "fog"]

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
    "black": (18, 18, 22),
    "dark green": (22, 58, 44),
    "dark grey": (66, 70, 78),
    "wine red": (96, 24, 44),
}
"""The palette of plain pages: background name -> RGB, 0 to 255."""

MAX_COUNT, MAX_ELEMENTS, MAX_RELATIONS, MAX_SCENERY, MAX_DRAWN = 9, 6, 6, 4, 20
"""Most of one thing, things of a brief, relations, things of its scenery, and pictures that all of these may need."""

Number = Annotated[int, Field(ge=1, le=MAX_ELEMENTS)]


class Element(Frozen):
    """One thing in the scene: what it is and how it is drawn.

    place: where on the page; without one the relations and the ground decide. count: how many of
    it there are, as a group.
    """

    caption: Phrase
    style: Label | None = None
    size: Size = "large"
    place: Place | None = None
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    colour: Colour | None = None
    pose: Pose = "upright"


class Tie(Frozen):
    """How one element relates to another; both by their numbers from 1: `1 wearing 2`."""

    subject: Number
    relation: Relation
    object: Number


class Brief(Frozen):
    """A scene: elements, of which the first is the subject, their relations, and what they stand in.

    background: the colour of a page without ground. scenery: things of the ground, far away. title: for a person.
    """

    elements: tuple[Element, ...] = Field(min_length=1, max_length=MAX_ELEMENTS)
    relations: tuple[Tie, ...] = Field(default=(), max_length=MAX_RELATIONS)
    background: Background = "white"
    ground: Ground = "none"
    sky: Sky = "day"
    scenery: tuple[Phrase, ...] = Field(default=(), max_length=MAX_SCENERY)

    @model_validator(mode="after")
    def _holds_together(self) -> "Brief":
        for tie in self.relations:
            if tie.subject == tie.object or max(tie.subject, tie.object) > len(self.elements):
                raise ValueError(f"relates element {tie.subject} to {tie.object}: two of its {len(self.elements)} elements")
        if sum(one.count for one in self.elements) + len(self.scenery) > MAX_DRAWN:
            raise ValueError(f"asks for more than {MAX_DRAWN} pictures in one scene")
        return self


def as_toml(brief: Brief) -> str:
    """Write a brief as TOML for a person to change, with the closed lists beside it."""
    lines = [
        f"# A scene: one to {MAX_ELEMENTS} elements. The first is the subject.",
        f"# ground: {', '.join(get_args(Ground))}",
        f"# sky: {', '.join(get_args(Sky))}",
        f"# background, where there is no ground: {', '.join(get_args(Background))}",
        "# scenery: things of the ground, far away",
        f"# size: {', '.join(get_args(Size))}",
        f"# place: {', '.join(get_args(Place))}; without one the relations and the ground decide",
        f"# colour: {', '.join(get_args(Colour))}; count: 1 to {MAX_COUNT}; pose: {', '.join(get_args(Pose))}",
        "# style: one that the model knows; without it, works take turns through all of them",
        f"# relations, by the numbers of the elements: {', '.join(get_args(Relation))}",
        "",
        f"background = {json.dumps(brief.background)}",
        f"ground = {json.dumps(brief.ground)}",
        f"sky = {json.dumps(brief.sky)}",
        f"scenery = {json.dumps(brief.scenery, ensure_ascii=False)}",
    ]
    for name, records in (("elements", brief.elements), ("relations", brief.relations)):
        for record in records:
            fields = record.model_dump(exclude_none=True)
            lines += ["", f"[[{name}]]"]
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(lines) + "\n"


def unmixed(brief: Brief) -> tuple[int, ...]:
    """Return the places, from 0, of the elements that are drawn by themselves: what another is mixed with is not."""
    mixed = {tie.object - 1 for tie in brief.relations if tie.relation == "mixed with"}
    return tuple(place for place in range(len(brief.elements)) if place not in mixed or place == 0)


def drawn_parts(brief: Brief) -> tuple[int, ...]:
    """Return for each picture that a scene needs the number of its condition: elements as often as counted, then scenery."""
    own = [place for place in unmixed(brief) for _ in range(brief.elements[place].count)]
    return (*own, *(len(brief.elements) + number for number in range(len(brief.scenery))))
