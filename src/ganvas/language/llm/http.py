"""Any OpenAI-compatible server, asked for one chat completion in as plain a form as it takes. Its replies are a stranger's."""

import json
import ssl
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ganvas.ground.errors import GanvasError, InputError, LanguageModelError
from ganvas.ground.files import parse_json
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.llm.replies import strip_thinking
from ganvas.language.llm.server_address import check_url, host_of, is_this_machine, resolve_host

if TYPE_CHECKING:
    import httpx


MAX_REPLY_BYTES = 1_000_000
MAX_THINKING_TOKENS = 2000
"""Tokens given to a model that used up its own with thinking and said nothing."""
REFUSED_STATUSES = (400, 422)
"""What servers answer that do not know a part of the request."""
ABSENT_STATUSES = (404, 405)
"""What servers answer that keep chat completions elsewhere."""
_ADVICE = {
    401: "set its key: ganvas llm use NAME URL --key-env VARIABLE",
    403: "set its key: ganvas llm use NAME URL --key-env VARIABLE",
    404: "check its address and the model's name",
    429: "it asks to wait; try later, or --llm rules",
}


class HttpModel:
    """A model behind `URL/chat/completions`. The key goes into the header of requests to that host and nowhere else."""

    def __init__(self, url: str, *, model: str, key: str | None = None, name: str = "http") -> None:
        self.name, self.model = name, model
        self.url = check_url(url)
        self._key = check_key(key, self.url)
        self._rung = 0
        self._bases = candidate_bases(self.url)

    @property
    def identity(self) -> str:
        """What changes when another model answers."""
        return f"{self.url} {self.model}"

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        """Ask, in plainer words each time the server refuses the form; more room once, if it only thought.

        Raises LanguageModelError.
        """
        began = time.monotonic()
        until = began + limit.seconds
        tokens = limit.tokens
        answer = self._climb(messages, schema, seed=seed, tokens=tokens, until=until)
        if answer.get("finish_reason") == "length" and not strip_thinking(_content(answer)).strip():
            answer = self._climb(messages, schema, seed=seed, tokens=max(tokens, MAX_THINKING_TOKENS), until=until)
        text = _content(answer)
        if schema is not None and not strip_thinking(text).strip():
            text = _thoughts(answer)  # some servers take the whole answer for thinking
        if not text.strip():
            raise LanguageModelError("the language model's server sent no text", where=self.url)
        if self._key and len(self._key) >= 8 and self._key.lower() in text.lower():
            raise LanguageModelError("the reply repeats the key that it was sent, and is thrown away", where=self.url)
        return Reply(text, time.monotonic() - began, cut=answer.get("finish_reason") == "length")

    def _climb(
        self, messages: Sequence[Message], schema: Schema | None, *, seed: int, tokens: int, until: float
    ) -> dict[str, Any]:
        """Go down the ladder of forms to the first that the server takes, and stay there; return its first choice."""
        wanted = {"seed": seed % 2**31, "max_tokens": tokens, "temperature": 0.3}
        forms = request_forms(schema, wanted)
        self._rung = max(self._rung, 0 if schema else 2)
        while True:
            told = messages if self._rung == 0 or schema is None else _told(messages, schema)
            body = {"model": self.model, "messages": [one._asdict() for one in told], **forms[self._rung]}
            status, text = self._post(body, until)
            if status in ABSENT_STATUSES and len(self._bases) > 1:
                del self._bases[0]
            elif status in REFUSED_STATUSES and self._rung < len(forms) - 1:
                self._rung += 1
            else:
                break
        if status != 200:
            redirects = "it redirects, which is not followed: give the address it leads to" if 300 <= status < 400 else ""
            raise LanguageModelError(f"the language model's server answered {status}", where=self.url,
                                     do=redirects or _ADVICE.get(status, ""))  # fmt: skip
        return _choice(text, where=self.url)

    def _post(self, body: dict[str, Any], until: float) -> tuple[int, str]:
        """Post once and wait no longer than `until` in all: a server that drips bytes resets every timeout of a socket."""
        import httpx  # 0.1 s that only those who ask a server pay

        answers: list[tuple[int, str] | Exception] = []
        left = max(0.01, until - time.monotonic())
        client = httpx.Client(verify=_trusted(self.url), timeout=left, follow_redirects=False, trust_env=False)

        def ask() -> None:
            try:
                answers.append(self._connect(client, body, until))
            except Exception as error:
                answers.append(error)

        worker = threading.Thread(target=ask, daemon=True)
        worker.start()
        worker.join(left)
        answer = answers[0] if answers else TimeoutError()
        client.close()  # what still drips ends here
        if isinstance(answer, GanvasError):
            raise answer
        if isinstance(answer, Exception):
            raise LanguageModelError(f"the language model does not answer: {type(answer).__name__}", where=self.url,
                                     do="check that its server runs, or use --llm rules")  # fmt: skip
        return answer

    def _connect(self, client: "httpx.Client", body: dict[str, Any], until: float) -> tuple[int, str]:
        """Look the host up once, and post to the first of its addresses, all checked, that takes a connection."""
        import httpx

        url = httpx.URL(f"{self._bases[0]}/chat/completions")
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        headers = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        here = self._key is not None and url.scheme == "http"
        for address in (addresses := list(resolve_host(host, port, here=here))):
            try:
                request = client.build_request(
                    "POST", url.copy_with(host=address), json=body, headers=headers, extensions={"sni_hostname": host}
                )
                return self._read(client, request, until)
            except httpx.ConnectError:
                if address == addresses[-1]:
                    raise
        raise ConnectionError("the host has no address")

    def _read(self, client: "httpx.Client", request: "httpx.Request", until: float) -> tuple[int, str]:
        """Read a reply piece by piece, never unpacked, so that what is bounded is what came over the wire."""
        received = bytearray()
        answer = client.send(request, stream=True)
        try:
            for block in answer.iter_raw():
                received += block
                if len(received) > MAX_REPLY_BYTES or time.monotonic() > until:
                    raise LanguageModelError("the language model's reply is too long or too slow", where=self.url)
            return answer.status_code, received.decode("utf-8", errors="replace")
        finally:
            answer.close()


