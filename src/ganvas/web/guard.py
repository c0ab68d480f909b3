"""Who may ask what: hosts, origins, a token, sizes and times, checked before anything else sees a request.

A page of another site must not draw, read or delete here, although the browser that shows it runs on this machine: it names
another origin, or reaches us under another host's name (DNS rebinding). What is sent may be endless or endlessly slow.
"""

import asyncio
import hmac
import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "ganvas"
SMALL, PICTURE, ARCHIVE = 1_000_000, 64_000_000, 1_000_000_000
"""Bytes that a request may have: of words, with a picture, with an archive of pictures."""
LIMITS: Mapping[str, int] = {"/api/pictures": PICTURE, "/v1/images/edits": PICTURE, "/api/archives": ARCHIVE}
"""Bytes by path; elsewhere SMALL."""
SECONDS, SLOWEST = 20, 50_000
"""Seconds that any request gets to send its body, and bytes a second that a large one has to bring."""
DISCARDED, PATIENCE = 16_000_000, 2.0
"""Bytes of a refused body that are still read, and the seconds for it."""
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin", "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """What is let in. hosts: names under which we are reached. token: what must be known from elsewhere."""

    hosts: frozenset[str]
    token: str | None = None
    any_address: bool = False

    @classmethod
    def at(cls, host: str, token: str | None = None) -> "Door":
        """Return the door of a server that listens on `host`. Without a token it must be reached by a loopback name."""
        if is_loopback(host):
            return cls(frozenset(("127.0.0.1", "localhost", "[::1]")), token)
        return cls(
            frozenset((host.lower(), "127.0.0.1", "localhost", "[::1]", socket.gethostname().lower())), token, any_address=True
        )

    def lets_in(self, host: str) -> bool:
        """Say whether a Host header names us. With a token a bare address may, since nobody's DNS can lead there."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
        return name.lower() in self.hosts or (self.any_address and _is_address(name))

    def knows(self, given: str | None) -> bool:
        """Say whether a token is ours."""
        return self.token is None or (given is not None and hmac.compare_digest(given.encode(), self.token.encode()))


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches a host."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """Lets requests through to an application, or answers them itself. Pure ASGI: streams pass as they are."""

    def __init__(self, app: ASGIApp, *, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, and bound what it sends."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        sending = _with_headers(send)
        if (answer := self._refusal(scope, headers)) is not None:
            await _discard(receive)
            await answer(scope, receive, sending)
            return
        limit = LIMITS.get(scope["path"], SMALL)
        await self._app(scope, _bounded(receive, limit), sending)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> Response | None:
        """Return the answer to a request that is not let through, or None."""
        host = headers.get("host", "")
        if not self._door.lets_in(host):
            return refuse(403, f"this is no address of the studio: {host[:80]!r}", "host")
        if wrong := _foreign(scope["method"], headers, host, scope["scheme"]):
            return refuse(403, wrong, "origin")
        if not self._door.knows(_token(headers)):
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [None])[0]
            if scope["method"] != "GET" or scope["path"] != "/" or given is None or not self._door.knows(given):
                return refuse(401, "the token is missing or wrong: open the address that ganvas studio printed", "token")
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(COOKIE, given, httponly=True, samesite="strict")
            return welcome
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LIMITS.get(scope["path"], SMALL):
            return refuse(413, f"more than {LIMITS.get(scope['path'], SMALL):,} bytes are not taken here", "size")
        return None


def refuse(status: int, message: str, code: str) -> JSONResponse:
    """Return an error in the one form that all of this server's errors have, which is OpenAI's."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return JSONResponse(
        {"error": {"message": message, "type": kind, "param": None, "code": code}}, status,
        headers={"connection": "close"} if status in (403, 408, 413) else None,
    )  # fmt: skip


def _foreign(method: str, headers: Mapping[str, str], host: str, scheme: str) -> str | None:
    """Return why a request comes from a page of another site, or None. Programs name no origin."""
    if method in SAFE:
        return None
    origin = headers.get("origin")
    if origin is not None and origin != f"{scheme}://{host}":
        return f"requests from {origin[:80]!r} are not taken"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "requests from pages of other sites are not taken"
    return None


def _token(headers: Mapping[str, str]) -> str | None:
    """Return the token of a request: a program's bearer token, or the browser's cookie."""
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and given:
        return given
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def _bounded(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that ends what is larger than `limit` bytes, whatever it declared, and what is too slow."""
    loop = asyncio.get_running_loop()
    deadline, seen, ended = loop.time() + SECONDS + limit / SLOWEST, 0, False

    async def bounded() -> Message:
        nonlocal seen, ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + SECONDS)):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "it came too slowly") from None
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, f"more than {limit:,} bytes are not taken here")
        ended = not message.get("more_body", False)
        return message

    return bounded


async def _discard(receive: Receive) -> None:
    """Read a body that is refused, DISCARDED bytes of it at most: most clients send all of it before they read the answer, and
    would see no more than a closed connection.
    """
    seen = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while seen <= DISCARDED:
                message = await receive()
                seen += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _with_headers(send: Send) -> Send:
    """Return a `send` that adds our headers, where the answer has none of its own of that name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.decode("latin-1").lower() for name, _ in message["headers"]}
            own = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name not in there]
            message = {**message, "headers": [*message["headers"], *own]}
        await send(message)

    return sending
