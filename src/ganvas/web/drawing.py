"""Drawing for whoever waits for the answer: a few at once, the others in a queue, and beyond that nobody."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from ganvas.studio.jobs import BusyError

AT_ONCE, MOST_WAITING = 2, 64
Answer = TypeVar("Answer")


class DrawingRoom:
    """Runs what draws in threads of its own, so that the event loop and the other routes go on."""

    def __init__(self) -> None:
        self._places = CapacityLimiter(AT_ONCE)
        self._here = 0

    async def run(self, draw: Callable[[], Answer]) -> Answer:
        """Run a function as soon as there is room. Raises BusyError where too many wait."""
        if self._here >= AT_ONCE + MOST_WAITING:
            raise BusyError("too many wait for a drawing", do="ask again in a second")
        self._here += 1
        try:
            return await run_sync(draw, limiter=self._places)
        finally:
            self._here -= 1
