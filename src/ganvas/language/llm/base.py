"""The interface of a language model: a conversation in, text out, which satisfies a JSON schema where one is given."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

Schema = dict[str, Any]


class Message(NamedTuple):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Limit(NamedTuple):
    """The most tokens of an answer, and the most seconds to wait for it; the model's own when left out."""

    tokens: int = 160
    seconds: float | None = None


class Reply(NamedTuple):
    """The text of a model, unchecked. cut: it reached its token limit."""

    text: str
    seconds: float
    cut: bool = False


@runtime_checkable
class LanguageModel(Protocol):
    """Answers a conversation with text that satisfies a JSON schema, or with plain text where there is none.

    Raises LanguageModelError when it does not answer. A model whose answers may be cached also has
    an `identity`, a text that changes with the model.
    """

    name: str

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply: ...
