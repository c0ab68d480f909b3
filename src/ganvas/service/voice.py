"""Write in a person's voice: any language model proposes, a discriminator trained on the person's own texts chooses."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from ganvas.data.passages import Passages
from ganvas.ground.characters import cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import digest_of, parse_json, read_json, user_cache, write_json
from ganvas.ground.seeds import draw_by_odds, stream
from ganvas.ground.version import __version__
from ganvas.language.llm.ask import plain_text
from ganvas.language.llm.base import LanguageModel, Limit, Message
from ganvas.language.llm.replies import strip_thinking
from ganvas.language.llm.selection import open_language_model
from ganvas.scoring.voice import Voice
from ganvas.service.open_maker import ReplayContext
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.provenance import MAX_LINES, VoiceProvenance
from ganvas.vocabulary.request import WriteRequest
from ganvas.vocabulary.work import Work

OTHERS = 24
"""Texts of the language model, on the person's own subjects, that the discriminator learns to tell the person's from."""
SHOWN = 2
"""Passages of the person that a question shows, others each time, so that proposals differ."""
LIMIT = Limit(tokens=120, seconds=120.0)
MAX_TEXT = 1_500
_SCHEMA: dict[str, object] = {
    "type": "object", "properties": {"text": {"type": "string", "maxLength": 600}}, "required": ["text"],
    "additionalProperties": False,
}  # fmt: skip


@dataclass
class Author:
    """A person's texts, the language model that proposes, and the discriminator between them, learned when first needed."""

    passages: Passages
    model: LanguageModel
    seed: int = 0
    _voice: Voice | None = field(default=None, repr=False)

    def propose(self, theme: str, *, number: int) -> str:
        """Have the language model write about a theme, after two of the person's passages. number: of the question.

        Raises LanguageModelError.
        """
        order = stream(self.seed, "voice/shown", step=number).permutation(len(self.passages.texts))[:SHOWN]
        shown = "\n\n".join(self.passages.texts[row] for row in order)
        question = (f"Here is how an author writes:\n\n{shown}\n\nWrite a few new lines about: {theme}\n"
                    "In the same manner and language. Do not repeat the examples.")  # fmt: skip
        reply = self.model.complete([Message("user", question)], _SCHEMA, seed=self.seed + number, limit=LIMIT)
        return text_of(reply.text)

    @property
    def voice(self) -> Voice:
        """The discriminator, trained on the person's passages against the model's own texts; kept in the user cache."""
        if self._voice is None:
            self._voice = Voice.fit(self.passages.texts, self._others())
        return self._voice

    def _others(self) -> list[str]:
        """Return what the language model writes on subjects of the passages, once for each folder and model."""
        identity = getattr(self.model, "identity", "")
        path = user_cache("voices") / f"{digest_of(f'{self.passages.digest} {self.model.name} {identity} 1'.encode())[:32]}.json"
        with suppress(InputError):
            found = read_json(path)
            if isinstance(found, list) and len(found) >= OTHERS // 2 and all(isinstance(one, str) for one in found):
                return found
        rows = stream(0, "voice/subjects").permutation(len(self.passages.texts))[:OTHERS]
        written: list[str] = []
        for row in rows:
            subject = cut_at_word(self.passages.texts[row], 60)
            question = f"Write a few lines about: {subject}"
            reply = self.model.complete([Message("user", question)], _SCHEMA, seed=int(row), limit=LIMIT)
            written += [text for text in [text_of(reply.text)] if text]
        if len(written) < 2:
            raise LanguageModelError(f"{self.model.name} wrote nothing that can be learned from", do="name a larger model")
        if identity:
            write_json(path, written)
        return written


def text_of(reply: str) -> str:
    """Return the text in a reply, as JSON or plain, in lines that can be printed; it may be empty."""
    bare = strip_thinking(reply).strip()
    with suppress(InputError):
        content = parse_json(bare, where="reply")
        if isinstance(content, dict) and isinstance(content.get("text"), str):
            bare = content["text"]
    lines = [" ".join(line.split()) for line in plain_text(bare[:MAX_TEXT]).splitlines()]
    return "\n".join(line for line in lines if line)


def open_author(passages: Passages, *, llm: str, seed: int) -> Author:
    """Open the language model that writes. Raises InputError where none is named or there is none."""
    model = open_language_model(llm)
    if model is None:
        raise InputError("free verse and prose are written by a language model, and there is none", where=f"--llm {llm}",
                         do="pip install 'ganvas[llm]', then: ganvas llm get; or a server: ganvas llm use NAME URL")  # fmt: skip
    return Author(passages, model, seed=seed)


def write_in_voice(request: WriteRequest, author: Author) -> Iterator[Work]:
    """Write texts for a theme, one by one: of `candidates` proposals one is kept, drawn by the odds of the voice.

    Raises LanguageModelError where the model writes nothing.
    """
    for number in range(request.count):
        questions = range(number * request.candidates, (number + 1) * request.candidates)
        found = [text for text in (author.propose(request.theme, number=one) for one in questions) if text]
        found = without_copies(found, author.passages.texts)
        if not found:
            raise LanguageModelError(f"{author.model.name} wrote nothing new", do="ask in other words, or name a larger model")
        odds = author.voice(found)
        kept = draw_by_odds(odds, stream(author.seed, "voice/choose", step=number))
        lines = tuple(line[:1000] for line in found[kept].splitlines()[:MAX_LINES])
        made = VoiceProvenance(
            version=__version__, model="voice", model_digest=author.passages.digest, idea=request.theme,
            writer=author.model.name, words_seed=author.seed, noise_seed=author.seed, number=number, lines=lines,
            candidates=len(found), kept=kept,
            conditions=(Condition(words=(Weighted(phrase=cut_at_word(request.theme, PHRASE)),)),),
        )  # fmt: skip
        yield Work(np.array(lines), made, "text/plain", score=float(odds[kept]))


def without_copies(texts: Sequence[str], known: Sequence[str], *, run: int = 60) -> list[str]:
    """Return the texts that share no run of so many characters with what is known: small models repeat what they are shown."""
    joined = "\n".join(known).lower()
    starts = {text: range(0, len(text) - run + 1, 10) for text in texts}
    return [text for text in texts if not any(text.lower()[at : at + run] in joined for at in starts[text])]


def voice_again(made: VoiceProvenance, context: ReplayContext) -> Work:
    """Return the text of a record: it needs no language model."""
    return Work(np.array(made.lines), made, "text/plain")
