"""Replies of servers in the forms in which they come; whatever else comes is one line that quotes nothing.

Siblings: a mark before the text, comments that keep a connection open, a stream that nobody asked for, parts, an object, the call
of a function, thinking as an answer.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm.completions import content_of, read_choice, thoughts_of

SAID = '{"scenes": []}'


def reply(**message: Any) -> str:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]})


def streamed(*parts: dict[str, Any], end: str = "data: [DONE]\n\n") -> str:
    chunks = [{"choices": [{"index": 0, "delta": part}]} for part in parts]
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end


CALL = {"function": {"name": "answer", "arguments": SAID}}


@pytest.mark.parametrize(
    "text",
    [
        reply(content=SAID), "\n\n  " + reply(content=SAID), "\ufeff" + reply(content=SAID),
        ": PROCESSING\n\n: PROCESSING\n\n" + reply(content=SAID), streamed({"content": SAID[:5]}, {"content": SAID[5:]}),
        streamed({"role": "assistant"}, {"content": None}, {"content": SAID}, end=""),
        reply(content=[{"type": "text", "text": SAID}]),
        reply(content=json.loads(SAID)), reply(content=None, tool_calls=[CALL]), reply(content="", tool_calls=[CALL]),
    ],
)  # fmt: skip
def test_every_form_is_read(text: str) -> None:
    assert content_of(read_choice(text, where="a server")) == SAID


def test_thinking_is_no_answer() -> None:
    choice = read_choice(streamed({"reasoning_content": "hm"}, {"reasoning_content": "!"}), where="a server")
    assert content_of(choice) == "" and thoughts_of(choice) == "hm!"


def test_how_a_stream_ended_is_known() -> None:
    text = streamed({"content": "a"}) + 'data: {"choices": [{"delta": {}, "finish_reason": "length"}]}\n'
    assert read_choice(text, where="a server")["finish_reason"] == "length"


NAMES = ["choices", "message", "delta", "content", "index", "tool_calls", "function", "arguments"]
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=12,
)


@given(st.text(max_size=200) | ANYTHING.map(json.dumps))
def test_anything_else_is_one_line_that_quotes_nothing(text: str) -> None:
    for sent in (text, f"data: {text}"):
        try:
            choice = read_choice(sent, where="a server")
        except LanguageModelError as error:
            assert str(error) == "a server: the language model's server sent no chat completion"
            continue
        assert isinstance(content_of(choice), str) and isinstance(thoughts_of(choice), str)
