import asyncio
import contextlib
import socket
import threading
import time
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.studio.studio import Studio
from ganvas.web import serve
from ganvas.web.app import make_app
from ganvas.web.guard import HEADERS, SMALL, Door, Guard, is_loopback
from ganvas.web.serve import listen, serving


def ask(
    guard: Guard, *, method: str = "POST", path: str = "/x", query: str = "", chunks: tuple[bytes, ...] = (b"",), **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request through a guard, and return status, headers and body of the answer."""
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "scheme": "http", "headers": raw}
    waiting, sent = list(chunks), list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads all that it is sent."""
    count, more = 0, True
    while more:
        message = await receive()
        count, more = count + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(count).encode()})


OURS, LAN = Guard(echo, door=Door.at("127.0.0.1")), Guard(echo, door=Door.at("0.0.0.0", "secret"))


@pytest.mark.parametrize("host", ["127.0.0.1:8720", "localhost:1", "LOCALHOST", "[::1]:80", "127.0.0.1"])
def test_we_are_reached_by_our_own_names(host: str) -> None:
    status, headers, _ = ask(OURS, host=host, origin=f"http://{host}")
    assert status == 200 and HEADERS.items() <= headers.items()


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "10.0.0.7:8720",
        "evil:127.0.0.1",
        "[::2]:1",
        "127.0.0.1@evil.example",
    ],
)
def test_another_name_is_refused_so_that_no_dns_leads_here(host: str) -> None:
    for method in ("GET", "POST"):
        assert ask(OURS, method=method, host=host)[0] == 403


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "https://127.0.0.1:8720",
        "http://127.0.0.1:1",
        "http://localhost:8720",
        "http://127.0.0.1:8720.evil.example",
        "file://",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_of_other_sites_change_nothing(origin: str, method: str) -> None:
    status, _, body = ask(OURS, method=method, host="127.0.0.1:8720", origin=origin)
    assert status == 403 and b"origin" in body


def test_a_form_of_another_site_that_names_no_origin_changes_nothing() -> None:
    for site in ("cross-site", "same-site"):
        assert ask(OURS, host="localhost", sec_fetch_site=site)[0] == 403
    assert ask(OURS, host="localhost", sec_fetch_site="same-origin")[0] == 200
    assert ask(OURS, host="localhost")[0] == 200  # a program


@given(
    st.text(alphabet=st.characters(max_codepoint=255), max_size=40),
    st.text(alphabet=st.characters(max_codepoint=255), max_size=40),
)
def test_no_host_and_origin_but_our_own_are_let_in(host: str, origin: str) -> None:
    bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
    expected = bare.lower() in ("127.0.0.1", "localhost", "[::1]") and origin == f"http://{host}"
    assert (ask(OURS, host=host, origin=origin)[0] == 200) is expected


def test_from_elsewhere_a_token_is_needed() -> None:
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic secret"},
        {"cookie": "ganvas=wrong"},
        {"cookie": "ganvas"},
    ):
        assert ask(LAN, method="GET", path="/api/works", host="10.0.0.7:1", **headers)[0] == 401
    assert ask(LAN, method="GET", host="10.0.0.7", authorization="Bearer secret")[0] == 200
    assert ask(LAN, method="GET", host="10.0.0.7", cookie="a=b; ganvas=secret")[0] == 200
    status, headers, _ = ask(LAN, method="GET", path="/", query="token=secret", host="10.0.0.7:1")
    assert (
        status == 303
        and headers["location"] == "/"
        and "HttpOnly" in headers["set-cookie"]
        and "SameSite=strict" in headers["set-cookie"]
    )
    assert ask(LAN, method="GET", path="/", query="token=wrong", host="10.0.0.7:1")[0] == 401
    assert ask(LAN, method="GET", host="evil.example", authorization="Bearer secret")[0] == 403


def test_who_needs_no_token() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", "10.0.0.1", "evil")] == [
        True
    ] * 4 + [False] * 3


