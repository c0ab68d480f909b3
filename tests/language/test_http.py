"""A language model behind a server that may be anything: slow, huge, elsewhere, or lying."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.base import Limit, Message, Reply
from ganvas.language.director import direct, schema
from ganvas.language.http import MAX_REPLY, HttpModel
from tests.language.fakes import BagEncoder, lexicon

KEY = "sk-very-secret"
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


def completion(content: object) -> Answer:
    return send(json.dumps({"choices": [{"message": {"content": content}}]}).encode())


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield one
        one.done.set()
        one.shutdown()
        thread.join()


def ask(server: Server, *, seconds: float = 10) -> Reply:
    model = HttpModel(server.url + "/", model="small", key=KEY)
    return model.complete([Message("user", "a robot")], schema(), seed=2**40 + 5, limit=Limit(tokens=50, seconds=seconds))


def test_a_plain_chat_completion(server: Server) -> None:
    server.answer = completion('{"subject": "robot"}')
    reply = ask(server)
    ((path, headers, body),) = server.asked
    assert reply.text == '{"subject": "robot"}' and 0 <= reply.seconds < 10
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["max_tokens"], body["messages"]) == ("small", 50, [{"role": "user", "content": "a robot"}])
    assert body["response_format"]["json_schema"]["schema"] == schema() and 0 <= body["seed"] < 2**31
    assert KEY not in json.dumps(body)


def test_a_server_without_schemas_is_told_in_words(server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        refuses = "response_format" in server.asked[-1][2]
        (send(b"what?", status=400) if refuses else completion("yes"))(handler)

    server.answer = answer
    assert ask(server).text == "yes"
    rule = server.asked[-1][2]["messages"][0]
    assert len(server.asked) == 2 and rule["role"] == "system" and json.dumps(schema()) in rule["content"]


def test_one_that_goes_on_refusing_is_asked_twice_and_no_more(server: Server) -> None:
    server.answer = send(b"no", status=400)
    with pytest.raises(LanguageModelError, match="answered 400"):
        ask(server)
    assert len(server.asked) == 2


BODIES = {
    "an error": (send(b"secret trace", status=500), "answered 500"), "a refusal": (send(b"", status=401), "answered 401"),
    "no JSON": (send(b"<html>hello</html>"), "no chat completion"), "nothing": (send(b""), "no chat completion"),
    "a list": (send(b"[]"), "no chat completion"), "no choices": (send(b'{"choices": []}'), "no chat completion"),
    "a text for choices": (send(b'{"choices": "abc"}'), "no chat completion"), "no text": (completion(None), "no text"),
    "parts": (completion([{"type": "text"}]), "no text"), "not utf-8": (send(b"\xff\xfe{}"), "no chat completion"),
    "depth": (send(b"[" * 100_000), "no chat completion"), "not a number": (send(b'{"choices": NaN}'), "no chat completion"),
    "huge": (send(b" " * (MAX_REPLY + 1)), "too long"), "packed": (send(b"\x1f\x8b" * 9, Content_Encoding="gzip"), "no chat"),
    "cut short": (send(b"{}", Content_Length="500"), "does not answer"),
    "a forged length": (send(b"{}", Content_Length="lots"), "does not answer"),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n") and None, "does not answer"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), BODIES.values(), ids=BODIES.keys())
def test_a_bad_answer_is_one_line_without_the_key(server: Server, answer: Answer, reason: str) -> None:
    server.answer = answer
    with pytest.raises(LanguageModelError, match=reason) as error:
        ask(server)
    line = str(error.value)
    assert server.url in line and "\n" not in line and len(line) < 300
    assert KEY not in line and "secret trace" not in line and error.value.exit_code == 4


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = send(b"", status=302, Location=f"{server.url}/elsewhere")
    with pytest.raises(LanguageModelError, match="answered 302"):
        ask(server)
    assert [path for path, _, _ in server.asked] == ["/v1/chat/completions"]


def test_nothing_in_the_environment_sends_the_key_elsewhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.answer = completion("yes")
    assert ask(server).text == "yes"


def drip(first: bytes, endless: bytes) -> Answer:
    """Send a little now and then, for ever: each piece in time for a socket's own timeout."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while not handler.server.done.wait(0.02):  # pyright: ignore
            handler.wfile.write(endless)

    return answer


HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "silence": drip(b"", b""), "no end of headers": drip(HEAD, b"X-A: b\r\n"), "half a header": drip(HEAD + b"X-A: ", b"b"),
    "no end of text": drip(HEAD + b"\r\n", b" "),
    "no end of chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}  # fmt: skip


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW.keys())
def test_nobody_is_waited_for_longer_than_the_limit(server: Server, answer: Answer) -> None:
    server.answer = answer
    began = time.monotonic()
    with pytest.raises(LanguageModelError, match=r"does not answer|too slow"):
        ask(server, seconds=0.4)
    assert time.monotonic() - began < 3


def test_where_nobody_listens(server: Server) -> None:
    model = HttpModel("http://127.0.0.1:9/v1", model="small", key=KEY)
    with pytest.raises(LanguageModelError, match=r"127\.0\.0\.1:9.*ConnectError.*--llm rules"):
        model.complete([], schema(), seed=0, limit=Limit(seconds=5))


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x", "file:///etc/passwd", "localhost:8080", "http://", "http:///v1", "http://[", "http://a:99999/", "http://a:b/v1",
     "http://me:word@host/v1", "http://host/v1?key=word", "http://host/v1#word", "http://host/\x07", "http://" + "a" * 600],
)  # fmt: skip
def test_odd_addresses_are_refused_and_passwords_not_repeated(url: str) -> None:
    with pytest.raises(InputError) as error:
        HttpModel(url, model="small")
    assert "word" not in str(error.value).replace("a password or a query", "") and len(str(error.value)) < 300


@pytest.mark.parametrize("key", ["sk-\n-x: y", "sk-schlüssel", "\x00"])
def test_odd_keys_are_refused_unseen(key: str) -> None:
    with pytest.raises(InputError, match="GANVAS_LLM_KEY") as error:
        HttpModel("http://localhost/v1", model="small", key=key)
    assert key not in str(error.value)


def test_a_scene_is_written_through_a_server(server: Server) -> None:
    server.answer = completion('{"subject": "robot", "around": "none", "size": "large", "background": "sand"}')
    model = HttpModel(server.url, model="small")
    result = direct("a robot", model=model, lexicon=lexicon(), encoder=BagEncoder(), seed=0)
    assert result.writer == "http" and result.brief.background == "sand" and "127.0.0.1" not in result.note
    server.answer = completion("I cannot draw.")
    assert direct("a robot", model=model, lexicon=lexicon(), encoder=BagEncoder(), seed=0).writer == "rules"
