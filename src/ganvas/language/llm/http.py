"""Any OpenAI-compatible server: one chat completion, in the richest form that it accepts. Its replies are not trusted."""

import json
import os
import ssl
import threading
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ganvas.ground.errors import GanvasError, InputError, LanguageModelError
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.llm.completions import content_of, read_choice, thoughts_of
from ganvas.language.llm.patience import SECONDS_VARIABLE, seconds_allowed, wait_before_again
from ganvas.language.llm.replies import strip_thinking
from ganvas.language.llm.server_address import check_url, host_of, is_this_machine, resolve_host

if TYPE_CHECKING:
    import httpx


MAX_REPLY_BYTES = 1_000_000
MAX_THINKING_TOKENS = 2000
"""Token limit of the second try when a model spent the first one on thinking only."""
REFUSED_STATUSES = (400, 422, 500, 501)
"""Status of servers that do not take a part of the request. Some fail at what they do not know: at a grammar, or a role."""
ABSENT_STATUSES = (404, 405)
"""Status of servers that have chat completions at another path."""
_ADVICE = {
    401: "set its key: ganvas llm use NAME URL --key-env VARIABLE",
    403: "set its key: ganvas llm use NAME URL --key-env VARIABLE",
    404: "check its address and the model's name",
    429: "it asks to wait; try later, or --llm rules",
    503: "it is still loading its model, or has too much to do: try later, or --llm rules",
}
_TRUST = "if it is yours, name the file of its certificate authority in SSL_CERT_FILE"


_Answer = tuple[int, str, dict[str, str]]
"""Status, body and headers, whose names are in lower case."""


class HttpModel:
    """A model at `URL/chat/completions`. The key is sent in the header of requests to that host and nowhere else.

    seconds: how long it may take for an answer; a default when left out. GANVAS_LLM_SECONDS wins.
    """

    def __init__(self, url: str, *, model: str, key: str | None = None, name: str = "http", seconds: float | None = None) -> None:
        self.name, self.model = name, model
        self.url = check_url(url)
        self._key = check_key(key, self.url)
        self._seconds = seconds_allowed(seconds, here=is_this_machine(host_of(self.url)))
        self._step = 0
        self._bases = candidate_bases(self.url)

    @property
    def identity(self) -> str:
        """A text that changes with the model that answers."""
        return f"{self.url} {self.model}"

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        """Ask, with a simpler request each time the server refuses the form; once more with more tokens if it only thought.

        Raises LanguageModelError.
        """
        began = time.monotonic()
        until = began + (limit.seconds or self._seconds)
        tokens = limit.tokens
        answer = self._request(messages, schema, seed=seed, tokens=tokens, until=until)
        if answer.get("finish_reason") == "length" and not strip_thinking(content_of(answer)).strip():
            answer = self._request(messages, schema, seed=seed, tokens=max(tokens, MAX_THINKING_TOKENS), until=until)
        text = content_of(answer)
        if schema is not None and not strip_thinking(text).strip():
            text = thoughts_of(answer)  # some servers return the whole answer as thinking
        if not text.strip():
            raise LanguageModelError("the language model's server sent no text", where=self.url)
        if self._key and len(self._key) >= 8 and self._key.lower() in text.lower():
            raise LanguageModelError("the reply repeats the API key, and is discarded", where=self.url)
        return Reply(text, time.monotonic() - began, cut=answer.get("finish_reason") == "length")

    def _request(
        self, messages: Sequence[Message], schema: Schema | None, *, seed: int, tokens: int, until: float
    ) -> dict[str, Any]:
        """Try the request forms in order, remember the first that the server accepts, and return its first choice.

        The first forms have a system message; the same without one follow, for models whose template knows no such role.
        """
        wanted = {"seed": seed % 2**31, "max_tokens": tokens, "temperature": 0.3}
        forms = request_forms(schema, wanted)
        plain = len(forms) - 2  # where nothing is asked of the answer's form
        steps = [step for step in range(self._step, 2 * len(forms)) if schema or step % len(forms) >= plain]
        status, text = 0, ""
        while steps:
            form = steps[0] % len(forms)
            sent = messages if form == 0 or schema is None else _with_schema(messages, schema)
            sent = sent if steps[0] < len(forms) else without_system(sent)
            body = {"model": self.model, "messages": [one._asdict() for one in sent], **forms[form]}
            status, text = self._post_patiently(body, until)
            if status in ABSENT_STATUSES and len(self._bases) > 1:
                del self._bases[0]
            elif status in REFUSED_STATUSES:
                del steps[0]
            else:
                break
        if status == 200:
            self._step = steps[0]
        if status != 200:
            redirects = "it redirects, which is not followed: give the address it leads to" if 300 <= status < 400 else ""
            raise LanguageModelError(f"the language model's server answered {status}", where=self.url,
                                     do=redirects or _ADVICE.get(status, ""))  # fmt: skip
        return read_choice(text, where=self.url)

    def _post_patiently(self, body: dict[str, Any], until: float) -> tuple[int, str]:
        """Post, and again where the server asks to wait, within the time that is left."""
        for tries in count(1):
            status, text, headers = self._post(body, until)
            wait = wait_before_again(status, headers, tries=tries, left=until - time.monotonic())
            if wait is None:
                return status, text
            time.sleep(wait)
        raise AssertionError

    def _post(self, body: dict[str, Any], until: float) -> _Answer:
        """Post once and wait until `until` in all; a socket timeout alone would start anew with every byte."""
        import httpx  # takes 0.1 s, so only when a server is used

        answers: list[_Answer | Exception] = []
        began = time.monotonic()
        left = max(0.01, until - began)
        client = httpx.Client(verify=_tls_settings(self.url), timeout=left, follow_redirects=False, trust_env=False)

        def ask() -> None:
            try:
                answers.append(self._connect(client, body, until))
            except Exception as error:
                answers.append(error)

        worker = threading.Thread(target=ask, daemon=True)
        worker.start()
        worker.join(left)
        answer = answers[0] if answers else TimeoutError()
        client.close()  # ends a transfer that still runs
        if isinstance(answer, GanvasError):
            raise answer
        if isinstance(answer, Exception):
            raise self._silence(answer, waited=time.monotonic() - began, left=left)
        return answer

    def _silence(self, error: Exception, *, waited: float, left: float) -> LanguageModelError:
        """Say why there is no answer: a certificate, the time, or no server."""
        if is_untrusted(error):
            return LanguageModelError("the certificate of the language model's server is not trusted", where=self.url, do=_TRUST)
        if waited >= 0.9 * left:
            do = f"it may be slow or still loading its model; {SECONDS_VARIABLE}=300 waits longer, --llm rules needs none"
            return LanguageModelError(f"the language model does not answer within {left:.0f} s", where=self.url, do=do)
        return LanguageModelError(f"the language model does not answer: {type(error).__name__}", where=self.url,
                                  do="check that its server runs, or use --llm rules")  # fmt: skip

    def _connect(self, client: "httpx.Client", body: dict[str, Any], until: float) -> _Answer:
        """Look up the host once, check all its addresses, and post to the first that accepts a connection."""
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

    def _read(self, client: "httpx.Client", request: "httpx.Request", until: float) -> _Answer:
        """Read a reply in blocks, without decompression, so that the limit counts the bytes that were sent."""
        received = bytearray()
        answer = client.send(request, stream=True)
        try:
            for block in answer.iter_raw():
                received += block
                if len(received) > MAX_REPLY_BYTES or time.monotonic() > until:
                    raise LanguageModelError("the language model's reply is too long or too slow", where=self.url)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status_code, received.decode("utf-8", errors="replace"), headers
        finally:
            answer.close()


