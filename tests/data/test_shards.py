import io
import os
import struct
import tarfile
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ganvas.data import shards
from ganvas.data.cache import Pictures, open_pictures
from ganvas.data.source import open_source
from ganvas.data.tar import BLOCK, Member, members
from ganvas.ground.errors import InputError
from ganvas.ground.images import MAX_BYTES, Fit, encode_png
from ganvas.ground.seeds import stream
from tests.data.folders import picture

LONG = "deep/" * 30 + "猫.png"
Content = Iterable[tuple[str | tarfile.TarInfo, bytes]]


def archive(content: Content, *, kind: int = tarfile.USTAR_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=kind) as tar:
        for name, data in content:
            told = tarfile.TarInfo(name) if isinstance(name, str) else name
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))
    return made.getvalue()


def shards_in(root: Path, **content: bytes | Content) -> Path:
    """A folder of shards: their names without the .tar, and their bytes or members."""
    root.mkdir(parents=True, exist_ok=True)
    for name, held in content.items():
        (root / f"{name}.tar").write_bytes(held if isinstance(held, bytes) else archive(held))
    return root


def noise(number: int, *, channels: int = 3, side: int = 20) -> bytes:
    return encode_png(stream(number, "shards").integers(256, (side, side + number % 3, channels)).astype(np.uint8))


def thing(kind: bytes, name: str = "a.png", target: str = "") -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.type, told.linkname = kind, target
    return told


def checked(header: bytes) -> bytes:
    """A header with a right checksum."""
    return header[:148] + b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 32) + header[156:]


GOOD: list[tuple[str | tarfile.TarInfo, bytes]] = [
    ("ok/1.png", noise(1)), ("ok/1.txt", b"a thing\n"), ("ok/2.png", noise(2)),
]  # fmt: skip


def members_of(path: Path) -> list[Member]:
    with path.open("rb") as file:
        return list(members(file, where=path))


def same(one: Pictures, other: Pictures) -> bool:
    return one.digest == other.digest and one.records == other.records and np.array_equal(one.images[:], other.images[:])


@pytest.mark.parametrize("kind", ["flat", "captions", "classes", "twins"])
@pytest.mark.parametrize(("channels", "fit"), [(None, "crop"), (3, "pad"), (4, "crop")])
def test_shards_are_what_the_same_pictures_are_as_files(tmp_path: Path, kind: str, channels: int | None, fit: Fit) -> None:
    files = {f"{n:02d}.png": noise(n, channels=4 if kind == "captions" and n == 3 else 3) for n in range(8)}
    if kind == "captions":
        files |= {f"{n:02d}.txt": f"thing {n}\n东西 {n}\n".encode() for n in range(7)}
    if kind == "classes":
        files = {f"{('cat', '狗')[int(name[1]) % 2]}/{name}": data for name, data in files.items()}
    if kind == "twins":
        files |= {"05.png": files["02.png"], "06.png": b"no picture", "07.png": picture((1, 2, 3), height=3)}
    for name, data in files.items():
        (tmp_path / "loose" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "loose" / name).write_bytes(data)
    even, odd = ([one for one in files.items() if int(one[0].split("/")[-1][:2]) % 2 == rest][::-1] for rest in (0, 1))
    folder = shards_in(tmp_path / "set", a=archive(even), b=archive(odd, kind=tarfile.PAX_FORMAT))
    loose, found = (open_pictures(one, size=16, channels=channels, fit=fit) for one in (tmp_path / "loose", folder))
    assert isinstance(loose.images, np.memmap) and not isinstance(found.images, np.ndarray)
    assert loose.left == found.left and len(loose.left) == (3 if kind == "twins" else 0)
    assert same(loose, found) and same(found, open_pictures(folder, size=16, channels=channels, fit=fit))


def test_pixels_are_indexed_as_an_array_is(tmp_path: Path) -> None:
    found = open_pictures(shards_in(tmp_path, a=[(f"{n}.png", noise(n)) for n in range(9)]), size=16).images
    array = found[:]
    assert len(found) == 9 and found.shape == array.shape == (9, 16, 16, 3) and array.dtype == np.uint8
    assert np.array_equal(np.stack(list(found)), array)
    rows = np.array([[8, 0], [3, 3], [-1, 1]])
    for chosen in (4, -1, np.int64(2), slice(2, 9, 3), slice(0, 0), rows, rows[0][:0], np.arange(9) % 2 == 0):
        assert np.array_equal(found[chosen], array[chosen])
    with pytest.raises(IndexError):
        found[9]


