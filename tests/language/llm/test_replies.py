"""A stranger's reply: its thinking left out, its JSON found in linear time, one more try with what was wrong."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.llm.replies import MAX_QUOTED, ask_until_valid, first_object, fit_fields, strip_thinking
from tests.language.fakes import Says

FOUND = {
    "plain": '{"a": 1}', "prose": 'Sure! Here it is: {"a": 1} Enjoy!', "a fence": '```json\n{"a": 1}\n```',
    "thinking": '<think>{"a": 2}</think>{"a": 1}',
    "an end of thinking alone": 'so {"a": 2}</think>\n{"a": 1}', "braces in prose": 'as {asked}: {"a": 1}',
    "a list": '[{"a": 1}]',
    "twice": '{"a": 1}{"a": 2}', "braces in a text": '{"a": 1, "b": "}{"}', "a wrong one before": '{"a": NaN} {"a": 1}',
    "half of one before": '{"a": 2, {"a": 1}', "Chinese around it": '好的:{"a": 1}。', "a byte order mark": '\ufeff{"a": 1}',
}  # fmt: skip


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND.keys())
def test_the_first_object_is_found(text: str) -> None:
    assert first_object(text)["a"] == 1


NONE = [
    "",
    "no",
    "{",
    "}{",
    "[1, 2]",
    "{'a': 1}",
    "<think>{}",
    "{a}" * 20 + '{"a": 1}',
    '{"a": ' + "9" * 5000 + "}",
    "{" * 9,
]


@pytest.mark.parametrize("text", NONE)
def test_what_holds_no_object_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no JSON object"):
        first_object(text)


BRACKETS = st.text(alphabet='{}[]",:\\ a1', max_size=200)


@given(st.text(max_size=200) | BRACKETS | BRACKETS.map('{{"a": {}'.format) | st.tuples(BRACKETS, BRACKETS).map("</think>".join))
def test_nothing_but_input_errors_comes_of_any_text(text: str) -> None:
    try:
        found = first_object(text)
    except InputError:
        return
    assert isinstance(found, dict)


@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.none(), max_size=4),
    st.text("ab \n`.,", max_size=40),
)
def test_an_object_is_found_in_any_prose(content: dict[str, object], prose: str) -> None:
    assert first_object(f"{prose}{json.dumps(content)}{prose}") == content


HOSTILE = {
    "open": "{", "nested": '{"a":', "lists": "[", "a list in each": '{"a":[', "strings": '{"', "escapes": '{"\\',
    "pairs": '{"a":1,', "thinking": "<think>", "ends": "</think>{", "closed": "}",
}  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_brackets_take_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    with pytest.raises(InputError):
        first_object(text)
    assert time.process_time() - began < 2  # quadratic would be days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "hello"),
        ("<think>x</think>hello", "hello"),
        ("x</think>a</think>b", "b"),
        ("a<think>b", "a"),
        ("<think>", ""),
        ("[THINK]{x}[/THINK]hello", "hello"),
        ("<thinking>{x}</thinking>\nhello", "\nhello"),
        ("<Thought>x</Thought>hello", "hello"),
        ("<seed:think>x</seed:think>hello", "hello"),
        ("◁think▷x◁/think▷hello", "hello"),
        ("<|think|>x<|/think|>hello", "hello"),
        ("<reasoning>x</reasoning>hello", "hello"),
        ("<reflection>x</reflection>hello", "hello"),
        ("<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>hello<|return|>", "hello"),
        ("<|channel|>analysis<|message|>x", ""),
        ("analysisx wants yassistantfinalhello", "hello"),
        ("<|channel>thought\nx<channel|>hello", "hello"),
        ("hello<|im_end|>", "hello"),
        ("hello<|endoftext|><|im_start|>user\nmore", "hello"),
        ("<|im_start|>assistant\nhello</s>", "\nhello"),
        ("hello<end_of_turn>", "hello"),
        ("I think, therefore [I think] 1 < 2 > 0", "I think, therefore [I think] 1 < 2 > 0"),
    ],
)
def test_thinking_is_left_out(text: str, said: str) -> None:
    assert strip_thinking(text) == said


class Learns(Says):
    """A language model that says one thing, then another."""

    def __init__(self, *texts: str) -> None:
        super().__init__("")
        self.texts = list(texts)

    def complete(self, messages: list[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        self.text = self.texts.pop(0)
        return super().complete(messages, schema or {}, seed=seed, limit=limit)


def read(text: str) -> str:
    if text != "good":
        raise InputError("it is not\x1b good", where="it")
    return text


def test_a_valid_answer_needs_no_second_try() -> None:
    model = Learns("good")
    assert ask_until_valid(model, [Message("user", "x")], {}, read=read, seed=0, limit=Limit())[1] == Reply("good", 0.1)


def test_an_invalid_answer_is_sent_back_once_with_the_error() -> None:
    model = Learns("b" * 5000, "good")
    text, reply = ask_until_valid(model, [Message("user", "x")], {}, read=read, seed=0, limit=Limit(tokens=9, seconds=30))
    assert (text, reply) == ("good", Reply("good", 0.2))
    asked, wrong, why = model.asked
    assert asked == Message("user", "x") and wrong == Message("assistant", "b" * MAX_QUOTED)
    assert why.role == "user" and "it is not\\x1b good" in why.content
    assert model.limit == Limit(tokens=9, seconds=29.9)  # both answers together take no longer than one may


def test_a_second_wrong_answer_is_the_last() -> None:
    model = Learns("", "bad", "good")
    with pytest.raises(InputError):
        ask_until_valid(model, [], {}, read=read, seed=0, limit=Limit())
    assert model.times == 2 and model.asked[0].content == "(nothing)"


def test_a_model_that_does_not_learn_is_asked_once() -> None:
    model = Learns("bad", "good")
    model.learns = False  # pyright: ignore
    with pytest.raises(InputError):
        ask_until_valid(model, [], {}, read=read, seed=0, limit=Limit())
    assert model.times == 1


def test_a_missing_answer_is_raised() -> None:
    class Silent(Says):
        def complete(self, *_: object, **__: object) -> None:  # pyright: ignore
            raise LanguageModelError("does not answer")

    with pytest.raises(LanguageModelError):
        ask_until_valid(Silent(""), [], {}, read=read, seed=0, limit=Limit())  # pyright: ignore


@pytest.mark.parametrize(
    "found",
    [
        {"Subject": "Robot", "SIZE ": "Full"},
        {"subject": "Robot", "size": "Full", "explanation": "a robot"},
        {"answer": {"subject": "Robot", "size": "Full"}},
        {"subject": " Robot\n", "size": "Full"},
        {"subject": "Robot\u00a0", "size": "\u3000Full"},
    ],
)
def test_fields_are_found_as_they_are_meant(found: dict[str, object]) -> None:
    assert fit_fields(found, ("subject", "size")) == {"subject": "Robot", "size": "Full"}


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_object_is_fitted_without_an_error(found: object) -> None:
    assert set(fit_fields({"x": found}, ("subject",))) <= {"subject"}
