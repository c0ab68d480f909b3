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
    """Called before every step: returns a reason to stop, or None.

    minutes: a guard on this sitting's clock, not the budget (that is `Progress.budget`, in images).
    patience: stop when so many scores in a row were no better: the classic fourth step. 0 switches it off. (Theory has the
    discriminator at 1/2 at the optimum; no finite training shows that.)
    """

    minutes: float | None = None
    patience: int = 0
    requested: bool = False
    began: float = field(default_factory=time.monotonic)

    def __call__(self, progress: Progress) -> str | None:
        """Return why to stop now, or None."""
        if progress.images >= progress.budget:
            return "budget"
        if self.requested:
            return "asked"
        if self.minutes is not None and time.monotonic() - self.began > 60 * self.minutes:
            return "clock"
        if self.patience and progress.waited >= self.patience:
            return "converged"
        return None


@contextmanager
def asking_to_stop(stop: Stop) -> Generator[None]:
    """Turn an interrupt, a termination or a hang-up signal into a request to stop after the present step."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_number: int, _frame: object) -> None:
        stop.requested = True

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    kept = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]  # as nohup wants it
    before = {number: signal.signal(number, ask) for number in kept}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
