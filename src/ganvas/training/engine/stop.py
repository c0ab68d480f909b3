"""When a training ends: the budget is spent, it converged, the clock guards, or a person asked."""

import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ganvas.training.engine.schedule import Progress


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


@contextmanager
def asking_to_stop(stop: Stop) -> Generator[None]:
    """While inside, an interrupt or a polite kill asks the run to stop after its step instead of tearing it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_number: int, _frame: object) -> None:
        stop.asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
