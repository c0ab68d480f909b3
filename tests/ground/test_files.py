"""Files: whole or not at all, inside or not at all, never over another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.ground.files import (
    build_folder,
    check_can_create,
    check_folder,
    next_free_path,
    parse_json,
    path_inside,
    read_bytes,
    read_lines,
    read_text,
    slug,
    write_bytes,
    write_text,
)


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
    with pytest.raises(RuntimeError), build_folder(tmp_path / "set") as work:
        (work / "half").write_bytes(b"x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    for content in (b"first", b"second"):
        with build_folder(tmp_path / "set") as work:
            (work / "file").write_bytes(content)
    assert (tmp_path / "set" / "file").read_bytes() == b"second" and len(list(tmp_path.iterdir())) == 1


@given(st.text(max_size=60))
def test_nothing_is_found_outside(name: str) -> None:
    root = Path("/tmp/root")
    try:
        assert path_inside(root, name).resolve().is_relative_to(root.resolve())
    except InputError as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "C:\\x", "..\\x", "a\0b", ""])
def test_ways_out_are_closed(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="out of the folder"):
        path_inside(tmp_path, name)


def test_errors_say_whether_a_path_is_a_file_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "note.txt").touch()
    with pytest.raises(InputError, match=r"note\.txt: is a file and no folder"):
        check_folder(tmp_path / "note.txt")
    with pytest.raises(InputError, match="there is no such folder"):
        check_folder(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"is a folder and no file \(name a file in it\)"):
        read_text(tmp_path)


def test_no_way_leads_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "note.txt").touch()
    (tmp_path / "astray").symlink_to("nowhere")
    check_can_create(tmp_path / "new" / "deep" / "a.png")
    for name in ("note.txt/a.png", "note.txt/deep/a.png", "astray/a.png"):
        with pytest.raises(InputError, match=r"(note\.txt|astray): is a file and no folder"):
            check_can_create(tmp_path / name)


def test_lines_end_with_a_newline_and_nothing_else(tmp_path: Path) -> None:
    text = "a\u2028b\r\n\nc\x0bd\u0085红"
    write_text(tmp_path / "a.txt", text)
    assert list(read_lines(tmp_path / "a.txt", limit=100)) == text.split("\n")
    with pytest.raises(InputError, match="more than the 5 bytes allowed"):
        list(read_lines(tmp_path / "a.txt", limit=5))
    with pytest.raises(InputError, match="no such file"):
        list(read_lines(tmp_path / "b.txt", limit=5))
    write_bytes(tmp_path / "a.txt", b"fine\n\xff")
    with pytest.raises(InputError, match="is not utf-8"):
        list(read_lines(tmp_path / "a.txt", limit=100))


def test_numbers_go_up_past_what_is_there(tmp_path: Path) -> None:
    for name in ("cat-001-1.png", "cat-007-sheet.png", "cat-x.png", "category-099.png"):
        (tmp_path / name).touch()
    assert next_free_path(tmp_path, "cat", ".png").name == "cat-008.png"
    assert next_free_path(tmp_path / "nowhere", "cat", "").name == "cat-001"


@given(st.text(max_size=200))
def test_a_slug_is_a_file_name(text: str) -> None:
    made = slug(text)
    assert made and len(made) <= 40 and not set(made) & set('/\\:*?"<>|. \n\0')


@pytest.mark.parametrize("text", ["{", "NaN", "[" * 100_000, '{"a": Infinity}', ""])
def test_invalid_json_is_one_line(text: str) -> None:
    with pytest.raises(InputError, match="here: is not valid JSON"):
        parse_json(text, where="here")


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert len(read_bytes(tmp_path / "a", limit=11)) == 11
    with pytest.raises(InputError, match="more than the 10 bytes"):
        read_bytes(tmp_path / "a", limit=10)
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="utf-8"):
        read_text(tmp_path / "b")
