"""Files: whole or not at all, inside or not at all, never over another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.ground.files import building, inside, next_free, parse_json, read_bytes, read_text, slug, write_bytes, write_text


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, b"new")
    assert path.read_text(encoding="utf-8") == "old" and [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_is_built_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), building(tmp_path / "set") as work:
        (work / "half").write_bytes(b"x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    for content in (b"first", b"second"):
        with building(tmp_path / "set") as work:
            (work / "file").write_bytes(content)
    assert (tmp_path / "set" / "file").read_bytes() == b"second" and len(list(tmp_path.iterdir())) == 1


@given(st.text(max_size=60))
def test_nothing_is_found_outside(name: str) -> None:
    root = Path("/tmp/root")
    try:
        assert inside(root, name).resolve().is_relative_to(root.resolve())
    except InputError as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "C:\\x", "..\\x", "a\0b", ""])
def test_ways_out_are_closed(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="out of the folder"):
        inside(tmp_path, name)


def test_numbers_go_up_past_what_is_there(tmp_path: Path) -> None:
    for name in ("cat-001-1.png", "cat-007-sheet.png", "cat-x.png", "category-099.png"):
        (tmp_path / name).touch()
    assert next_free(tmp_path, "cat", ".png").name == "cat-008.png"
    assert next_free(tmp_path / "nowhere", "cat", "").name == "cat-001"


@given(st.text(max_size=200))
def test_a_slug_is_a_file_name(text: str) -> None:
    made = slug(text)
    assert made and len(made) <= 40 and not set(made) & set('/\\:*?"<>|. \n\0')


@pytest.mark.parametrize("text", ["{", "NaN", "[" * 100_000, '{"a": Infinity}', ""])
def test_json_from_strangers_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="here: is not valid JSON"):
        parse_json(text, where="here")


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert len(read_bytes(tmp_path / "a", limit=11)) == 11
    with pytest.raises(InputError, match="more than the 10"):
        read_bytes(tmp_path / "a", limit=10)
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="utf-8"):
        read_text(tmp_path / "b")
