"""A model in one file: the same bytes whoever packs it, read in place, and whatever a stranger puts in it costs one line."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.models.find import find_model
from ganvas.models.packed import MOST_FILES, Packed, pack
from ganvas.models.read import read_file, read_manifest, read_model
from ganvas.pipelines import load
from tests.pipelines.fakes import write_model

LIMIT = 1_000_000


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write_model(tmp_path / "model")
    return tmp_path / "model"


def test_a_packed_model_is_the_same_model(model: Path, tmp_path: Path) -> None:
    whole = load(model)
    path = whole.save_pretrained(tmp_path / "one.zip")
    again = whole.save_pretrained(tmp_path / "two.zip")
    assert path.read_bytes() == again.read_bytes()
    assert find_model(str(path)) == path and read_manifest(path) == read_manifest(model)
    packed, plain = read_model(path), read_model(model)
    assert packed.digest == plain.digest and packed.contents == plain.contents
    assert read_file(path, "model.json") == (model / "model.json").read_bytes()
    back = load(path).save_pretrained(tmp_path / "back")
    assert read_model(back).contents == plain.contents


def test_nothing_is_overwritten(model: Path, tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"mine")
    with pytest.raises(InputError, match="there is something already"):
        load(model).save_pretrained(tmp_path / "one.zip")
    assert (tmp_path / "one.zip").read_bytes() == b"mine"


def archive(entries: dict[str, bytes], *, kind: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as made:
        made.comment = comment
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name), content, compress_type=kind)  # whose time is always the same
    return stream.getvalue()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def swapped(content: bytes) -> bytes:
    place = content.index(b"model.json") + 30
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is no packed model"), (b"PK\x03\x04" + b"\0" * 100, "is no packed model"),
        (cut(archive({"model.json": b"{}"})), "is no packed model"),
        (archive({"model.json": b"{}"}, comment=b"x"), "is no packed model"),
        (archive({f"{n}.onnx": b"" for n in range(MOST_FILES + 1)}), "more than a model has"),
        (archive({"readme": b""}), "there is no such file in it"),
        (archive({"../model.json": b"{}", "/model.json": b"{}"}), "there is no such file in it"),
        (archive({"model.json": b" " * 50_000_000}, kind=zipfile.ZIP_DEFLATED), "has more than the 100,000 bytes"),
        (archive({"model.json": b"{}"}), "model.json"),
        (swapped(archive({"model.json": b'{"task": "image", "name": "some model"}'})), "is broken, encrypted or strangely"),
    ],
    ids=["empty", "zeros", "cut", "comment", "many", "no manifest", "outside", "large", "bare", "swapped"],
)  # fmt: skip
def test_what_is_no_packed_model_costs_one_line(content: bytes, line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match=line):
        read_model(path)


def test_a_file_that_was_changed_is_refused(model: Path, tmp_path: Path) -> None:
    contents = dict(read_model(model).contents)
    name = next(name for name in contents if name.endswith(".onnx"))
    pack(tmp_path / "x.zip", {**contents, name: contents[name][:-1] + b"\0\0"})
    with pytest.raises(InputError, match="its sha256 differs"):
        read_model(tmp_path / "x.zip")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_any_damage_raises_nothing_else(data: st.DataObject, tmp_path: Path) -> None:
    whole = bytearray(archive({"model.json": b"{}" * 20, "a.onnx": b"abc"}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "x.zip").write_bytes(bytes(whole))
    try:
        content = Packed(tmp_path / "x.zip", limit=LIMIT).read("model.json", limit=1000)
    except InputError:
        return
    assert len(content) <= 1000
