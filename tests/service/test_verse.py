"""Poems from words: files say how they were written, and each is written again to the character."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.ground.errors import InputError
from ganvas.pipelines.registry import load_poet
from ganvas.service.info import summarise
from ganvas.service.open_maker import ReplayContext
from ganvas.service.vary import vary
from ganvas.service.verse import write_verse
from ganvas.store.folder import Folder, read_work
from ganvas.store.verse import punctuate
from ganvas.vocabulary.provenance import ExploreProvenance, WriteProvenance
from ganvas.vocabulary.request import VaryRequest, WriteRequest, fill
from ganvas.vocabulary.work import Work
from tests.pipelines.poets import write_poet
from tests.service.fakes import replay


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_poet(folder / "tiny")
    return folder


@pytest.fixture(autouse=True)
def _bundled(zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.models.find.ZOO", zoo)
    monkeypatch.chdir(tmp_path)


def written(theme: str = "an autumn night on the river", **fields: object) -> list[Work]:
    given = {"theme": theme, "model": "tiny", "seed": 5, "candidates": 3, "count": 2, **fields}
    return list(write_verse(fill(WriteRequest, given)))


def test_poems_are_written_again_to_the_character() -> None:
    one, other = written(rhyme=True)
    assert list(one.payload) != list(other.payload)
    for work in (one, other):
        made = work.provenance
        assert isinstance(made, WriteProvenance) and (made.form, made.script) == ("七绝", "hans")
        assert [len(line) for line in work.payload] == [7] * 4
        assert list(replay(made).payload) == list(work.payload)


@pytest.mark.parametrize(("theme", "script"), [("秋風", "hant"), ("秋风", "hans"), ("秋夜", "hans"), ("vent d'automne", "hans")])
def test_the_script_is_that_of_the_theme(theme: str, script: str) -> None:
    (work,) = written(theme, count=1)
    assert isinstance(work.provenance, WriteProvenance) and work.provenance.script == script
    text = "".join(work.payload)
    assert not set(text) & (set("风云鸟") if script == "hant" else set("風雲鳥"))


def test_text_and_page_say_how_they_were_written(tmp_path: Path) -> None:
    works = written("秋夜江上")
    paths = Folder(tmp_path / "works").keep(works)
    assert [path.suffix for path in paths] == [".txt", ".png"] * 2
    text = paths[0].read_text(encoding="utf-8")
    assert text.startswith("秋夜江上\n\n" + punctuate([str(line) for line in works[0].payload]))
    for path in paths:
        made = read_work(str(path))
        assert made.idea == "秋夜江上" and isinstance(made, WriteProvenance)
        assert summarise(str(path))["form"] == "七绝, hans"


def test_the_command_writes_and_writes_again(tmp_path: Path) -> None:
    asked = "write 江雪 -m tiny --form 五絕 -n 1 --seed 3 -o a.txt --json".split()
    run = CliRunner().invoke(app, asked)
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["works"][0]["form"] == "五绝"
    again = CliRunner().invoke(app, ["replay", "a.txt", "-o", "b.txt"])
    assert again.exit_code == 0 and (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()


def test_neighbours_keep_some_lines_and_have_neighbours_of_their_own(zoo: Path, tmp_path: Path) -> None:
    (poem,) = written(rhyme=True, script="hant", count=1)
    made, context = poem.provenance, ReplayContext("poem.txt")
    assert isinstance(made, WriteProvenance)
    none, half, whole = (next(vary(made, VaryRequest(amount=amount, seed=1), context)) for amount in (0.0, 0.4, 1.0))
    assert list(none.payload) == list(poem.payload) and sum(half.payload == poem.payload) == 2
    assert not any(whole.payload == poem.payload)
    rhyme = load_poet(zoo / "tiny").characters.rhyme_of
    assert all(rhyme(work.payload[1][-1]) == rhyme(work.payload[3][-1]) for work in (half, whole))
    assert list(replay(half.provenance).payload) == list(half.payload)
    assert isinstance(half.provenance, ExploreProvenance)
    again = next(vary(half.provenance, VaryRequest(amount=0.25, seed=2), context))
    assert sum(again.payload == half.payload) == 3
    path = Folder(tmp_path / "works").keep([again])[1]
    assert summarise(str(path))["form"] == "七绝, hant"


def test_the_command_varies_and_says_what_verse_cannot_do() -> None:
    commands = ["write 江雪 -m tiny -n 1 --seed 3 -o a.txt", "vary a.txt -n 2 --seed 1 -o near", "mix a.txt a.txt -o mixed"]
    runs = [CliRunner().invoke(app, command.split()) for command in commands]
    assert [run.exit_code for run in runs[:2]] == [0, 0] and len(list(Path("near").glob("*.txt"))) == 2
    assert isinstance(runs[2].exception, InputError) and "mix is of pictures" in str(runs[2].exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x" * 10_000_000], "more than 1,000"),
        (["\x00\x1b\x07"], "is empty"),
        (["江雪", "--form", "sonnet"], "--form"),
        (["江雪", "--script", "latin"], "--script"),
        (["江雪", "-n", "3", "-o", "one.txt"], "do not fit into one file"),
        (["江雪", "--best-of", "65"], "--best-of"),
        (["江雪", "-o", "one.mid"], ".mid"),
    ],
)
def test_bad_requests_get_one_line(arguments: list[str], said: str) -> None:
    run = CliRunner().invoke(app, ["write", *arguments, "-m", "tiny"])
    assert isinstance(run.exception, InputError) and said in str(run.exception) and len(str(run.exception)) < 400


def test_a_gloss_that_cannot_be_had_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke(app, ["write", "江雪", "-m", "tiny", "-n", "1", "--gloss", "--llm", "none"])
    assert run.exit_code == 0 and run.stderr.count("no gloss:") == 1
