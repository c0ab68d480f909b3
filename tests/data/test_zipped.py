import io
import stat
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganvas.data import zipped
from ganvas.data.zipped import unpack_pictures
from ganvas.ground.errors import InputError
from ganvas.ground.images import encode_png

PICTURE = encode_png(np.zeros((4, 4, 3), np.uint8))
TRAVERSAL = (
    "../evil.png",
    "../../evil.png",
    "a/../../evil.png",
    "/evil.png",
    "//evil.png",
    "C:/evil.png",
    "C:evil.png",
    "..\\evil.png",
    "a\\..\\..\\evil.png",
    "\\\\host\\evil.png",
    "a/./../../evil.png",
    "evil\n.png",
    "evil\x1b[31m.png",
    "ev\u202eil.png",
    "evil?.png",
    "evil*.png",
    "evil|.png",
    'evil".png',
    "evil<.png",
    "evil:stream.png",
    "evil.png.",
    "evil.png ",
    "a /evil.png",
    "a./evil.png",
    ".evil.png",
    "a/.git/evil.png",
    "__MACOSX/evil.png",
    "Thumbs.db/evil.png",
    "e" * 300 + ".png",
    "evil.sh",
    "evil.png.exe",
    "evil.py",
    "evil.svg",
)


def packed(path: Path, files: dict[str, bytes], *, mode: int = 0o100644) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.filename, member.external_attr, member.compress_type = name, mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return path


def all_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_pictures_and_what_is_said_of_them_are_unpacked(tmp_path: Path) -> None:
    files = {
        "cats/a.png": PICTURE,
        "cats/a.txt": b"a cat",
        "metadata.csv": b"file_name,text\n",
        "cats/猫.PNG": PICTURE,
        "read.pdf": b"x",
    }
    assert unpack_pictures(packed(tmp_path / "a.zip", files), tmp_path / "out") == 2
    assert all_files(tmp_path / "out") == ["cats/a.png", "cats/a.txt", "cats/猫.PNG", "metadata.csv"]


@pytest.mark.parametrize("name", TRAVERSAL)
def test_no_name_leads_out_or_to_another_kind_of_file(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "a.zip", {"good.png": PICTURE, name: PICTURE})
    assert unpack_pictures(archive, tmp_path / "in" / "out") == 1
    assert all_files(tmp_path) == ["a.zip", "in/out/good.png"]


def test_links_and_devices_stay_inside(tmp_path: Path) -> None:
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK):
        with pytest.raises(InputError, match="no pictures"):
            unpack_pictures(packed(tmp_path / "a.zip", {"a.png": b"/etc/passwd"}, mode=kind | 0o777), tmp_path / "out")
    assert all_files(tmp_path) == ["a.zip"]


def test_what_swells_is_refused_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(tmp_path / "a.zip", {"a.png": b"\0" * 5_000_000})
    assert bomb.stat().st_size < 10_000
    with pytest.raises(InputError, match="far larger"):
        unpack_pictures(bomb, tmp_path / "out")
    monkeypatch.setattr(zipped, "MOST_FILES", 3)
    with pytest.raises(InputError, match="more than 3 files"):
        unpack_pictures(packed(tmp_path / "b.zip", {f"{number}.png": PICTURE for number in range(4)}), tmp_path / "out")
    assert not (tmp_path / "out").exists() and sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_size_that_a_member_declares_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.png": b"\0" * 3_000_000})
    content = path.read_bytes().replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(content)
    with pytest.raises(InputError):
        unpack_pictures(path, tmp_path / "out")


def test_the_same_name_in_other_letters_is_one_file(tmp_path: Path) -> None:
    assert unpack_pictures(packed(tmp_path / "a.zip", {"a.png": PICTURE, "A.PNG": PICTURE}), tmp_path / "out") == 1


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", b"PK\x05\x06" + b"\0" * 18, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputError):
        unpack_pictures(tmp_path / "a.zip", tmp_path / "out")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_damage_is_an_error_of_the_input(tmp_path: Path, place: int, bytes_: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", PICTURE)
        archive.writestr("b.txt", zlib.compress(b"x" * 100))
    content = bytearray(stream.getvalue())
    place %= len(content)
    content[place : place + len(bytes_)] = bytes_
    (tmp_path / "a.zip").write_bytes(content)
    out = tmp_path / f"out-{place}-{bytes_.hex()}"
    try:
        unpack_pictures(tmp_path / "a.zip", out)
    except InputError:
        assert not out.exists()
