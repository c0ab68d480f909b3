"""When a training ends: the budget is spent, it converged, the clock guards, or a person asked."""

import time
from dataclasses import dataclass, field

from ganvas.training.schedule import Progress


@dataclass
class Stop:
    """Asked before every step; answers with a reason or None.

    minutes: a guard on this sitting's clock, not the budget (that is `Progress.budget`, in images).
    patience: stop when the score has not become better for so many looks at it: the classic fourth step. 0 switches it off. (That
    the discriminator is at 1/2, as theory has it at the optimum, no finite game shows.)
    """

    minutes: float | None = None
    patience: int = 0
    asked: bool = False
    began: float = field(default_factory=time.monotonic)

    def __call__(self, progress: Progress) -> str | None:
        """Return why to stop now, or None."""
        if progress.images >= progress.budget:
            return "budget"
        if self.asked:
            return "asked"
        if self.minutes is not None and time.monotonic() - self.began > 60 * self.minutes:
            return "clock"
        if self.patience and progress.waited >= self.patience:
            return "converged"
        return None
