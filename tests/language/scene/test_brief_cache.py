"""Briefs that are kept: found again by all that made them, and a broken cache is an empty one."""

import json
import os
from pathlib import Path

import pytest

from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm.http import HttpModel
from ganvas.language.scene import brief_cache as cache
from ganvas.language.scene.brief_cache import brief_key, cache_brief
from ganvas.language.scene.director import Directed, write_plain_brief
from tests.language.fakes import Says

MODEL = HttpModel("http://localhost:8080/v1", model="small", key="sk-of-some-length")
WRITTEN = Directed(write_plain_brief("a robot").brief, "home", "written by home in 3.0 s")
KEY = "a" * 64


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path))
    return tmp_path / "briefs"


class Writer:
    """Writes a brief, and counts."""

    def __init__(self, directed: Directed = WRITTEN) -> None:
        self.directed, self.times = directed, 0

    def __call__(self) -> Directed:
        self.times += 1
        return self.directed


def test_a_brief_is_written_once(folder: Path) -> None:
    writer = Writer()
    first, again = cache_brief(KEY, writer), cache_brief(KEY, writer)
    assert first == WRITTEN and writer.times == 1
    assert (again.brief, again.writer) == (WRITTEN.brief, "home") and "from the cache" in again.note
    assert [path.name for path in folder.iterdir()] == [f"{KEY}.json"]


def test_briefs_by_the_rules_are_not_cached(folder: Path) -> None:
    writer = Writer(WRITTEN._replace(writer="rules", note="the language model's answer was not used"))
    for _ in range(2):
        assert cache_brief(KEY, writer).writer == "rules"
    assert writer.times == 2 and not list(folder.iterdir())


def test_without_a_key_nothing_is_kept(folder: Path) -> None:
    writer = Writer()
    for _ in range(2):
        cache_brief(None, writer)
    assert writer.times == 2 and not folder.exists()


def test_a_missing_answer_is_raised_and_not_cached() -> None:
    def silent() -> Directed:
        raise LanguageModelError("does not answer")

    for _ in range(2):
        with pytest.raises(LanguageModelError):
            cache_brief(KEY, silent)


def good() -> str:
    return json.dumps({"brief": WRITTEN.brief.model_dump(mode="json"), "writer": "home"})


BROKEN = {
    "nothing": "", "no JSON": "hello", "a list": "[]", "no brief": '{"writer": "home"}', "half": good()[:-9], "depth": "[" * 9999,
    "a field more": good()[:-1] + ', "run": "rm"}', "a path for a writer": good().replace('"home"', '"../home"'),
    "an escape": good().replace("a robot", "\\u001b[2J"), "huge": good() + " " * 100_000,
    "no elements": '{"brief": {}, "writer": "x"}',
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_no_file(text: str, folder: Path) -> None:
    folder.mkdir()
    (folder / f"{KEY}.json").write_text(text, encoding="utf-8")
    writer = Writer()
    assert cache_brief(KEY, writer) == WRITTEN
    assert cache_brief(KEY, writer).brief == WRITTEN.brief and writer.times == 1  # it was written over


def test_whatever_lies_in_its_place_the_brief_comes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{KEY}.json").mkdir(parents=True)
    assert cache_brief(KEY, Writer()) == WRITTEN
    (blocked := tmp_path / "a file").write_bytes(b"\xff")
    monkeypatch.setenv("GANVAS_CACHE", str(blocked))
    assert cache_brief(KEY, Writer()) == WRITTEN


def test_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BRIEFS", 3)
    for number in range(5):
        cache_brief(f"{number}" * 64, Writer())
        os.utime(folder / f"{str(number) * 64}.json", (number, number))
    assert sorted(path.name[0] for path in folder.iterdir()) == ["2", "3", "4"]


def key(**changes: object) -> str | None:
    said = {"idea": "a robot", "model": MODEL, "seed": 1, "vocabulary": "v", **changes}
    idea = said.pop("idea")
    return brief_key(idea, **said)  # pyright: ignore


def test_another_idea_model_seed_vocabulary_or_prompt_is_another_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        key(), key(idea="a cat"), key(seed=2), key(vocabulary="w"), key(model=HttpModel(MODEL.url, model="large")),
        key(model=HttpModel("http://localhost:9090/v1", model="small")),
    ]  # fmt: skip
    monkeypatch.setattr(cache, "_code_digest", lambda: "another")
    others.append(key())
    assert len(set(others)) == len(others) and None not in others
    monkeypatch.undo()
    assert key() == others[0] == key(model=HttpModel(MODEL.url, model="small"))  # whatever its key


def test_a_model_without_an_identity_is_not_kept() -> None:
    assert key(model=Says("{}")) is None and key(model=None) is None
