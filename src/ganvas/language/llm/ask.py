"""Questions to a language model, and translations: plain text in, plain text out, bounded and without terminal codes."""

import re
import unicodedata
from typing import NamedTuple

from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.base import LanguageModel, Limit, Message
from ganvas.language.llm.gguf import LocalModel
from ganvas.language.llm.replies import strip_thinking
from ganvas.language.llm.selection import open_language_model

MAX_TEXT_LENGTH = 8000
"""Characters of a question, or of a text to translate."""
MAX_ANSWER_LENGTH = 8000
ANSWER_LIMIT = Limit(tokens=300)
"""Of an answer. A translation may take as long, and two tokens for each character of its text."""

LOCAL_LIMIT = Limit(tokens=60, seconds=60.0)
"""Of an answer of the packaged model, of which the first sentence is kept."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n+")

LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "th": "Thai",
    "tr": "Turkish", "vi": "Vietnamese", "zh": "Simplified Chinese", "zh-tw": "Traditional Chinese",
}  # fmt: skip

_USE_A_SERVER = "name a larger model's server: ganvas llm use NAME URL --model M"
_ASKS_FOR_TRANSLATION = re.compile(
    r"\btranslat|\b(?:in|into) (?:chinese|french|german|spanish|italian|japanese|korean|russian)\W*$", re.IGNORECASE
)
_LANGUAGE_NAME = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,3}")


class TextAnswer(NamedTuple):
    """An answer in plain text. writer: the model's name. cut: it reached its limit before the end."""

    text: str
    writer: str
    seconds: float
    cut: bool


def ask(text: str, *, llm: str = "auto", seed: int = 0) -> TextAnswer:
    """Ask a question. Raises InputError for what the language model cannot do, LanguageModelError when it does not answer."""
    model = _open_model(llm)
    question = check_text(text)
    if isinstance(model, LocalModel):
        if _ASKS_FOR_TRANSLATION.search(question):
            raise InputError("the packaged language model cannot translate", do=_USE_A_SERVER)
        _check_english(question)
        answer = _answer(model, [Message("user", f"{question} Answer briefly.")], seed=seed, limit=LOCAL_LIMIT)
        return answer._replace(text=_first_sentence(answer.text), cut=False)
    return _answer(
        model, [Message("system", "Answer briefly and plainly."), Message("user", question)], seed=seed, limit=ANSWER_LIMIT
    )


def _first_sentence(text: str) -> str:
    """Return the first sentence of an answer: what the packaged model says after it is rarely true."""
    return _SENTENCE.split(text.strip())[0]


def translate(text: str, *, to: str, llm: str = "auto", seed: int = 0) -> TextAnswer:
    """Translate a text into a language, given by its code or its English name. Raises as `ask` does."""
    language = parse_language(to)
    model = _open_model(llm)
    if isinstance(model, LocalModel):
        raise InputError("the packaged language model cannot translate", do=_USE_A_SERVER)
    rule = f"Translate the user's text into {language}. Answer with the translation and nothing else."
    content = check_text(text)
    limit = ANSWER_LIMIT._replace(tokens=100 + 2 * len(content))
    return _answer(model, [Message("system", rule), Message("user", content)], seed=seed, limit=limit)


def check_text(text: str) -> str:
    """Return a text without surrounding space. Raises InputError when it is empty, too long or not valid Unicode."""
    content = text.strip()
    if not content:
        raise InputError("there is nothing to ask", do='give it a question: ganvas llm ask "Why is the sky blue?"')
    if len(content) > MAX_TEXT_LENGTH or "\0" in content or any(unicodedata.category(letter) == "Cs" for letter in content):
        raise InputError(
            f"the text has {len(content):,} characters, too many or invalid ones", do=f"use up to {MAX_TEXT_LENGTH:,}"
        )
    return content


def parse_language(to: str) -> str:
    """Return the English name of a language. Raises InputError for an unknown code and for what cannot be a name."""
    code = to.strip().lower()
    if code in LANGUAGES:
        return LANGUAGES[code]
    if len(code) <= 3 or len(code) > 40 or _LANGUAGE_NAME.fullmatch(to.strip()) is None:
        raise InputError(f"there is no language {to[:40]!r}", where="--to", do=f"a name like Swedish, or {', '.join(LANGUAGES)}")
    return to.strip()


def plain_text(text: str) -> str:
    """Return untrusted text as a terminal may show it: lines of printable characters, no control or direction codes."""
    kept: list[str] = []
    for letter in text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"):
        if letter == "\n" or is_printable(letter):
            kept.append(letter)
        elif letter == "\t" or unicodedata.category(letter) == "Zs":
            kept.append(" ")
    return "".join(kept).strip()


def _open_model(llm: str) -> LanguageModel:
    """Open the language model. Raises InputError where the choice is none, LanguageModelError where none is installed."""
    model = open_language_model(llm)
    if model is None and llm != "auto":
        raise InputError(f"--llm {llm} writes scenes only and answers nothing", do="choose auto, local, or a server's name")
    if model is None:
        raise LanguageModelError("there is no language model here", do="pip install 'ganvas[llm]', then: ganvas llm get; "
                                 "or a server: ganvas llm use NAME URL --model M")  # fmt: skip
    return model


def _check_english(question: str) -> None:
    """Refuse a question in another script. Raises InputError."""
    if any(letter.isalpha() and "LATIN" not in unicodedata.name(letter, "") for letter in question):
        raise InputError("the packaged language model knows English only", do=f"ask in English, or {_USE_A_SERVER}")


def _answer(model: LanguageModel, messages: list[Message], *, seed: int, limit: Limit) -> TextAnswer:
    """Return the model's answer without thinking and control codes, cut to MAX_ANSWER_LENGTH."""
    reply = model.complete(messages, None, seed=seed, limit=limit)
    text = plain_text(strip_thinking(reply.text))
    if not text:
        raise LanguageModelError(f"{model.name} gave an empty answer", do="ask in other words")
    return TextAnswer(text[:MAX_ANSWER_LENGTH], model.name, reply.seconds, reply.cut or len(text) > MAX_ANSWER_LENGTH)
