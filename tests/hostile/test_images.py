"""Picture files from strangers: each is one clear line and exit 2, and nothing is written."""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganvas.cli import main
from ganvas.ground.errors import InputError
from ganvas.ground.images import decode_image, encode_png, open_image
from ganvas.vocabulary.provenance import KEY

GOOD = encode_png(np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3), text={"Comment": "hello"})


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def carrying(content: str) -> bytes:
    return encode_png(np.zeros((8, 8, 3), dtype=np.uint8), text={KEY: content})


def gif_bomb() -> bytes:
    frame = struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0)
    return b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x00\x00\x00," + frame + b";"


def tiff() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, format="TIFF")
    return stream.getvalue()


FORGED = {"version": "0.1.0", "pipeline": "scene", "model": "../../etc/passwd", "model_digest": "0" * 64, "idea": "x"}
BAD = {
    "nothing": b"",
    "no picture": b"hello, this is text",
    "cut short": GOOD[: len(GOOD) // 2],
    "a forged size": png(header(100_000, 100_000), chunk(b"IDAT", zlib.compress(b"\0" * 100))),
    "a broken checksum": GOOD[:40] + bytes([GOOD[40] ^ 255]) + GOOD[41:],
    "a vector picture with a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a page named .png": b"<!doctype html><html><body>picture</body></html>",
    "a format that is not on the list": tiff(),
    "a large GIF in few bytes": gif_bomb(),
    "a text that unfolds without end": png(
        header(8, 8),
        chunk(b"zTXt", b"ganvas\0\0" + zlib.compress(b"x" * 200_000_000)),
        chunk(b"IDAT", zlib.compress(b"\0" * 200)),
    ),
    "a provenance that is no JSON": carrying("{not json"),
    "a provenance that names a path": carrying(json.dumps(FORGED)),
    "a provenance with more fields": carrying(json.dumps({**FORGED, "model": "emoji-64", "run": "rm -rf /"})),
    "a provenance of endless parents": carrying('{"parents": [' * 5000 + "]}" * 5000),
    "a provenance with a wild seed": carrying(json.dumps({**FORGED, "model": "emoji-64", "noise_seed": 10**40})),
    "a sheet of nothing": carrying('{"sheet": []}'),
    "a sheet of a million": carrying(json.dumps({"sheet": [0] * 100_000})),
}


TEXT_ONLY = {"a broken checksum", "a text that unfolds without end"}
"""Of these the texts alone are damaged: the picture can be shown, and nothing in it made it."""


@pytest.mark.parametrize("verb", ["replay", "info"])
@pytest.mark.parametrize("name", BAD)
def test_bad_pictures_are_refused(
    name: str, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "work.png"
    path.write_bytes(BAD[name])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ganvas", verb, str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    if verb == "info" and name in TEXT_ONLY:
        assert ended.value.code == 0 and len(said.out) < 1000 and not said.err
        return
    assert ended.value.code == 2
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and "work.png" in said.err
    assert [one.name for one in tmp_path.iterdir()] == ["work.png"]


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder and no file"):
        open_image(tmp_path)


def test_a_good_picture_opens(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(GOOD)
    assert open_image(tmp_path / "good.png").size == (16, 16)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damage_is_refused_politely_or_harmless(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert decode_image(bytes(content), where="here").size[0] >= 1
    except InputError as error:
        assert len(str(error).splitlines()) == 1