def test_memory_does_not_grow_with_the_pixels(tmp_path: Path) -> None:
    folder = shards_in(tmp_path, a=[(f"{n}.png", noise(n)) for n in range(40)])
    tracemalloc.start()
    images = open_pictures(folder, size=512).images
    assert images[39].any() and len(images) == 40
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12e6 < images[0].nbytes * 40 / 2


def test_what_stands_beside_a_picture_tells_of_it(tmp_path: Path) -> None:
    folder = shards_in(
        tmp_path,
        a=[("x/1.json", b'{"text": "a cat", "tags": ["pet"], "url": "http://a", "split": "test", "labels": {"style": "ink"}}'),
           ("x/1.txt", b"a cat\ntabby\n"), ("x/1.cls", b"7\n"), ("x/1.npy", b"0"), ("x/1.PNG", noise(1))],
        b=[("2.jpg", noise(2)), ("2.cls", b"golden retriever"), ("3.webp", noise(3)), ("3.cls", b"7"),
           ("4.png", noise(4)), ("4.mask.png", noise(5)), ("._4.png", b"of a Mac"), ("5.txt", b"of no picture")],
    )  # fmt: skip
    two, three, four, one = open_source(folder).records
    assert one.captions == ("a cat", "tabby") and one.tags == ("pet",) and one.split == "test" and one.concept is None
    assert one.labels == {"class": "7", "style": "ink"}
    assert (two.concept, two.labels) == ("golden retriever", {"class": "golden retriever"})
    assert (three.concept, three.labels) == ("7", {"class": "7"})
    assert four.file_name == "4.png" and not four.labels
    assert open_source(folder).left == ("b.tar, 4.mask.png: is not read as a picture, but as the mask.png of 4",)


def test_equal_names_in_two_shards_get_a_prefix(tmp_path: Path) -> None:
    found = open_pictures(shards_in(tmp_path, a=GOOD, b=[("ok/1.png", noise(3)), ("ok/1.txt", b"another")]), size=16)
    assert [(one.file_name, *one.captions) for one in found.records] == [
        ("b.tar/ok/1.png", "another"), ("ok/1.png", "a thing"), ("ok/2.png",),
    ]  # fmt: skip


def test_the_index_is_kept_until_a_shard_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shards_in(tmp_path, a=GOOD)
    first = open_pictures(folder, size=16)
    with monkeypatch.context() as patched:
        patched.setattr(shards, "members", lambda _, where: pytest.fail(f"{where} was indexed again"))
        assert same(open_pictures(folder, size=16), first)
    (folder / "a.tar").write_bytes(archive([*GOOD[1:], ("ok/4.png", noise(4))]))
    with pytest.raises(InputError, match=r"a\.tar, ok/[12]\.png: is not a whole"):
        first.images[:]
    changed = (folder / "a.tar").stat()
    os.utime(folder / "a.tar", ns=(changed.st_atime_ns, changed.st_mtime_ns + 10**9))
    assert [one.file_name for one in open_pictures(folder, size=16).records] == ["ok/2.png", "ok/4.png"]


