"""A recipe trains a model: one TOML file is one reproducible run."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AfterValidator, Field, model_validator

from ganvas.ground.config import Frozen, Line, Name
from ganvas.ground.sizes import Size
from ganvas.training.recipes.adversaries import (
    Adversary,
)

Betas = tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]]

STEP, LONGEST, RATIO = 16, 256, 4
"""Sides that can be learned are multiples of the first up to the second; the longer is at most so many times the shorter."""


def trainable(size: Size) -> Size:
    """Return a size that a network can be built for. Raises ValueError for others."""
    if size.width % STEP or size.height % STEP or size.longer > LONGEST or size.longer > RATIO * size.shorter:
        raise ValueError(
            f"{size} is not learned: sides are multiples of {STEP} up to {LONGEST}, the longer at most {RATIO} times the other"
        )
    return size


Learned = Annotated[Size, AfterValidator(trainable)]


class AnyRecipe(Frozen):
    """The settings that recipes of all tasks have. Give `images` or `minutes`; what is derived is written into the run's copy.

    start_from: the model, by name or folder, whose weights it begins with where they fit.
    patience: scores in a row without a better one after which the run ends; the best weights are kept. 0: it never ends so.
    """

    renamed: ClassVar[Mapping[str, str]] = {}
    """Keys by the names that they once had."""
    several_folders: ClassVar[str] = ""
    """Why several folders are sources of this task; empty where it takes one."""

    name: Name = "model"
    sources: tuple[Line, ...] = Field(min_length=1, max_length=64)
    summary: Line = ""
    licence: Line = "unknown: the licence of the pictures it was trained on"
    attribution: tuple[Line, ...] = ()
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    batch: int = Field(default=32, ge=2, le=1024)
    start_from: Line | None = None
    images: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    patience: int = Field(default=0, ge=0, le=1000)
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int | None = Field(default=None, ge=1, le=256)
    rate_generator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    rate_discriminator: Annotated[float, Field(gt=0, le=1)] = 2e-3
    betas: Betas = (0.0, 0.99)
    half_life: Annotated[float, Field(gt=0)] = 10_000.0
    sheets: int = Field(default=40, ge=1, le=10_000)
    log_every: int = Field(default=50, ge=1)
    keep_minutes: Annotated[float, Field(ge=0)] = 3.0
    notes: tuple[Line, ...] = ()

    @property
    def task_name(self) -> str:
        """The name of the kind of work that it trains, as it stands under `task`."""
        return str(getattr(self, "task", ""))

    @property
    def settled_precision(self) -> str:
        """The precision to compute in; float32 while that is open."""
        return "float32" if self.precision == "auto" else self.precision

    @property
    def warm_start(self) -> float:
        """The share of the budget at its beginning in which the generator learns without an adversary."""
        return 0.0

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, content: Any) -> Any:
        return cls.completed(cast("dict[str, Any]", content)) if isinstance(content, dict) else content

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Return the given settings together with what follows from them."""
        return given

    @classmethod
    def from_folders(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Return the settings of a training that is asked for by its folders, with what follows from their number."""
        return given

    def may_differ(self, name: str, stored: Any) -> bool:
        """Say whether an existing run may go on that has another value, `stored`, under a name."""
        return name in ("threads", "minutes", "device", "images", "patience") or getattr(self, name) is None

    @property
    def adversaries(self) -> tuple[Adversary, ...]:
        """All adversaries."""
        named = getattr(self, "pixel", None), getattr(self, "projected", None)
        return tuple(one for one in named if one is not None)

    @property
    def interval(self) -> int:
        """Steps after which everything that is not done at each step was done equally often."""
        return math.lcm(*(adversary.interval for adversary in self.adversaries))
