"""Any OpenAI-compatible server, in the plain form: one chat completion. Its replies are a stranger's."""

import time
from collections.abc import Sequence
from typing import Any

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import parse_json
from ganvas.language.base import Limit, Message, Reply, Schema

MAX_REPLY = 1_000_000


class HttpModel:
    """A model behind `URL/chat/completions`. The key goes into the request's header and nowhere else."""

    def __init__(self, url: str, *, model: str, key: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(f"the language model's address {url[:100]!r} is not http or https")
        self.name = "http"
        self.url, self.model, self._key = url.rstrip("/"), model, key

    def complete(self, messages: Sequence[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
        """Ask once; where the server refuses the schema (400), ask once more in words."""
        began = time.monotonic()
        body: dict[str, Any] = {
            "model": self.model, "seed": seed % 2**31, "max_tokens": limit.tokens, "temperature": 0.3,
            "messages": [message._asdict() for message in messages],
            "response_format": {"type": "json_schema", "json_schema": {"name": "brief", "schema": schema}},
        }  # fmt: skip
        status, text = self._post(body, limit)
        if status == 400:
            del body["response_format"]
            body["messages"].insert(0, {"role": "system", "content": f"Answer with one JSON object of this schema: {schema}"})
            status, text = self._post(body, limit)
        if status != 200:
            raise LanguageModelError(f"the language model's server answered {status}", where=self.url)
        return Reply(self._content(text), time.monotonic() - began)

    def _post(self, body: dict[str, Any], limit: Limit) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        until = time.monotonic() + limit.seconds
        received = bytearray()
        import httpx  # here, because it takes 70 ms that drawing without a server need not spend

        try:
            with (
                httpx.Client(timeout=limit.seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", f"{self.url}/chat/completions", json=body, headers=headers) as answer,
            ):
                for block in answer.iter_bytes(65_536):
                    received += block
                    if len(received) > MAX_REPLY or time.monotonic() > until:
                        raise LanguageModelError("the language model's reply is too long or too slow", where=self.url)
                return answer.status_code, received.decode("utf-8", errors="replace")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise LanguageModelError(f"the language model does not answer: {type(error).__name__}", where=self.url,
                                     do="check that its server runs, or use --llm rules") from error  # fmt: skip

    def _content(self, text: str) -> str:
        try:
            content = parse_json(text, where=self.url)["choices"][0]["message"]["content"]
        except (InputError, KeyError, IndexError, TypeError) as error:
            raise LanguageModelError("the language model's server sent no chat completion", where=self.url) from error
        if not isinstance(content, str):
            raise LanguageModelError("the language model's server sent no text", where=self.url)
        return content