def check_key(key: str | None, url: str) -> str | None:
    """Return a key that is valid in a header, or None.

    Raises InputError, which never contains the key, where it is invalid or would be sent unencrypted.
    """
    key = key.strip() if key else None
    if not key:
        return None
    if not (key.isascii() and key.isprintable()) or len(key) > 4000:
        raise InputError(
            "the language model's key holds characters that no header may hold",
            do="set its variable again, for example GANVAS_LLM_KEY",
        )
    if urlsplit(url).scheme == "http" and not is_this_machine(host_of(url)):
        raise InputError("the language model's key would be sent unencrypted to another machine", where=url,
                         do="use https, or unset the key's variable")  # fmt: skip
    return key


def candidate_bases(url: str) -> list[str]:
    """Return the base addresses to try, likeliest first: people give an address with or without /v1."""
    if not urlsplit(url).path:
        return [f"{url}/v1", url]
    return [url] if url.endswith("/v1") else [url, f"{url}/v1"]


def request_forms(schema: Schema | None, wanted: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the forms of a request, from the strictest (a JSON schema) to the simplest."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return ({**wanted, "response_format": form}, {**wanted, "response_format": {"type": "json_object"}}, wanted, {})


def _with_schema(messages: Sequence[Message], schema: Schema) -> list[Message]:
    """Put the schema into the system message: many models accept only one."""
    rule = f"Answer with one JSON object of this schema and nothing else: {json.dumps(schema)}"
    if messages and messages[0].role == "system":
        return [Message("system", f"{messages[0].content}\n{rule}"), *messages[1:]]
    return [Message("system", rule), *messages]


def without_system(messages: Sequence[Message]) -> list[Message]:
    """Put what system messages say before the first turn of the person, so that turns alternate."""
    rules = [one.content for one in messages if one.role == "system"]
    turns = [one for one in messages if one.role != "system"]
    if not rules:
        return turns
    first = [turns.pop(0).content] if turns and turns[0].role == "user" else []
    return [Message("user", "\n\n".join([*rules, *first])), *turns]


def is_untrusted(error: BaseException | None) -> bool:
    """Say whether an error, or what caused it, is about a certificate that is not trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _tls_settings(url: str) -> ssl.SSLContext:
    """Return the TLS settings. Loading certificates takes 0.1 s, so plain http gets an empty context, which trusts nobody.

    Trusted are the authorities of httpx and those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR in their place.
    """
    if not url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    import httpx

    if (named := os.environ.get("SSL_CERT_FILE")) and not Path(named).is_file():
        raise InputError("there is no such file", where=f"SSL_CERT_FILE={named}", do="name the file of a certificate authority")
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
