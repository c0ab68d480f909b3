"""A person's texts in passages, whatever lies in the folder."""

from pathlib import Path

import pytest

from ganvas.data.passages import LONGEST, MOST, open_passages
from ganvas.ground.errors import InputError
from tests.data.test_verse import HOSTILE

SENTENCE = "The river went past the mill number {} and took no notice. "


def test_paragraphs_are_cut_at_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("".join(SENTENCE.format(number) for number in range(200)) + "\n\nShort.\n", encoding="utf-8")
    found = open_passages(tmp_path)
    assert len(found.texts) > 20 and all(len(text) <= LONGEST and text.endswith(".") for text in found.texts)
    assert found.left == ("passages of fewer than 20 characters, or without letters: 1",)
    assert open_passages(tmp_path / "a.txt").digest == found.digest


def test_a_large_folder_is_read_as_far_as_is_needed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(SENTENCE.format(number) for number in range(3 * MOST)), encoding="utf-8")
    found = open_passages(tmp_path)
    assert len(found.texts) == MOST and "after the first 2,000" in found.left[-1]


def test_lines_beyond_the_most_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.data.passages.MOST_LINES", 20)
    (tmp_path / "a.txt").write_text("\n\n".join(SENTENCE.format(number) for number in range(40)), encoding="utf-8")
    assert len(open_passages(tmp_path).texts) == 10


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_get_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(HOSTILE[name])
    with pytest.raises(InputError, match="passages of text") as said:
        open_passages(tmp_path)
    assert len(str(said.value)) < 400
