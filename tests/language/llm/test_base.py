"""The backends that a test can run without weights; the real ones are proved by tests/proof/test_servers.py."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from ganvas.language.llm.http import HttpModel
from tests.language.conformance import Conformance
from tests.language.fakes import Says
from tests.language.servers import completion, send, serving

ANSWER = """{"scenes": [{"elements": [{"caption": "robot"}], "relations": [], "ground": "meadow", "sky": "day",
 "scenery": ["cherry blossom"]}]}"""


class TestFake(Conformance):
    @pytest.fixture
    def model(self) -> Says:
        model = Says(ANSWER)
        model.identity = "parrot"  # pyright: ignore
        return model


class TestHttp(Conformance):
    @pytest.fixture
    def model(self) -> Iterator[HttpModel]:
        with serving() as server:
            server.answer = completion(ANSWER)
            yield HttpModel(server.url, model="small", name="home")


class TestHttpInProse(Conformance):
    """A server that knows no `response_format` and answers in prose."""

    @pytest.fixture
    def model(self) -> Iterator[HttpModel]:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            refused = "response_format" in server.asked[-1][2]
            (send(b"", status=422) if refused else completion(f"<think>hm</think>Sure:\n```json\n{ANSWER}\n```"))(handler)

        with serving() as server:
            server.answer = answer
            yield HttpModel(server.url, model="small")
