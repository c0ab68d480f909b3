"""Files: whole or not at all, inside or not at all, never over another."""

import contextlib
import os
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground import files
from ganvas.ground.errors import InputError
from ganvas.ground.files import (
    build_folder,
    check_can_create,
    check_folder,
    lasting_cache,
    next_free_number,
    parse_json,
    path_inside,
    read_bytes,
    read_lines,
    read_or_build,
    read_text,
    slug,
    user_cache,
    user_config,
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
        with build_folder(tmp_path / "set", existing="replace") as work:
            (work / "file").write_bytes(content)
    assert (tmp_path / "set" / "file").read_bytes() == b"second" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("existing", ["refuse", "keep", "replace"])
def test_what_appeared_while_a_folder_was_built_stays(existing: Literal["refuse", "keep", "replace"], tmp_path: Path) -> None:
    place, kept = tmp_path / "mine", tmp_path / "mine" / "thesis.txt"
    with contextlib.suppress(InputError), build_folder(place, existing=existing) as work:
        (work / "a.png").write_bytes(b"x")
        place.mkdir()
        kept.write_bytes(b"years of work")
    assert kept.read_bytes() == b"years of work" and [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_file_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"mine", replace=False)
    with pytest.raises(FileExistsError):
        write_bytes(tmp_path / "a", b"yours", replace=False)
    assert (tmp_path / "a").read_bytes() == b"mine" and len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GANVAS_CACHE", "GANVAS_CONFIG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.delenv(name, raising=False)

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    files._temporary_cache.cache_clear()


@pytest.mark.usefixtures("homeless")
def test_without_a_home_there_is_a_cache_and_one_line_about_settings() -> None:
    write_text(user_cache("x") / "a", "b")
    assert user_cache("x") == user_cache("x")
    for wanted, name in ((lasting_cache, "GANVAS_CACHE"), (user_config, "GANVAS_CONFIG")):
        with pytest.raises(InputError, match=name):
            wanted()


def test_a_home_that_cannot_be_written_to_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for root, whom permissions do not stop: a file stands where the folder would."""
    monkeypatch.delenv("GANVAS_CACHE")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    write_text(user_cache("x") / "a", "b")
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "file" / "x"))
    with pytest.raises(OSError, match="Not a directory"):
        user_cache("x")  # it was named, so it is said


def test_a_broken_cache_is_built_again(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    built: list[Path] = []

    def build() -> None:
        built.append(place)
        write_text(place, "42")

    def read() -> int:
        return int(place.read_text(encoding="utf-8"))

    assert [read_or_build(place, read, build) for _ in range(2)] == [42, 42] and len(built) == 1
    place.write_bytes(b"\xff\xfe")
    assert read_or_build(place, read, build) == 42 and len(built) == 2
    place.unlink()
    place.mkdir()
    assert read_or_build(place, read, build) == 42 and len(built) == 3


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_plain_file_is_called_that(kind: str, tmp_path: Path) -> None:
    """A pipe would wait for ever, a device may never end; neither is missing."""
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "pipe" if kind == "pipe" else Path("/dev/zero")
    with pytest.raises(InputError, match="is no plain file, and devices and pipes are not read"):
        read_bytes(path, limit=10)


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
    assert next_free_number(tmp_path, "cat") == 8
    assert next_free_number(tmp_path / "nowhere", "cat") == 1
    for name in ("cat-999999999.png", "cat-1000000000-1.png", f"cat-{'9' * 40}.png"):
        (tmp_path / name).touch()
    assert next_free_number(tmp_path, "cat") == 1_000_000_001


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
