"""Final names: whole or not at all, never over another, on file systems of every kind.

Siblings: no hard links, no rename without replacing, no fsync, no chmod, another umask, a full disk, leftovers of the killed.
"""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ganvas.ground import publishing
from ganvas.ground.files import build_folder, write_bytes
from ganvas.ground.publishing import PART, part_of

posix = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")


def refusing(number: int) -> Any:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


WITHOUT = {"links": ["_link"], "links and renames": ["_link", "_rename_anew"], "renames": ["_rename_anew"], "nothing": []}


@pytest.mark.parametrize("lacks", WITHOUT)
def test_nothing_is_overwritten_on_any_file_system(lacks: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WITHOUT[lacks]:
        monkeypatch.setattr(publishing, name, refusing(errno.EPERM))
    write_bytes(tmp_path / "a", b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_bytes(tmp_path / "a", b"second", replace=False)
    (tmp_path / "hanging").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_bytes(tmp_path / "hanging", b"third", replace=False)
    assert (tmp_path / "a").read_bytes() == b"first" and {one.name for one in tmp_path.iterdir()} == {"a", "hanging"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
def test_a_file_system_without_fsync_works(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(number))
    write_bytes(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        write_bytes(tmp_path / "a", b"x", replace=False)
    assert not list(tmp_path.iterdir())


def test_no_permission_is_ever_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chmod", "fchmod"):
        monkeypatch.setattr(os, name, refusing(errno.EPERM), raising=False)
    write_bytes(tmp_path / "a", b"x")
    with build_folder(tmp_path / "b") as work:
        write_bytes(work / "c", b"x")
    assert (tmp_path / "b" / "c").is_file()


@posix
@pytest.mark.parametrize("mask", [0o077, 0o022, 0o002])
def test_the_umask_is_respected(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write_bytes(tmp_path / "a", b"x")
        with build_folder(tmp_path / "b") as work:
            write_bytes(work / "c", b"x")
    finally:
        os.umask(before)
    modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in ("a", "b", "b/c")}
    assert modes == {"a": 0o666 & ~mask, "b": 0o777 & ~mask, "b/c": 0o666 & ~mask}


def test_an_empty_folder_is_taken_and_a_full_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with build_folder(tmp_path / "a") as work:
        write_bytes(work / "c", b"x")
    assert (tmp_path / "a" / "c").is_file()


@pytest.mark.parametrize("swaps", [True, False])
def test_a_folder_that_is_replaced_is_there_at_every_moment(swaps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system exchanges names; else there is a moment without, and the new one comes all the same."""
    write_bytes(tmp_path / "a" / "b", b"old")
    moved: list[object] = []
    monkeypatch.setattr(os, "rename", lambda old, new, rename=os.rename: (moved.append(old), rename(old, new)))
    if not swaps:
        monkeypatch.setattr(publishing, "_rename_by", refusing(errno.ENOSYS))
    elif not sys.platform.startswith("linux"):
        pytest.skip("not on every file system there")
    with build_folder(tmp_path / "a", existing="replace") as work:
        write_bytes(work / "b", b"new")
    assert (tmp_path / "a" / "b").read_bytes() == b"new" and [one.name for one in tmp_path.iterdir()] == ["a"]
    assert bool(moved) is not swaps


KILLED = """
import sys; from pathlib import Path; from ganvas.ground.files import build_folder, write_bytes
from ganvas.ground import publishing
import os, signal
publishing.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "file":
    write_bytes(Path(sys.argv[1]) / "a", b"x")
with build_folder(Path(sys.argv[1]) / "b") as work:
    (work / "half").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_the_killed_left_is_swept_by_the_next(kind: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), kind], check=False, timeout=60)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(PART)
    publishing._swept.clear()
    write_bytes(tmp_path / "c", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["c"]


def test_parts_at_work_are_not_swept(tmp_path: Path) -> None:
    """Ours, those of a running process, and those of another machine that are young."""
    machine = publishing._MACHINE
    kept = [part_of(tmp_path / "a"), tmp_path / f"{PART}{machine}-{os.getppid()}-x", tmp_path / f"{PART}0000-1-x"]
    for part in (*kept, old := tmp_path / f"{PART}pafxzver"):
        part.touch()
    yesterday = time.time() - 2 * publishing.STALE_SECONDS
    os.utime(old, (yesterday, yesterday))
    publishing._swept.clear()
    part_of(tmp_path / "b")
    assert sorted(tmp_path.iterdir()) == sorted(kept)
