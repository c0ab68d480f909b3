"""The server: uvicorn on one address, for as long as a person wants it."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from threading import Thread

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from ganvas.ground.errors import InputError

HEADER_SECONDS = 10
"""Seconds that a connection gets to say what it wants."""


class PatientProtocol(H11Protocol):
    """uvicorn's own, which would wait for ever for the head of a request."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where the head of a request is not whole yet."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def listen(host: str, port: int) -> socket.socket:
    """Take an address; port 0 is any free one. Raises InputError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise InputError(
            f"cannot listen at port {port}: {error.strerror}", where=host, do="choose another with --port"
        ) from error
    return taken


def serve(app: ASGIApp, taken: socket.socket, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until the person stops it. ready: is called when requests are answered."""
    _server(app, ready).run(sockets=[taken])


@contextlib.contextmanager
def serving(app: ASGIApp, taken: socket.socket) -> Generator[str]:
    """Serve in a thread while the block runs; yields the address."""
    server = _server(app, lambda: None)
    thread = Thread(target=server.run, kwargs={"sockets": [taken]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        host, port = taken.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class _Server(uvicorn.Server):
    """uvicorn's own, which says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _server(app: ASGIApp, ready: Callable[[], None]) -> uvicorn.Server:
    config = uvicorn.Config(
        app, http=PatientProtocol, ws="none", lifespan="off", log_level="warning", access_log=False, server_header=False,
        timeout_keep_alive=30, timeout_graceful_shutdown=2, backlog=256, proxy_headers=False,
    )  # fmt: skip
    return _Server(config, ready)