def test_what_declares_too_much_is_refused_before_it_is_read() -> None:
    for length in ("5000000000", str(SMALL + 1), "-1", "many", "1e3"):
        assert ask(OURS, host="localhost", content_length=length)[0] == 413
    assert ask(OURS, host="localhost", content_length=str(SMALL))[0] == 200


def test_what_streams_too_much_is_cut_off() -> None:
    assert ask(OURS, host="localhost", chunks=(b"x" * SMALL,))[2] == b"1000000"
    with pytest.raises(Exception, match="413"):  # the application behind answers with it
        ask(OURS, host="localhost", chunks=(b"x" * SMALL, b"x"))


def test_web_sockets_are_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(OURS({"type": "websocket"}, None, send))  # pyright: ignore[reportArgumentType]
    assert sent == [{"type": "websocket.close", "code": 1008}]


# a real server


def raw(address: str, *parts: bytes, wait: float = 0.0, seconds: float = 20) -> bytes:
    """Send bytes over a socket, and return what comes until the server hangs up."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=seconds) as connection:
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
                if wait:  # and read meanwhile: what comes is lost when the server hangs up on what we send
                    connection.settimeout(wait)
                    with contextlib.suppress(TimeoutError):
                        answer += connection.recv(65536)
            connection.settimeout(seconds)
            while chunk := connection.recv(65536):
                answer += chunk
        except (ConnectionError, BrokenPipeError):
            pass
        return answer


def head(path: str, *more: str) -> bytes:
    return "\r\n".join((f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json", *more, "", "")).encode()


def test_five_gigabytes_are_refused_at_once_when_declared_and_soon_when_chunked(address: str) -> None:
    began = time.monotonic()
    for path in ("/api/jobs/imagine", "/api/pictures", "/api/archives", "/v1/images/edits"):
        answer = raw(address, head(path, "content-length: 5000000000"), b"x" * 1000)
        assert answer.startswith(b"HTTP/1.1 413") and b"connection: close" in answer.lower()
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = raw(address, head("/api/jobs/imagine", "transfer-encoding: chunked"), *(chunk for _ in range(40)))
    assert b"413" in answer[:20] or answer == b""  # hung up on while it was still sending
    assert time.monotonic() - began < 15


def test_a_head_that_never_ends_is_hung_up_on(behind: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "HEADER_SECONDS", 0.5)
    with serving(make_app(behind, door=Door.at("127.0.0.1")), listen("127.0.0.1", 0)) as address:
        began = time.monotonic()
        assert raw(address, b"GET / HTTP/1.1\r\n", *(b"x: y\r\n" for _ in range(20)), wait=0.1) == b""
        assert raw(address) == b""  # and who says nothing at all
        first = b"GET /page/icon.svg HTTP/1.1\r\nhost: localhost\r\n\r\n"
        answer = raw(address, first, b"GET / HTTP/1.1\r\n", *(b"x: y\r\n" for _ in range(20)), wait=0.1)  # also the second time
        assert answer.startswith(b"HTTP/1.1 200") and answer.count(b"HTTP/1.1") == 1
        assert time.monotonic() - began < 10


def test_a_body_that_drips_is_answered_in_time(behind: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.web.guard.SECONDS", 0.5)
    with serving(make_app(behind, door=Door.at("127.0.0.1")), listen("127.0.0.1", 0)) as address:
        assert raw(address, head("/api/jobs/imagine", "content-length: 100"), b"{").startswith(b"HTTP/1.1 408")


def test_slow_ones_do_not_hold_the_others_up(address: str, web: httpx.Client) -> None:
    host, _, port = address.removeprefix("http://").rpartition(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(100)]
    for one in slow:
        one.sendall(b"POST /api/jobs/imagine HTTP/1.1\r\n")
    began = time.monotonic()
    assert web.get("/api/works").status_code == 200 and time.monotonic() - began < 3
    for one in slow:
        one.close()
    assert threading.active_count() < 100