HOSTILE: dict[str, tuple[str | tarfile.TarInfo, bytes, str]] = {
    "an absolute path": ("/etc/a.png", noise(5), "is not allowed"),
    "a way out": ("../a.png", noise(5), "is not allowed"),
    "a way out further in": ("ok/../../a.png", noise(5), "is not allowed"),
    "a drive": ("C:a.png", noise(5), "is not allowed"),
    "what a terminal obeys": ("\x1b[2Ja.png", noise(5), "is not allowed"),
    "a name without end": ("x/" * 200 + "a.png", noise(5), "more than 255"),
    "a link": (thing(tarfile.SYMTYPE, target="/etc/passwd"), b"", "is a link"),
    "a hard link": (thing(tarfile.LNKTYPE, target="ok/1.png"), b"", "is a link"),
    "a device": (thing(tarfile.CHRTYPE), b"", "no plain file"),
    "a pipe": (thing(tarfile.FIFOTYPE), b"", "no plain file"),
    "something unheard of": (thing(b"Z"), noise(5), "no plain file"),
    "a name that is taken": ("ok/1.png", noise(5), "in it twice"),
    "captions in no encoding": ("ok/2.txt", b"\xea\xee\xf2 \xea\xee\xf2", "not utf-8"),
    "captions without end": ("ok/2.txt", b"x" * 30_000, "30,000 bytes"),
    "a record that is none": ("ok/2.json", b"[" * 9000, "not valid JSON"),
    "a record that is a list": ("ok/2.json", b"[1]", "is no JSON object"),
    "a record of another kind": ("ok/2.json", b'{"split": 7}', "split"),
    "a class without end": ("ok/2.cls", b"1" * 30_000, "30,000 bytes"),
    "a photograph of a telephone": ("IMG_1.heic", noise(5), "is in a format that is not read"),
    "no picture": ("a.png", b"hello", "not a whole"),
    "half a picture": ("a.png", noise(5)[:300], "not a whole"),
    "a bomb": ("a.png", noise(5)[:16] + struct.pack(">II", 60_000, 60_000) + noise(5)[24:], "not a whole"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_used_is_left_out_and_named(tmp_path: Path, name: str) -> None:
    what, data, reason = HOSTILE[name]
    content = [*GOOD[:2], (what, data), GOOD[2]]
    folder = shards_in(tmp_path / "set", a=archive(content, kind=tarfile.GNU_FORMAT), b=[("3.png", noise(3))])
    found = open_pictures(folder, size=16)
    (left,) = found.left
    assert reason in left and left.isprintable() and len(left) < 300
    spoiled = isinstance(what, str) and what.startswith("ok/2.")
    assert [one.file_name for one in found.records] == ["3.png", "ok/1.png"] + ["ok/2.png"] * (not spoiled)
    assert {path.name for path in tmp_path.rglob("*")} == {"set", "a.tar", "b.tar"}


BROKEN = {
    "empty": (b"", "is empty"),
    "no tar": (b"hello" * 200, "no tar archive"),
    "compressed": (b"\x1f\x8b\x08" + bytes(600), "is compressed"),
    "cut in a picture": (archive(GOOD)[: BLOCK + 100], "cut off"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_shard_costs_no_other(tmp_path: Path, name: str) -> None:
    content, reason = BROKEN[name]
    found = open_pictures(shards_in(tmp_path / "two", a=content, b=GOOD), size=16)
    assert {one.file_name for one in found.records} == {"ok/1.png", "ok/2.png"}
    (left,) = found.left
    assert left.startswith("a.tar: ") and reason in left
    with pytest.raises(InputError, match=f"no picture in its shards can be used: a.tar: .*{reason}"):
        open_pictures(shards_in(tmp_path / "one", a=content), size=16)


WHOLE = archive(GOOD)
SECOND = WHOLE.index(b"ok/2.png")
TAILS = [
    (WHOLE[SECOND : SECOND + 600], "is cut off"),
    (b"x" * 600, "is broken at byte 3,072"),
    (WHOLE[SECOND : SECOND + 100] + b"1" + WHOLE[SECOND + 101 :], "is broken at byte 3,072"),  # its checksum tells
    (archive([("x" * 70_000, noise(3))], kind=tarfile.GNU_FORMAT), "is broken at byte 3,584: a name is too long"),
    (b"", "has no end mark"),
]


@pytest.mark.parametrize(("tail", "reason"), TAILS)
def test_a_shard_gives_what_is_whole_of_it(tmp_path: Path, tail: bytes, reason: str) -> None:
    source = open_source(shards_in(tmp_path, a=WHOLE[:SECOND] + tail))
    (left,) = source.left
    assert [one.file_name for one in source.records] == ["ok/1.png"] and left.startswith(f"a.tar: {reason}")


def test_pictures_larger_than_any_are_not_read(tmp_path: Path) -> None:
    large = tarfile.TarInfo("a.png")
    large.size = MAX_BYTES + 1
    with (tmp_path / "a.tar").open("wb") as file:
        file.write(large.tobuf())
        file.seek(BLOCK + -(-large.size // BLOCK) * BLOCK)  # a hole: no disk is filled
        file.write(archive(GOOD))
    source = open_source(tmp_path)
    assert len(source.records) == 2 and "64,000,001 bytes" in source.left[0]


@pytest.mark.parametrize("name", ["b.png", "metadata.jsonl", "deep/b.jpg"])
def test_shards_and_loose_pictures_do_not_mix(tmp_path: Path, name: str) -> None:
    folder = shards_in(tmp_path, a=GOOD)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(noise(1))
    with pytest.raises(InputError, match=f"both shards .a.tar. and loose pictures .{name}"):
        open_pictures(folder, size=16)


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_headers_are_read_as_the_library_does(tmp_path: Path, kind: int) -> None:
    names = ["a.png", "./b.png", "é" * 40 + ".png", "x/" * 60 + "c.png", *([LONG, LONG * 2] if kind else [])]
    content: Content = [(thing(tarfile.DIRTYPE, "x"), b""), *((name, os.urandom(n * 300)) for n, name in enumerate(names))]
    path = shards_in(tmp_path, a=archive(content, kind=kind)) / "a.tar"
    with tarfile.open(path) as tar:
        expected = [(one.name.removeprefix("./"), one.offset_data, one.size) for one in tar if one.isfile()]
    found = members_of(path)
    assert len(found) == len(names)
    for one, (name, offset, size) in zip(found, expected, strict=True):
        assert one == Member(name, offset, size) or (len(name) > 255 and "more than 255" in one.wrong)


def test_sparse_files_are_passed_over(tmp_path: Path) -> None:
    old = thing(b"S", "old.png").tobuf(tarfile.GNU_FORMAT)
    more, last = bytes(504) + b"\1" + bytes(7), bytes(BLOCK)
    new = thing(tarfile.REGTYPE, "new.png")
    new.pax_headers = {"GNU.sparse.major": "1"}
    content = checked(old[:482] + b"\1" + old[483:]) + more + last + new.tobuf(tarfile.PAX_FORMAT) + archive(GOOD)
    source = open_source(shards_in(tmp_path, a=content))
    assert source.left == ("a.tar, old.png: is a sparse file", "a.tar, new.png: is a sparse file") and len(source.records) == 2


def test_what_links_say_of_their_size_is_nothing(tmp_path: Path) -> None:
    link = thing(tarfile.LNKTYPE).tobuf()
    source = open_source(shards_in(tmp_path, a=checked(link[:124] + b"00000001000\0" + link[136:]) + archive(GOOD)))
    assert source.left == ("a.tar, a.png: is a link",) and len(source.records) == 2


SOUND = [archive([*GOOD, (LONG * 2, noise(4)), (thing(tarfile.SYMTYPE, target="x" * 200), b"")], kind=kind)
         for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)]  # fmt: skip


@settings(max_examples=150)
@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 11_000), st.binary(min_size=1, max_size=12)), max_size=6),
    st.integers(0, 11_000),
    st.booleans(),
)
@example(SOUND[0], [(124, b"\xff" * 12)], 11_000, True)
@example(SOUND[0], [(124, b"\x80" + b"\xff" * 11)], 11_000, True)
@example(SOUND[0], [(124, b"-0000000001\0")], 11_000, True)
@example(SOUND[1], [(SOUND[1].index(b" path=") - 1, b"0")], 11_000, False)
def test_damage_ends_in_one_line_or_in_members_that_lie_inside(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, changes: list[tuple[int, bytes]], cut: int, mended: bool
) -> None:
    content = bytearray(whole)
    for place, data in changes:
        content[place : place + len(data)] = data
        start = place // BLOCK * BLOCK
        if mended and len(content) >= start + BLOCK:  # with a right checksum, damage goes deeper
            content[start : start + BLOCK] = checked(bytes(content[start : start + BLOCK]))
    path = tmp_path_factory.getbasetemp() / "damaged.tar"
    path.write_bytes(content[:cut])
    found: list[Member] = []
    try:
        for member in members_of(path):
            found.append(member)
    except InputError as error:
        assert len(str(error).splitlines()) == 1
    assert all(one.name.isprintable() and BLOCK <= one.offset <= one.offset + one.size <= cut for one in found)


@given(st.binary(max_size=2000))
def test_bytes_that_are_no_archive_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.tar"
    path.write_bytes(content)
    try:
        assert not members_of(path) and not any(content[:BLOCK])
    except InputError as error:
        assert len(str(error).splitlines()) == 1
