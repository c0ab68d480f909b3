"""Questions and translations: plain text both ways, and nothing in it that a terminal obeys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm import ask as asking
from ganvas.language.llm.ask import MAX_ANSWER_LENGTH, ask, parse_language, plain_text, translate
from ganvas.language.llm.base import Limit, Message
from ganvas.language.llm.http import HttpModel
from tests.language.fakes import Says
from tests.language.servers import completion, serving


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch):
    def make(text: str) -> Says:
        model = Says(text)
        monkeypatch.setattr(asking, "open_language_model", lambda _: model)
        return model

    return make


def test_a_question_is_sent_unchanged(says) -> None:
    model = says(" Because.\n")
    assert ask("  Why?\nTell me. ")[:3] == ("Because.", "parrot", 0.1)
    assert model.asked[-1] == Message("user", "Why?\nTell me.") and model.limit == Limit(tokens=300)


def test_a_translation_may_be_as_long_as_its_text(says) -> None:
    model = says("早")
    assert translate("good " * 200, to="Swedish").text == "早"
    assert "into Swedish" in model.asked[0].content and model.limit.tokens > 2 * 900


def test_a_long_answer_is_cut_and_an_empty_one_is_none(says) -> None:
    says("x" * (MAX_ANSWER_LENGTH + 1))
    said = ask("Why?")
    assert said.cut and len(said.text) == MAX_ANSWER_LENGTH
    for nothing in ("", " \x1b\u202e", "<think>only", "<think>x</think>\n"):
        says(nothing)
        with pytest.raises(LanguageModelError, match="empty answer"):
            ask("Why?")


def test_an_answer_that_the_models_limit_ended_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setattr(asking, "open_language_model", lambda _: HttpModel(server.url, model="m"))
        for ends in ("length", "stop"):
            server.answer = completion("Becau", ends=ends)
            assert ask("Why?").cut == (ends == "length")


@pytest.mark.parametrize(
    ("to", "language"), [("zh", "Simplified Chinese"), (" EN ", "English"), ("Māori", "Māori"), ("粤语", None)]
)
def test_languages_are_codes_or_names(to: str, language: str | None) -> None:
    if language is None:
        with pytest.raises(InputError, match="there is no language"):
            parse_language(to)
    else:
        assert parse_language(to) == language


NO_WORDS = ("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp")


@given(st.text())
def test_no_answer_moves_a_terminal(text: str) -> None:
    shown = plain_text(text)
    assert all(letter == "\n" or unicodedata.category(letter) not in NO_WORDS or letter in " \u200c\u200d" for letter in shown)
    assert plain_text(shown) == shown


def test_what_may_be_shown_is_kept() -> None:
    assert plain_text("a\tb\u3000c\u00a0d\r\n👩\u200d🚀 早\x1b[2J") == "a b c d\n👩\u200d🚀 早[2J"
