"""Texts in a person's voice: a language model proposes, the person's own texts choose, and records hold what was written."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.data.passages import open_passages
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.service.voice import Author, text_of, without_copies, write_in_voice
from ganvas.store.folder import Folder, read_work
from ganvas.vocabulary.provenance import VoiceProvenance
from ganvas.vocabulary.request import WriteRequest, fill
from tests.service.fakes import replay

PSALM = "Lo, thou shalt walk by still waters, O my soul, unto the hill number {}, and verily rest."


class Writes:
    """A language model that writes in two manners in turn, the plain one more often."""

    name, identity = "scribe", "scribe-1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
        self.asked.append(messages[-1].content)
        old = "how an author writes" in self.asked[-1] and len(self.asked) % 3 == 0
        text = (
            f"Verily thou shalt see the river, O heart, {seed}."
            if old
            else f"So I basically went to the river and stuff, {seed}."
        )
        return Reply(json.dumps({"text": text}), 0.0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "psalms.txt").write_text("\n\n".join(PSALM.format(number) for number in range(30)), encoding="utf-8")
    return tmp_path / "psalms.txt"


def test_the_person_s_manner_is_chosen_and_kept_in_the_record(folder: Path, tmp_path: Path) -> None:
    model = Writes()
    author = Author(open_passages(folder), model, seed=3)
    asked = fill(WriteRequest, {"theme": "the river", "form": "free", "voice": folder, "count": 8, "candidates": 6})
    works = list(write_in_voice(asked, author))
    chosen = sum("thou" in str(work.payload[0]) for work in works)
    assert chosen >= 5, "of a third of the candidates most are kept"
    count = len(model.asked)
    again = Author(open_passages(folder), model, seed=3)
    assert again.voice and len(model.asked) == count, "what the model is told from is asked once"

    paths = Folder(tmp_path / "works").keep(works[:1])
    made = read_work(str(paths[0]))
    assert isinstance(made, VoiceProvenance) and made.writer == "scribe" and [path.suffix for path in paths] == [".txt", ".png"]
    assert list(replay(made).payload) == list(works[0].payload)


def test_what_is_shown_is_not_handed_back() -> None:
    known = [PSALM.format(1)]
    assert without_copies([PSALM.format(1) + " Indeed.", "A line of its own."], known) == ["A line of its own."]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ('{"text": "one\\ntwo"}', "one\ntwo"),
        ("<think>hm</think>plain", "plain"),
        ("\x1b[31mred\x07", "[31mred"),
        ('{"text": 3}', '{"text": 3}'),
        ("", ""),
    ],
)
def test_replies_are_read_as_text(reply: str, text: str) -> None:
    assert text_of(reply) == text


def test_a_model_that_says_nothing_is_named(folder: Path) -> None:
    class Silent(Writes):
        def complete(self, messages: Sequence[Message], schema: Schema | None, *, seed: int, limit: Limit) -> Reply:
            return Reply("", 0.0)

    asked = fill(WriteRequest, {"theme": "x", "form": "free", "candidates": 2, "count": 1})
    with pytest.raises(LanguageModelError, match="wrote nothing new"):
        list(write_in_voice(asked, Author(open_passages(folder), Silent())))


@pytest.mark.parametrize(
    ("more", "said"),
    [([], "--voice FOLDER"), (["--voice", "nowhere"], "no such folder"), (["--voice", ".", "--llm", "none"], "--llm none")],
)
def test_free_verse_needs_a_voice_and_a_model(folder: Path, more: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    run = CliRunner().invoke(app, ["write", "the river", "--form", "free", *more])
    assert isinstance(run.exception, InputError) and said in str(run.exception)
