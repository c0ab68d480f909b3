"""Any OpenAI-compatible server, in the plain form: one chat completion. Its replies are a stranger's."""

import json
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import parse_json
from ganvas.language.base import Limit, Message, Reply, Schema

MAX_REPLY = 1_000_000
_NO_SCHEMA = (400, 422)
"""What servers answer that do not know `response_format`."""


class HttpModel:
    """A model behind `URL/chat/completions`. The key goes into the request's header and nowhere else."""

    name = "http"

    def __init__(self, url: str, *, model: str, key: str | None = None) -> None:
        self.url, self.model, self._key = checked_url(url), model, key
        if key and not (key.isascii() and key.isprintable()):
            raise InputError("the language model's key holds characters that no header takes", where="GANVAS_LLM_KEY")

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        """Ask once; where the server refuses the schema, ask once more in words. Raises LanguageModelError."""
        began = time.monotonic()
        body: dict[str, Any] = {
            "model": self.model, "seed": seed % 2**31, "max_tokens": limit.tokens, "temperature": 0.3,
            "messages": [message._asdict() for message in messages],
            "response_format": {"type": "json_schema", "json_schema": {"name": "brief", "schema": schema}},
        }  # fmt: skip
        status, text = self._post(body, limit)
        if status in _NO_SCHEMA:
            del body["response_format"]
            rule = f"Answer with one JSON object of this schema and nothing else: {json.dumps(schema)}"
            body["messages"].insert(0, {"role": "system", "content": rule})
            status, text = self._post(body, limit)
        if status != 200:
            raise LanguageModelError(f"the language model's server answered {status}", where=self.url)
        return Reply(self._content(text), time.monotonic() - began)

    def _post(self, body: dict[str, Any], limit: Limit) -> tuple[int, str]:
        """Post once and wait no longer than the limit in all: a server that drips bytes resets every timeout of a socket."""
        answers: list[tuple[int, str] | Exception] = []

        def ask() -> None:
            try:
                answers.append(self._stream(body, limit))
            except Exception as error:
                answers.append(error)

        worker = threading.Thread(target=ask, daemon=True)
        worker.start()
        worker.join(limit.seconds)
        answer = answers[0] if answers else TimeoutError()
        if isinstance(answer, LanguageModelError):
            raise answer
        if isinstance(answer, Exception):
            raise LanguageModelError(f"the language model does not answer: {type(answer).__name__}", where=self.url,
                                     do="check that its server runs, or use --llm rules")  # fmt: skip
        return answer

    def _stream(self, body: dict[str, Any], limit: Limit) -> tuple[int, str]:
        """Read a reply piece by piece, never unpacked, so that what is bounded is what came over the wire."""
        import httpx  # 0.1 s that only those who ask a server pay

        headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}
        until = time.monotonic() + limit.seconds
        received = bytearray()
        with (
            httpx.Client(timeout=limit.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", f"{self.url}/chat/completions", json=body, headers=headers) as answer,
        ):
            for block in answer.iter_raw():
                received += block
                if len(received) > MAX_REPLY or time.monotonic() > until:
                    raise LanguageModelError("the language model's reply is too long or too slow", where=self.url)
            return answer.status_code, received.decode("utf-8", errors="replace")

    def _content(self, text: str) -> str:
        try:
            content = parse_json(text, where=self.url)["choices"][0]["message"]["content"]
        except (InputError, KeyError, IndexError, TypeError) as error:
            raise LanguageModelError("the language model's server sent no chat completion", where=self.url) from error
        if not isinstance(content, str):
            raise LanguageModelError("the language model's server sent no text", where=self.url)
        return content


def checked_url(url: str) -> str:
    """Return a server's address without the slash at its end.

    Raises InputError unless it is http or https with a host, and holds no password or query: addresses are shown, secrets never.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise InputError("the language model's address is no address of a server") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError("the language model's address holds a password or a query", do="put the key into GANVAS_LLM_KEY")
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or len(url) > 500:
        raise InputError(f"{url[:100]!r} is no address of a server", do="give something like http://localhost:8080/v1")
    return url.rstrip("/")