def check_key(key: str | None, url: str) -> str | None:
    """Return a key as a header takes it, or None.

    Raises InputError, which does not hold the key, where it would break the header or travel unencrypted.
    """
    key = key.strip() if key else None
    if not key:
        return None
    if not (key.isascii() and key.isprintable()) or len(key) > 4000:
        raise InputError(
            "the language model's key holds characters that no header takes", do="set its variable anew, like GANVAS_LLM_KEY"
        )
    if urlsplit(url).scheme == "http" and not is_this_machine(host_of(url)):
        raise InputError("the language model's key would travel unencrypted to another machine", where=url,
                         do="use https, or unset the key's variable")  # fmt: skip
    return key


def candidate_bases(url: str) -> list[str]:
    """Return where chat completions may lie, likeliest first: people give an address with /v1 and without."""
    if not urlsplit(url).path:
        return [f"{url}/v1", url]
    return [url] if url.endswith("/v1") else [url, f"{url}/v1"]


def request_forms(schema: Schema | None, wanted: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the forms of a request, from the one that binds the answer most to the plainest there is."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return ({**wanted, "response_format": form}, {**wanted, "response_format": {"type": "json_object"}}, wanted, {})


def _told(messages: Sequence[Message], schema: Schema) -> list[Message]:
    """Return the conversation with the schema in its first words: many models take one system message only."""
    rule = f"Answer with one JSON object of this schema and nothing else: {json.dumps(schema)}"
    if messages and messages[0].role == "system":
        return [Message("system", f"{messages[0].content}\n{rule}"), *messages[1:]]
    return [Message("system", rule), *messages]


def _choice(text: str, *, where: str) -> dict[str, Any]:
    """Return the first choice of a reply. Raises LanguageModelError that quotes nothing of it."""
    try:
        choice = parse_json(text, where=where)["choices"][0]
        if isinstance(choice, dict) and isinstance(choice["message"], dict):
            return cast("dict[str, Any]", choice)
    except (InputError, KeyError, IndexError, TypeError):
        pass
    raise LanguageModelError("the language model's server sent no chat completion", where=where)


def _content(choice: dict[str, Any]) -> str:
    """Return what a choice says: a text, the texts of its parts, or the object that a server read for us."""
    content = choice["message"].get("content")
    if isinstance(content, dict):
        return json.dumps(content)
    parts: list[Any] = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str))


def _thoughts(choice: dict[str, Any]) -> str:
    """Return what a server says its model only thought."""
    found = (choice["message"].get(name) for name in ("reasoning_content", "reasoning"))
    return next((text for text in found if isinstance(text, str)), "")


def _trusted(url: str) -> ssl.SSLContext | bool:
    """Return whom to trust. Reading the certificates takes 0.1 s, which plain http need not pay: its empty list trusts nobody."""
    return True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
