"""When a training ends: the budget is spent, it converged, the clock guards, or a person asked."""

import time
from dataclasses import dataclass, field

from ganvas.training.schedule import Progress


@dataclass
class Stop:
    """Asked before every step; answers with a reason or None.

    minutes: a guard on this sitting's clock, not the budget (that is `Progress.budget`, in images).
    converged: stop when the discriminator orders pairs no better than chance, within this of 1/2, after a tenth of the budget
    (Goodfellow et al. 2014: at the optimum D = 1/2 everywhere). 0 switches it off.
    """

    minutes: float | None = None
    converged: float = 0.0
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
        if self.converged and progress.share > 0.1 and abs(progress.right - 0.5) < self.converged:
            return "converged"
        return None
