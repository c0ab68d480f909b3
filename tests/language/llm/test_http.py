"""A language model behind a server that may be anything: slow, huge, elsewhere, or lying."""

import itertools
import json
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm import server_address as address
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.llm.http import MAX_THINKING_TOKENS, HttpModel
from ganvas.language.scene.director import direct, scene_schema
from tests.language.fakes import BagEncoder, lexicon
from tests.language.servers import BODIES, KEY, SLOW, Answer, Server, completion, send, serving

TALK = [Message("system", "Draw."), Message("user", "a robot")]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def ask(server: Server, *, seconds: float = 10) -> Reply:
    model = HttpModel(server.url + "/", model="small", key=KEY)
    return model.complete([Message("user", "a robot")], scene_schema(), seed=2**40 + 5, limit=Limit(tokens=50, seconds=seconds))


def test_a_plain_chat_completion(server: Server) -> None:
    server.answer = completion('{"subject": "robot"}')
    reply = ask(server)
    ((path, headers, body),) = server.asked
    assert reply.text == '{"subject": "robot"}' and 0 <= reply.seconds < 10
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert headers["Accept-Encoding"] == "identity"  # what is packed is not unpacked
    assert (body["model"], body["max_tokens"], body["messages"]) == ("small", 50, [{"role": "user", "content": "a robot"}])
    assert body["response_format"]["json_schema"]["schema"] == scene_schema() and 0 <= body["seed"] < 2**31
    assert KEY not in json.dumps(body)


