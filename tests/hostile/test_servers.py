"""Bad servers, met by whole commands: one line and exit 4 for who named one, rules and a note for who did not; never a key."""

import json
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganvas.cli import main
from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm import ask
from ganvas.language.llm.base import Limit
from ganvas.language.scene import director
from ganvas.pipelines import image
from tests.language.servers import BODIES, KEY, SLOW, Answer, Server, completion, drip, send, serving
from tests.pipelines.fakes import FakeEncoder, write_speaking_model

WRONG = {
    "no JSON": completion("I would rather talk."), "half an object": completion('{"subject": "rob'),
    "another form": completion('{"picture": "a robot"}'),
    "escapes": completion('{"subject": "robot\\u001b[2J"}'),
    "endless": completion('{"subject": "' + "robot " * 10_000 + '"}'), "brackets": completion("{" * 100_000),
    "a list": completion("[1, 2]"), "a key in a key": completion('{"sk-very": "robot"}'),
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_speaking_model(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def ganvas(server: Server, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `imagine` against the server with a key at hand; return how it ended and all it said; look for the key everywhere."""
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr(director, "Limit", lambda tokens: Limit(tokens=tokens, seconds=0.3))
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANVAS_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("GANVAS_LLM_URL", server.url)
    monkeypatch.setenv("GANVAS_LLM_KEY", KEY)

    def run(llm: str) -> tuple[int, str, str]:
        words = ("imagine", "robot", "-m", model, "--llm", llm, "-n", 1, "--seed", 1, "--json", "-o", tmp_path / "out")
        monkeypatch.setattr("sys.argv", ["ganvas", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert KEY.lower() not in (said.out + said.err).lower() and KEY.lower().encode() not in written.lower()
        return int(ended.value.code or 0), said.out, said.err

    return run


BAD = {**{name: answer for name, (answer, _) in BODIES.items()}, **{f"slow: {name}": answer for name, answer in SLOW.items()}}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_a_server_that_does_not_answer_well(answer: Answer, server: Server, ganvas, tmp_path: Path) -> None:
    server.answer = answer
    code, out, err = ganvas("http")
    assert (code, out, len(err.splitlines())) == (4, "", 1) and not (tmp_path / "out").exists()
    assert "secret trace" not in err and "<html>" not in err
    code, out, _ = ganvas("auto")
    (work,) = json.loads(out)["works"]
    assert code == 0 and work["writer"] == "rules" and "did not answer" in work["note"]
    assert str(server.server_port) not in out.replace(str(tmp_path), "")  # works are shared, addresses are not


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
def test_a_server_that_answers_in_another_form_is_told_once(answer: Answer, server: Server, ganvas, tmp_path: Path) -> None:
    server.answer = answer
    code, out, err = ganvas("http")
    assert (code, out, len(err.splitlines())) == (4, "", 1) and "not in the form" in err and not (tmp_path / "out").exists()
    assert len(server.asked) == 2 and "cannot be used" in server.asked[1][2]["messages"][-1]["content"]
    code, out, err = ganvas("auto")
    (work,) = json.loads(out)["works"]
    assert code == 0 and work["writer"] == "rules" and "was not used" in work["note"] and "\x1b" not in out + err


@pytest.mark.parametrize("llm", ["http", "auto"])
def test_one_that_draws_another_thing_leaves_the_scene_to_the_rules(llm: str, server: Server, ganvas) -> None:
    server.answer = completion('{"elements": [{"caption": "pizza"}], "relations": [], "ground": "none", "sky": "day"}')
    code, out, err = ganvas(llm)
    (work,) = json.loads(out)["works"]
    assert code == 0 and len(server.asked) == 2 and work["writer"] == "rules" and "was not used" in work["note"] + err


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://[fd00:ec2::254]", "http://metadata.google.internal/v1", "http://2852039166/v1",
            "http://[::ffff:169.254.169.254]/v1", "http://100.100.100.200"],
)  # fmt: skip
def test_metadata_is_not_asked(url: str, ganvas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_LLM_URL", url)
    monkeypatch.delenv("GANVAS_LLM_KEY")
    code, out, err = ganvas("http")
    assert (code, out, len(err.splitlines())) == (4, "", 1) and "never contacted" in err
    assert ganvas("auto")[0] == 0


@pytest.mark.parametrize("llm", ["http", "auto"])
def test_a_key_that_would_travel_unencrypted_is_not_sent(llm: str, ganvas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_LLM_URL", "http://far.example/v1")
    code, out, err = ganvas(llm)
    assert (code, out, len(err.splitlines())) == (2, "", 1) and "unencrypted" in err


DEBUGGED = {
    "refused": send(b"no", status=401), "repeated": completion(KEY), "an error": send(KEY.encode(), status=500),
    "no HTTP": lambda handler: handler.wfile.write(KEY.encode() + b"\r\n") and None,
    "redirected": send(b"", status=302, Location=f"http://127.0.0.1:9/?key={KEY}"),
    "cut": send(KEY.encode(), Content_Length="999"), "dripping": drip(b"HTTP/1.1 200 OK\r\n\r\n", KEY.encode()),
}  # fmt: skip


@pytest.mark.parametrize("answer", DEBUGGED.values(), ids=DEBUGGED.keys())
def test_no_traceback_shows_a_key(answer: Answer, server: Server, ganvas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_DEBUG", "1")
    monkeypatch.setattr("sys.argv", ["ganvas", "llm", "ask", "Why?"])
    monkeypatch.setattr(ask, "ANSWER_LIMIT", Limit(tokens=9, seconds=0.3))
    server.answer = answer
    with pytest.raises(LanguageModelError) as error:
        main()
    shown = "".join(traceback.format_exception(error.value))
    assert KEY not in shown and server.asked[0][1]["Authorization"] == f"Bearer {KEY}"
