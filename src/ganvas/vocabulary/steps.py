"""Steps of exploring: what was done to works to make another. Provenance holds one, with the works it was done to."""

import base64
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from ganvas.ground.config import Digest, Frozen, Line, Name, Phrase

Side = Literal[64, 128, 256, 512]
"""Pixels a side of a canvas."""
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=-10, le=10)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
"""An RGB colour, as `#0b7285`."""

LEAST_COLOURS, MOST_COLOURS = 2, 64
"""Colours of a palette that a work is recoloured with."""
MOST_FRAMES, MOST_STOPS = 600, 16
"""Frames of a walk, and works that it passes."""
FASTEST = 20
"""Milliseconds that a frame is shown at least; programs that show GIFs take less for a mistake."""
MOST_PUSHES = 8

_MOST_LATENT = 4 * 4096 * 4


def pack(latent: np.ndarray) -> str:
    """Write latents, rounded to float16, as text."""
    return base64.b64encode(np.ascontiguousarray(latent, dtype="<f2").tobytes()).decode("ascii")


def unpack(text: str) -> np.ndarray:
    """Read latents that `pack` wrote: float32 (numbers,)."""
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f2").astype(np.float32)


def _is_packed(text: str) -> str:
    try:
        numbers = unpack(text)
    except ValueError:
        raise ValueError("is no latent") from None
    if not len(numbers) or not np.isfinite(numbers).all():
        raise ValueError("holds no numbers, or infinite ones")
    return text


Packed = Annotated[str, Field(max_length=_MOST_LATENT), AfterValidator(_is_packed)]


class Vary(Frozen):
    """A neighbour of a work, found by the record's seed and number. amount: 0 = the work itself, 1 = the neighbour."""

    name: Literal["vary"] = "vary"
    amount: Share


class Mix(Frozen):
    """Two works mixed. at: the share of the second in what is drawn; style: in how it is drawn."""

    name: Literal["mix"] = "mix"
    at: Share
    style: Share


class Walk(Frozen):
    """A walk past works, back to the first one where it is looped. size: pixels a side. milliseconds: how long a frame stays."""

    name: Literal["walk"] = "walk"
    frames: Annotated[int, Field(ge=2, le=MOST_FRAMES)]
    size: Side
    milliseconds: Annotated[int, Field(ge=FASTEST, le=10_000)]
    looped: bool = True


class Recolour(Frozen):
    """Other colours. by: each surface gets a colour like its own, or they are given in order, the largest surface first."""

    name: Literal["recolour"] = "recolour"
    colours: Annotated[tuple[Colour, ...], Field(min_length=LEAST_COLOURS, max_length=MOST_COLOURS)]
    by: Literal["likeness", "order"] = "likeness"


class Push(Frozen):
    """One step along a direction: a named one of the model, or from what some words name to what others do."""

    along: Name | None = None
    words: tuple[Phrase, Phrase] | None = None
    amount: Amount

    @model_validator(mode="after")
    def _goes_one_way(self) -> "Push":
        if (self.along is None) == (self.words is None):
            raise ValueError("goes along a direction or between words, and not both")
        return self


class Pushed(Frozen):
    """A work pushed along directions, all at once."""

    name: Literal["push"] = "push"
    pushes: Annotated[tuple[Push, ...], Field(min_length=1, max_length=MOST_PUSHES)]


class Plane(Frozen):
    """A point of the plane through a work and two of its neighbours, which the record's seed finds: 0, 0 = the work itself."""

    name: Literal["plane"] = "plane"
    right: Annotated[float, Field(ge=-1, le=1)]
    down: Annotated[float, Field(ge=-1, le=1)]


class Inverted(Frozen):
    """A picture's latent, as it was found. picture: the file's name. digest: the sha256 of its pixels after its shape."""

    name: Literal["invert"] = "invert"
    picture: Line
    digest: Digest
    latent: Packed


Step = Annotated[Vary | Mix | Walk | Recolour | Pushed | Plane | Inverted, Field(discriminator="name")]
"""Any of them, by what stands under `name`."""
