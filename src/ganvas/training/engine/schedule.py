"""What changes over a run, as a function of the share of the budget that is spent. Schedules count images, not seconds."""

import math
from dataclasses import dataclass, replace
from typing import Any

from pydantic import model_validator

from ganvas.ground.config import Frozen


class Ramp(Frozen):
    """A number that is `start` until a share `after` of the budget, and goes to `end` in a straight line until a share `over`.

    A plain number in a recipe is one that does not change.
    """

    start: float
    end: float
    over: float = 1.0
    after: float = 0.0

    @model_validator(mode="before")
    @classmethod
    def _number_is_constant(cls, content: Any) -> Any:
        return {"start": content, "end": content} if isinstance(content, (int, float)) else content

    def __bool__(self) -> bool:
        """Return whether it is ever anything but 0."""
        return bool(self.start or self.end)

    def at(self, share: float) -> float:
        """Return the value at a share of the budget, 0 to 1."""
        if share < self.after:
            return self.start
        if self.over <= self.after:
            return self.end
        return self.start + (self.end - self.start) * min((share - self.after) / (self.over - self.after), 1.0)


CONSTANT_ZERO = Ramp(start=0, end=0)


def cosine_rate(share: float, *, last: float = 0.3, floor: float = 0.25) -> float:
    """Return the learning rate's factor: 1, then a half cosine down to `floor` in the last part of the budget."""
    gone = max(0.0, (min(share, 1.0) - (1 - last)) / last)
    return floor + (1 - floor) * (1 + math.cos(math.pi * gone)) / 2


@dataclass(frozen=True)
class Progress:
    """How far a run is. images: real pictures seen. budget: how many it may see.

    setbacks: how often the run went back to its last good state. best: the lowest score so far, best_images: when it was seen,
    waited: scores since.
    """

    step: int = 0
    images: int = 0
    budget: int = 1
    seconds: float = 0.0
    setbacks: int = 0
    best: float | None = None
    best_images: int = 0
    waited: int = 0

    @property
    def share(self) -> float:
        """Return the share of the budget that is spent."""
        return self.images / self.budget

    def scored(self, score: float) -> "Progress":
        """Return the progress after one more score; lower is better."""
        if self.best is None or score < self.best:
            return replace(self, best=score, best_images=self.images, waited=0)
        return replace(self, waited=self.waited + 1)
