"""A server on this machine that answers as a test tells it to."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ganvas.language.llm.http import MAX_REPLY_BYTES

KEY = "sk-very-secret-0123456789"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """A server on this machine that answers as `answer` does, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Answer = completion("{}")
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up is what these tests are about


class Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.server.answer(self)

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), None))
        send(b"{}")(self)

    def log_message(self, format: str, *args: object) -> None:
        pass


def send(body: bytes, *, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def completion(content: object, *, ends: str = "stop", **more: object) -> Answer:
    return send(json.dumps({"choices": [{"message": {"content": content, **more}, "finish_reason": ends}]}).encode())


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on a free port until the block ends."""
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield one
        finally:
            one.done.set()
            one.shutdown()
            thread.join()


def drip(first: bytes, endless: bytes) -> Answer:
    """Send a little now and then, for ever: each piece in time for a socket's own timeout."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while not handler.server.done.wait(0.02):  # pyright: ignore
            handler.wfile.write(endless)

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


BODIES = {
    "an error": (send(b"secret trace", status=500), "answered 500"), "a refusal": (send(b"", status=401), "--key-env"),
    "no JSON": (send(b"<html>hello</html>", Content_Type="text/html"), "no chat completion"),
    "nothing": (send(b""), "no chat completion"), "a list": (send(b"[]"), "no chat completion"),
    "no choices": (send(b'{"choices": []}'), "no chat completion"), "no message": (send(b'{"choices": [{}]}'), "no chat"),
    "a text for choices": (send(b'{"choices": "abc"}'), "no chat completion"),
    "a text for a message": (send(b'{"choices": [{"message": "hello"}]}'), "no chat completion"),
    "no text": (completion(None), "no text"), "a number": (completion(7), "no text"), "space": (completion(" \n"), "no text"),
    "parts": (completion([{"type": "text"}, 3, None]), "no text"), "not utf-8": (send(b"\xff\xfe{}"), "no chat completion"),
    "depth": (send(b"[" * 100_000), "no chat completion"), "not a number": (send(b'{"choices": NaN}'), "no chat completion"),
    "a long number": (send(b'{"choices": ' + b"9" * 10_000 + b"}"), "no chat completion"),
    "huge": (send(b" " * (MAX_REPLY_BYTES + 1)), "too long"),
    "a wrong encoding": (send(b"\x1f\x8b" * 9, Content_Encoding="gzip"), "no chat"),
    "a bomb": (send(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"), "no chat completion"),
    "cut short": (send(b"{}", Content_Length="500"), "does not answer"),
    "a forged length": (send(b"{}", Content_Length="lots"), "does not answer"),
    "long headers": (send(b"{}", X_Long="x" * 200_000), "does not answer"),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n") and None, "does not answer"),
    "a closed connection": (hang_up, "does not answer"), "too many requests": (send(b"", status=429), "answered 429"),
    "a redirect": (send(b"", status=302, Location="http://127.0.0.1:9/v1"), "answered 302.*not followed"),
    "a redirect to metadata": (send(b"", status=307, Location="http://169.254.169.254/latest/meta-data"), "answered 307"),
    "thinking alone": (completion("<think>robot"), "no text"),
    "its key again": (completion(f'{{"subject": "{KEY.upper()}"}}'), "repeats the API key"),
    "its key as a field": (completion({KEY: "robot"}), "repeats the API key"),
}  # fmt: skip

HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "silence": drip(b"", b""), "no end of headers": drip(HEAD, b"X-A: b\r\n"), "half a header": drip(HEAD + b"X-A: ", b"b"),
    "no end of text": drip(HEAD + b"\r\n", b" "),
    "no end of chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}  # fmt: skip
