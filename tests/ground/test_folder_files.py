"""Kind: links and special files. Siblings: a link as a picture, its text, a table, a shard, a folder; absolute and relative;
chains, circles, pipes, devices, sockets; a file that is exchanged for a link between two looks; systems without handles.
"""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground import folder_files
from ganvas.ground.errors import InputError
from ganvas.ground.folder_files import FolderFiles


@pytest.fixture(params=["handles", "paths"])
def linked(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files and links, some of which lead out of it, opened by handles, and as on a system without them."""
    if request.param == "paths":
        monkeypatch.setattr(folder_files, "HANDLES", False)
        real = os.open

        def without(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            assert dir_fd is None
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", without)
    root = tmp_path / "root"
    for folder in (root / "in", tmp_path / "out"):
        folder.mkdir(parents=True)
        (folder / "a.png").write_bytes(b"four")
    links = {"in/out.png": "out/a.png", "in/gone.png": "out/gone.png", "way out": "out"}
    links |= {"in/back.png": "root/in/a.png", "way in": "root/in", "in/nowhere.png": "root/nowhere.png"}
    for name, target in links.items():
        (root / name).symlink_to(tmp_path / target)
    (root / "near.png").symlink_to("in/../in/./a.png")
    (root / "far.png").symlink_to("in/../../out/a.png")
    (root / "round.png").symlink_to("round.png")
    return root


OUT = ["in/out.png", "in/gone.png", "way out/a.png", "way out/gone.png", "way in/out.png", "in/../in/a.png", "in/../../out/a.png",
       "../out/a.png", "/etc/passwd", "in/a.png\0", "", "far.png"]  # fmt: skip


@pytest.mark.parametrize("name", OUT)
def test_what_leads_out_is_refused_beside_what_does_not(name: str, linked: Path) -> None:
    files = FolderFiles(linked)
    for _ in range(2):  # a folder that is known already is no way round
        assert files.read("in/a.png", limit=4) == b"four" and files.stat("in/a.png").st_size == 4
        for look in (files.open, files.stat):
            with pytest.raises(InputError, match=r"leads out of the folder|there is no such file") as caught:
                look(name)
            if "gone" not in name:
                assert "leads out" in str(caught.value)


@pytest.mark.parametrize("name", ["in/back.png", "way in/a.png", "way in/back.png", "./in//a.png", "near.png"])
def test_links_within_are_followed(name: str, linked: Path) -> None:
    assert FolderFiles(linked).read(name, limit=4) == b"four"


@pytest.mark.parametrize("name", ["in", "in/b.png", "in/nowhere.png", "in/a.png/a.png", "in/b/c/a.png", ".", "round.png"])
def test_what_is_no_file_is_not_there(name: str, linked: Path) -> None:
    with pytest.raises(InputError, match=r"no plain file|no such file|in a circle"):
        FolderFiles(linked).open(name)


def test_a_walk_names_what_leads_out_and_enters_each_folder_once(linked: Path) -> None:
    (linked / "in" / "circle").symlink_to("..")
    (linked / ".hidden").mkdir()
    (linked / ".hidden" / "b.png").touch()
    (linked / "shown").symlink_to(".hidden")
    found = {entry.name: entry.wrong for entry in FolderFiles(linked).walk(skip=lambda name: name.startswith("."))}
    fine = {"in/a.png", "in/back.png", "near.png", "shown/b.png"}
    assert {name for name, wrong in found.items() if not wrong} == fine
    out = {name for name, wrong in found.items() if "leads out" in wrong}
    assert {"in/out.png", "way out", "far.png"} <= out and set(found) - out - fine <= {
        "in/nowhere.png",
        "in/gone.png",
        "round.png",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_and_a_socket_are_no_files_and_nobody_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "b.png"))
    (tmp_path / "c.png").symlink_to("a.png")
    for name in ("a.png", "b.png", "c.png"):
        with pytest.raises(InputError, match="no plain file"):
            FolderFiles(tmp_path).open(name)
    assert [entry.wrong for entry in FolderFiles(tmp_path).walk(skip=str.isspace)] == [folder_files.NO_FILE] * 3


def test_a_file_that_is_exchanged_for_a_link_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at a file and its opening, somebody puts a link in its place."""
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (root / "in" / "a.png").touch()
    files = FolderFiles(root)
    opened = os.open

    def exchange(path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if path == "a.png":
            (root / "in" / "a.png").unlink()
            (root / "in" / "a.png").symlink_to(tmp_path / "secret")
        return opened(path, flags, *rest, dir_fd=dir_fd)

    if folder_files.HANDLES:
        monkeypatch.setattr(os, "open", exchange)
        with pytest.raises(InputError):
            files.read("in/a.png", limit=9)
    (root / "in").rename(tmp_path / "moved")  # and a folder: its own handle is still that of the folder inside
    (root / "in").symlink_to(tmp_path)
    with pytest.raises(InputError):
        FolderFiles(root).read("in/secret", limit=9)


def test_the_limit_is_kept_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file grows after it was looked at; what its state said is not believed."""
    (tmp_path / "a").write_bytes(b"x" * 11)

    def believed(_files: FolderFiles, _name: str) -> None: ...

    monkeypatch.setattr(FolderFiles, "stat", believed)
    assert len(FolderFiles(tmp_path).read("a", limit=11)) == 11
    with pytest.raises(InputError, match="more than the 10 bytes"):
        FolderFiles(tmp_path).read("a", limit=10)


@given(st.text(max_size=60))
def test_no_name_leads_out(name: str) -> None:
    try:
        FolderFiles(Path(__file__).parent).open(name).close()
    except (InputError, UnicodeEncodeError) as error:
        assert len(str(error).splitlines()) == 1
    else:
        pytest.fail("there is no file of such a name")


def test_handles_are_given_back(linked: Path) -> None:
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("open handles cannot be counted here")
    before = len(list(handles.iterdir()))
    for _ in range(40):
        files = FolderFiles(linked)
        list(files.walk(skip=str.isspace))
        files.read("way in/back.png", limit=9)
        with pytest.raises(InputError):
            files.read("way out/a.png", limit=9)
    files = None
    assert files is None and len(list(handles.iterdir())) <= before
