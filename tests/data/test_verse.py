"""Folders of verse and of anything else: poems are found, what is left out is counted, and nothing takes much memory."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.verse import open_verse
from ganvas.data.verse_texts import MOST_CHARACTERS, poems_in
from ganvas.ground.errors import InputError
from ganvas.vocabulary.verse import FORMS, HAN, Poem
from tests.data.poems import make_poem, write_poems_folder

QUIET = "靜夜思\n床前明月光，疑是地上霜。\n舉頭望明月，低頭思故鄉。\n"
HERON = "登鸛雀樓\n白日依山盡,黃河入海流.\n欲窮千里目,更上一層樓.\n"


def test_poems_between_empty_lines_are_found_whatever_the_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{QUIET}\n{HERON}\nnot a poem at all\n", encoding="utf-8")
    (tmp_path / "b.md").write_bytes(QUIET.replace("光", "影").encode("utf-16"))
    (tmp_path / "c.txt").write_text(QUIET, encoding="utf-8")
    verse = open_verse(tmp_path)
    assert [poem.title for poem in verse.poems] == ["靜夜思", "登鸛雀樓", "靜夜思"]
    assert all(poem.form == FORMS["五绝"] for poem in verse.poems)
    assert len(verse.left) == 2 and any("twice: 1" in line for line in verse.left)


def test_a_written_set_is_read_with_its_splits(tmp_path: Path) -> None:
    verse = open_verse(write_poems_folder(tmp_path / "set", count=12))
    assert len(verse.quatrains("train")) == 20 and len(verse.quatrains("held out family")) == 4
    assert {poem.split for poem in verse.poems} == {"train", "held out family"}
    assert [len(poem.lines) for poem in verse.poems if poem.form is None] == [8] * 4


HOSTILE = {
    "binary": bytes(range(256)) * 40,
    "one line": ("春" * 60_000).encode(),
    "emoji": "😀🎉\n🚀🐱\n".encode() * 1000,
    "empty": b"",
    "mixed encodings": "床前明月光".encode("gb18030") + b"\n" + "疑是地上霜".encode("utf-16-le") + b"\xff\xfe\n",
    "control characters": b"\x00\x1b[31m\x07\n" * 1000,
    "no end": b"\n" * 10_000 + "春風".encode() * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_corpus_gets_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(HOSTILE[name])
    with pytest.raises(InputError, match="no regular verse") as said:
        open_verse(tmp_path)
    assert "\n" not in str(said.value) and len(str(said.value)) < 500


def test_ten_million_lines_take_little_memory() -> None:
    def lines() -> Iterator[str]:
        for number in range(6_000):  # the same path as for more, which tests/proof/test_large_texts.py reads
            yield "春風花月夜" if number % 3 else ""

    tracemalloc.start()
    count = sum(1 for _ in poems_in(lines()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 1_900 and peak < 200_000


def test_poems_beyond_the_most_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.data.verse.MAX_POEMS", 20)
    verse = open_verse(write_poems_folder(tmp_path / "set", count=12))
    assert len(verse.poems) == 20 and verse.left == ("texts beyond the first 20: 8",)


@given(st.text(max_size=300))
def test_any_text_is_poems_or_reasons(text: str) -> None:
    for found in poems_in(text.split("\n")):
        assert isinstance(found, Poem | str)
        if isinstance(found, Poem):
            assert len(found.lines) % 2 == 0 and all(HAN.fullmatch(line) for line in found.lines)


def test_a_long_block_is_no_poem() -> None:
    (found,) = poems_in(["春風花月夜"] * (MOST_CHARACTERS // 5 + 2))
    assert isinstance(found, str) and "longer than" in found


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    good = make_poem(1).model_dump_json()
    (tmp_path / "poems.jsonl").write_text(f"{good}\n{{}}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"poems.jsonl:2.*lines"):
        open_verse(tmp_path)
