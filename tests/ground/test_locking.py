"""Folders that one process at a time works in."""

import subprocess
import sys
from pathlib import Path

import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.locking import LOCK, locked

ELSEWHERE = """
import sys; from pathlib import Path; from ganvas.ground.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True); sys.stdin.read()
"""


def held_elsewhere(folder: Path) -> "subprocess.Popen[bytes]":
    other = subprocess.Popen([sys.executable, "-c", ELSEWHERE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None and other.stdout.readline() == b"held\n"
    return other


@pytest.mark.parametrize("killed", [True, False])
def test_a_folder_is_held_by_one_process_until_it_ends(killed: bool, tmp_path: Path) -> None:
    other = held_elsewhere(tmp_path / "run")
    with pytest.raises(InputError, match="another process works in this folder"), locked(tmp_path / "run"):
        raise AssertionError
    if killed:
        other.kill()
    other.communicate(timeout=30)
    with locked(tmp_path / "run"):
        (tmp_path / "run" / "a").touch()
    assert [one.name for one in (tmp_path / "run").iterdir()] == ["a"]


def test_nothing_is_left_where_nothing_was_done(tmp_path: Path) -> None:
    with locked(tmp_path / "run"):
        assert (tmp_path / "run" / LOCK).is_file()
    assert not list(tmp_path.iterdir())


def test_a_file_system_without_locks_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def none(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", none)
    with locked(tmp_path / "run"):
        pass