FORMS = ("json_schema", "json_object", None, None)


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("takes", range(4))
def test_the_ladder_ends_at_the_first_form_that_is_taken(takes: int, status: int, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (completion("yes") if len(server.asked) > takes else send(b"what?", status=status))(handler)

    server.answer = answer
    model = HttpModel(server.url, model="small")
    assert model.complete(TALK, scene_schema(), seed=3, limit=Limit()).text == "yes"
    forms = [body.get("response_format", {}).get("type") for _, _, body in server.asked]
    assert forms == list(FORMS[: takes + 1])
    for _, _, body in server.asked[1:]:  # without a schema the model is told it in words, in its one system message
        assert [one["role"] for one in body["messages"]] == ["system", "user"]
        assert json.dumps(scene_schema()) in body["messages"][0]["content"] and body["messages"][0]["content"].startswith("Draw.")
    assert takes < 3 or set(server.asked[-1][2]) == {"model", "messages"}  # the plainest request there is
    server.asked.clear()
    server.answer = completion("again")
    model.complete(TALK, scene_schema(), seed=3, limit=Limit())
    assert [body.get("response_format", {}).get("type") for _, _, body in server.asked] == [FORMS[takes]]  # it stays there


def test_a_server_that_refuses_all_forms_is_asked_for_each(server: Server) -> None:
    server.answer = send(b"no", status=400)
    with pytest.raises(LanguageModelError, match="answered 400"):
        ask(server)
    assert len(server.asked) == 8


def roles(server: Server) -> list[list[str]]:
    return [[one["role"] for one in body["messages"]] for _, _, body in server.asked]


SHOWN = [Message("system", "Draw."), Message("user", "a cat"), Message("assistant", "{}"), Message("user", "a robot")]


@pytest.mark.parametrize("status", [400, 422, 500, 501])
@pytest.mark.parametrize("schema", [scene_schema(), None])
def test_a_model_without_a_system_role_is_told_by_the_person(status: int, schema: Schema | None, server: Server) -> None:
    """Siblings: a template that raises, one that wants turns to alternate; with and without a schema."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        said = roles(server)[-1]
        bad = "system" in said or any(one == two for one, two in itertools.pairwise(said))
        (send(b"System role not supported", status=status) if bad else completion("yes"))(handler)

    server.answer = answer
    model = HttpModel(server.url, model="small")
    assert model.complete(SHOWN, schema, seed=3, limit=Limit()).text == "yes"
    last = server.asked[-1][2]["messages"]
    assert [one["role"] for one in last] == ["user", "assistant", "user"] and last[0]["content"].startswith("Draw.\n\na cat")
    asked = len(server.asked)
    model.complete(SHOWN, schema, seed=3, limit=Limit())
    assert len(server.asked) == asked + 1  # it is remembered


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_a_format_that_is_refused_is_left_out(status: int, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        bad = "response_format" in server.asked[-1][2]
        (send(b"failed to parse grammar", status=status) if bad else completion("yes"))(handler)

    server.answer = answer
    assert ask(server).text == "yes" and roles(server)[-1][0] == "system"


WAITS = {
    "loading": (2, send(b"Loading model", status=503)), "busy": (1, send(b"", status=429)),
    "busy, it says how long": (1, send(b"", status=429, Retry_After="0.2")),
    "busy, in milliseconds": (1, send(b"", status=429, retry_after_ms="200")),
    "busy until a date": (1, send(b"", status=429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")),
}  # fmt: skip


@pytest.mark.parametrize(("times", "first"), WAITS.values(), ids=WAITS.keys())
def test_what_passes_is_waited_out(times: int, first: Answer, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (first if len(server.asked) <= times else completion("yes"))(handler)

    server.answer = answer
    assert ask(server, seconds=20).text == "yes"


@pytest.mark.parametrize("answer", [send(b"", status=429, Retry_After="3000"), send(b"", status=503)])
def test_waiting_has_an_end(answer: Answer, server: Server) -> None:
    server.answer = answer
    began = time.monotonic()
    with pytest.raises(LanguageModelError, match=r"answered (429|503).*--llm rules"):
        ask(server, seconds=1.2)
    assert time.monotonic() - began < 3


def test_the_time_can_be_set_and_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = lambda handler: handler.server.done.wait(9) and None  # pyright: ignore
    with pytest.raises(LanguageModelError, match=r"does not answer within 1 s .*GANVAS_LLM_SECONDS"):
        HttpModel(server.url, model="small", seconds=1.0).complete(TALK, None, seed=0, limit=Limit())
    monkeypatch.setenv("GANVAS_LLM_SECONDS", "1.9")
    with pytest.raises(LanguageModelError, match="does not answer within 2 s"):
        HttpModel(server.url, model="small", seconds=400.0).complete(TALK, None, seed=0, limit=Limit())
    for odd in ("soon", "0", "-1", "nan", "1e9"):
        monkeypatch.setenv("GANVAS_LLM_SECONDS", odd)
        with pytest.raises(InputError, match="GANVAS_LLM_SECONDS"):
            HttpModel(server.url, model="small")


def test_plain_text_is_requested_without_a_schema(server: Server) -> None:
    server.answer = completion("hello")
    assert HttpModel(server.url, model="small").complete(TALK, None, seed=0, limit=Limit()).text == "hello"
    assert "response_format" not in server.asked[0][2] and "schema" not in str(server.asked[0][2])


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ("", ["/v1/chat/completions"]),
        ("/", ["/v1/chat/completions"]),
        ("/v1/", ["/v1/chat/completions"]),
        ("/v1/chat/completions", ["/v1/chat/completions"]),
        ("/api", ["/api/chat/completions", "/api/v1/chat/completions"]),
    ],
)
def test_an_address_may_end_with_v1_or_without(given: str, paths: list[str], server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (completion("yes") if "/v1/" in handler.path else send(b"", status=404))(handler)

    server.answer = answer
    model = HttpModel(server.url.removesuffix("/v1") + given, model="small")
    for _ in range(2):
        assert model.complete([], None, seed=0, limit=Limit()).text == "yes"
    assert [path for path, _, _ in server.asked] == [*paths, paths[-1]]  # found once, and kept to


def test_a_server_that_has_no_v1(server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (send(b"", status=405) if "/v1/" in handler.path else completion("yes"))(handler)

    server.answer = answer
    model = HttpModel(server.url.removesuffix("/v1"), model="small")
    assert model.complete([], None, seed=0, limit=Limit()).text == "yes"


ODD = {
    "parts": (completion([{"type": "text", "text": "he"}, {"type": "image"}, "llo"]), "hello"),
    "an object": (completion({"subject": "robot"}), '{"subject": "robot"}'),
    "a thought alone": (completion(None, reasoning_content="so: hello"), "so: hello"),
    "a thought by another name": (completion("", reasoning="so: hello"), "so: hello"),
    "thought and said": (completion("<think>no</think>hello", reasoning="no"), "<think>no</think>hello"),
    "another type": (send(b'{"choices": [{"message": {"content": "hello"}}]}', Content_Type="image/png"), "hello"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), ODD.values(), ids=ODD.keys())
def test_unusual_answers_with_text_are_read(answer: Answer, text: str, server: Server) -> None:
    server.answer = answer
    assert ask(server).text == text


@pytest.mark.parametrize("first", [completion("", ends="length"), completion("<think>so many", ends="length")])
def test_one_that_only_thought_is_given_room_once(first: Answer, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (first if len(server.asked) == 1 else completion("yes"))(handler)

    server.answer = answer
    assert ask(server).text == "yes"
    assert [body["max_tokens"] for _, _, body in server.asked] == [50, MAX_THINKING_TOKENS]


@pytest.mark.parametrize(("answer", "reason"), BODIES.values(), ids=BODIES.keys())
def test_a_bad_answer_is_one_line_without_the_key(server: Server, answer: Answer, reason: str) -> None:
    server.answer = answer
    with pytest.raises(LanguageModelError, match=reason) as error:
        ask(server)
    line = str(error.value)
    assert server.url in line and "\n" not in line and len(line) < 300
    assert KEY not in line and "secret trace" not in line and error.value.exit_code == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, server: Server) -> None:
    server.answer = send(b"", status=status, Location=f"{server.url}/elsewhere")
    with pytest.raises(LanguageModelError, match=f"answered {status}"):
        ask(server)
    assert [path for path, _, _ in server.asked] == ["/v1/chat/completions"]


def test_nothing_in_the_environment_sends_the_key_elsewhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.answer = completion("yes")
    assert ask(server).text == "yes"


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW.keys())
def test_the_time_limit_holds_for_all_servers(server: Server, answer: Answer) -> None:
    server.answer = answer
    began, threads = time.monotonic(), threading.active_count() + 1  # the server's own for this request
    with pytest.raises(LanguageModelError, match=r"does not answer|too slow"):
        ask(server, seconds=0.4)
    assert time.monotonic() - began < 3
    until = time.monotonic() + 3  # and what still drips is let go of: no thread is left behind
    while threading.active_count() > threads and time.monotonic() < until:
        time.sleep(0.02)
    assert threading.active_count() <= threads


def test_a_port_without_a_server_is_one_error(server: Server) -> None:
    model = HttpModel("http://127.0.0.1:9/v1", model="small", key=KEY)
    with pytest.raises(LanguageModelError, match=r"127\.0\.0\.1:9.*ConnectError.*--llm rules"):
        model.complete([], scene_schema(), seed=0, limit=Limit(seconds=5))


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x", "file:///etc/passwd", "localhost:8080", "http://", "http:///v1", "http://[", "http://a:99999/", "http://a:b/v1",
     "http://me:word@host/v1", "http://host/v1?key=word", "http://host/v1#word", "http://host/\x07", "http://" + "a" * 600],
)  # fmt: skip
def test_odd_addresses_are_refused_and_passwords_not_repeated(url: str) -> None:
    with pytest.raises(InputError) as error:
        HttpModel(url, model="small")
    assert "word" not in str(error.value).replace("a password or a query", "") and len(str(error.value)) < 300


@pytest.mark.parametrize("key", ["sk-\n-x: y", "sk-schlüssel", "\x00", "x" * 5000])
def test_odd_keys_are_refused_unseen(key: str) -> None:
    with pytest.raises(InputError, match="GANVAS_LLM_KEY") as error:
        HttpModel("http://localhost/v1", model="small", key=key)
    assert key not in str(error.value)


def test_a_key_is_sent_as_it_is_meant_or_not_at_all(server: Server) -> None:
    server.answer = completion("yes")
    for key in (f" {KEY}\n", "  ", "", None):
        HttpModel(server.url, model="small", key=key).complete([], None, seed=0, limit=Limit())
    assert [headers.get("Authorization") for _, headers, _ in server.asked] == [f"Bearer {KEY}", None, None, None]


@pytest.mark.parametrize("host", ["example.org", "192.168.1.5", "127.0.0.1.example.org", "localhost.example.org", "[fd00::1]"])
def test_a_key_never_travels_unencrypted_to_another_machine(host: str) -> None:
    with pytest.raises(InputError, match="unencrypted") as error:
        HttpModel(f"http://{host}/v1", model="small", key=KEY)
    assert KEY not in str(error.value)
    HttpModel(f"https://{host}/v1", model="small", key=KEY)
    HttpModel(f"http://{host}/v1", model="small")


def test_a_name_that_leads_elsewhere_after_all_gets_no_key(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A name called localhost is trusted no further than its addresses: they are looked at before anything is sent."""
    monkeypatch.setattr(address.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.7", 80))])
    model = HttpModel(f"http://localhost:{server.server_port}/v1", model="small", key=KEY)
    with pytest.raises(LanguageModelError, match="unencrypted"):
        model.complete([], None, seed=0, limit=Limit(seconds=5))
    assert not server.asked


def test_a_host_is_looked_up_once_and_its_address_is_used(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A second look-up, which a rebinding name would answer otherwise, never happens; a dead first address is passed over."""
    looked: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked.append(host)
        found = ("127.0.0.2", "127.0.0.1") if host == "model.test" else (host,)
        return [(2, 1, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(address.socket, "getaddrinfo", resolve)
    server.answer = completion("yes")
    model = HttpModel(f"http://model.test:{server.server_port}/v1", model="small")
    assert model.complete([], None, seed=0, limit=Limit(seconds=5)).text == "yes"
    assert looked.count("model.test") == 1 and server.asked[0][1]["Host"] == f"model.test:{server.server_port}"


CERTIFY = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
CERTIFY += " -addext subjectAltName=IP:127.0.0.1 -keyout key -out cert"


def test_a_certificate_is_trusted_by_its_authority_alone(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    subprocess.run(["openssl", *CERTIFY.split()], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    model = HttpModel(server.url.replace("http:", "https:"), model="small", key=KEY)
    with pytest.raises(LanguageModelError, match=r"certificate .* is not trusted .*SSL_CERT_FILE"):
        model.complete([], None, seed=0, limit=Limit(seconds=5))
    assert not server.asked
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="SSL_CERT_FILE"):
        model.complete([], None, seed=0, limit=Limit(seconds=5))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
    server.answer = completion("yes")
    assert model.complete([], None, seed=0, limit=Limit(seconds=5)).text == "yes"


def test_https_never_falls_back_to_plain_http(server: Server) -> None:
    model = HttpModel(server.url.replace("http:", "https:"), model="small", key=KEY)
    with pytest.raises(LanguageModelError, match="does not answer"):
        model.complete([], None, seed=0, limit=Limit(seconds=5))
    assert not server.asked


def test_a_scene_is_written_through_a_server(server: Server) -> None:
    server.answer = completion(
        '{"elements": [{"caption": "robot"}], "relations": [], "ground": "none", "sky": "day", "background": "sand"}'
    )
    model = HttpModel(server.url, model="small")
    result = direct("a robot", model=model, lexicon=lexicon(), encoder=BagEncoder(), seed=0)
    assert result.writer == "http" and result.brief.background == "sand" and "127.0.0.1" not in result.note
    server.asked.clear()
    server.answer = completion("I cannot draw.")
    assert direct("a robot", model=model, lexicon=lexicon(), encoder=BagEncoder(), seed=0).writer == "rules"
    assert len(server.asked) == 2 and "no JSON object" in server.asked[1][2]["messages"][-1]["content"]  # told what was wrong
