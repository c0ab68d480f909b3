"""News for whoever listens, as server-sent events: jobs as they go on, and works as they are made."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from ganvas.ground.config import Frozen

MOST_LISTENERS, MOST_WAITING, HEARTBEAT = 64, 500, 15
"""Listeners at once; events that one may fall behind; seconds of silence after which it is broken, to notice who is gone."""


class Events:
    """Hands events out. `publish` may be called by any thread, and does nothing before there is a listener."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[asyncio.Queue[bytes]] = set()

    @property
    def full(self) -> bool:
        """Whether no more can listen."""
        return len(self._listeners) >= MOST_LISTENERS

    def publish(self, kind: str, record: Frozen) -> None:
        """Hand out an event."""
        if self._loop is not None and self._listeners:
            with contextlib.suppress(RuntimeError):  # the server has just ended
                self._loop.call_soon_threadsafe(self._hand_out, f"event: {kind}\ndata: {record.model_dump_json()}\n\n".encode())

    async def listen(self) -> AsyncIterator[bytes]:
        """Yield events from now on. One who falls far behind is cut off; it connects again and asks for everything anew."""
        self._loop, queue = asyncio.get_running_loop(), asyncio.Queue[bytes](MOST_WAITING)
        self._listeners.add(queue)
        try:
            yield b"retry: 1000\n\n"
            while queue in self._listeners:
                try:
                    yield await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self._listeners.discard(queue)

    def _hand_out(self, event: bytes) -> None:
        for queue in list(self._listeners):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._listeners.discard(queue)
