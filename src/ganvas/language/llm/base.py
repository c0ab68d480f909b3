"""What every language model is to Ganvas: a conversation in, text out, which satisfies a JSON schema where one is given."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

Schema = dict[str, Any]


class Message(NamedTuple):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Limit(NamedTuple):
    """How much a model may say, and for how long it is waited for."""

    tokens: int = 160
    seconds: float = 30.0


class Reply(NamedTuple):
    """What a model said, unchecked. cut: it had more to say than its limit let it."""

    text: str
    seconds: float
    cut: bool = False


@runtime_checkable
class LanguageModel(Protocol):
    """Answers a conversation with text that satisfies a JSON schema, or with plain text where there is none.

    Raises LanguageModelError when it does not answer. One whose answers may be kept has an `identity` too: a text that changes
    with the model.
    """

    name: str

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply: ...
