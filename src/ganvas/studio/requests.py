"""What may be asked of a studio from outside: the requests of `vocabulary.request` with closed names in place of paths."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ganvas.ground.config import Frozen, Line
from ganvas.studio.model_list import ModelId
from ganvas.vocabulary.provenance import Seed
from ganvas.vocabulary.request import (
    COMPOSES,
    DRAWS,
    REDRAWS,
    WRITES,
    ComposeRequest,
    ImagineRequest,
    RestyleRequest,
    WriteRequest,
)
from ganvas.vocabulary.steps import MOST_PUSHES, Push
from ganvas.vocabulary.verse import FormName

Writer = Literal["auto", "none", "rules", "local"]
"""Who writes a scene or a plan. The person's own choice of a server stands behind auto; no request names one."""
StyleName = Annotated[str, StringConstraints(pattern=r"^[^/\\]+(/[^/\\]+)?$", min_length=1, max_length=129)]
"""A style of a model, or MODEL/STYLE; both are looked up in closed lists."""

# The fields below are narrower than those they replace. Records are frozen, so that is safe; pyright cannot know it.


class Imagine(ImagineRequest):
    """Draw pictures of an idea."""

    model: ModelId = DRAWS
    llm: Writer = "auto"  # pyright: ignore[reportIncompatibleVariableOverride]
    style: StyleName | None = None


class Restyle(RestyleRequest):
    """Redraw a picture in a style."""

    model: ModelId = REDRAWS


class Compose(ComposeRequest):
    """Compose music for some words."""

    model: ModelId = COMPOSES
    llm: Writer = "auto"  # pyright: ignore[reportIncompatibleVariableOverride]
    melody: None = None  # pyright: ignore[reportIncompatibleVariableOverride]


class Write(WriteRequest):
    """Write regular poems for a theme."""

    model: ModelId = WRITES
    form: FormName = "七绝"  # pyright: ignore[reportIncompatibleVariableOverride]
    voice: None = None  # pyright: ignore[reportIncompatibleVariableOverride]
    llm: Writer = "auto"  # pyright: ignore[reportIncompatibleVariableOverride]


class PushRequest(Frozen):
    """Push a work along directions of its model, all at once."""

    pushes: Annotated[tuple[Push, ...], Field(min_length=1, max_length=MOST_PUSHES)]


class PointRequest(Frozen):
    """Draw one point of the plane through a work and two neighbours, which the seed finds: 0, 0 = the work itself."""

    right: Annotated[float, Field(ge=-1, le=1)] = 0.0
    down: Annotated[float, Field(ge=-1, le=1)] = 0.0
    seed: Seed = 0


class TrainRequest(Frozen):
    """Train a model on the pictures of a zip file. pictures: what its upload was answered with. minutes, images: the budget."""

    pictures: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.zip$")]
    title: Annotated[Line, Field(min_length=1)] = "pictures"
    minutes: Annotated[float, Field(gt=0, le=1440)] = 30
    images: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    size: Literal[32, 48, 64, 96, 128] | None = None
