"""Palettes that people write or bring in files."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.service.recolour import read_colours, read_palette


def test_colours_are_read_in_every_usual_form() -> None:
    assert read_colours(" #0B7285, fd3 ,#ffd43b") == ("#0b7285", "#ffdd33", "#ffd43b")


@pytest.mark.parametrize(
    ("text", "why"),
    [("#123456", "one colour"), ("", "0 colours"), ("#12,#345678", "is no colour"), ("red,blue", "'red' is no colour"),
     (",".join(f"#{number:06x}" for number in range(100_000)), "100,000 colours")],
)  # fmt: skip
def test_what_is_no_palette_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as error:
        read_colours(text)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


@given(st.text(max_size=60))
def test_any_text_is_colours_or_refused(text: str) -> None:
    try:
        colours = read_colours(text)
    except InputError:
        return
    assert len(colours) >= 2 and all(len(colour) == 7 for colour in colours)


def test_palette_files_are_read(tmp_path: Path) -> None:
    gimp, plain, named = tmp_path / "a.gpl", tmp_path / "a.json", tmp_path / "b.json"
    gimp.write_text("GIMP Palette\nName: brand\nColumns: 2\n# ours\n 11 114 133\tteal\n255 212 59\n", encoding="utf-8")
    plain.write_text(json.dumps(["#0b7285", "#ffd43b"]), encoding="utf-8")
    named.write_text(json.dumps({"name": "brand", "colors": ["#0b7285", "#ffd43b"]}), encoding="utf-8")
    assert read_palette(gimp) == read_palette(plain) == read_palette(named) == ("#0b7285", "#ffd43b")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("a.ase", "ASEF", "can be read"), ("a.gpl", "JASC-PAL", "no GIMP palette"), ("a.gpl", "GIMP Palette\n1 2 999", "above 255"),
     ("a.json", "3", "no list"), ("a.json", '{"x": 1}', "no list"), ("a.json", "[1, 2]", "no colour")],
)  # fmt: skip
def test_other_files_are_refused(name: str, content: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=why):
        read_palette(path)
