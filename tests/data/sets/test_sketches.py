"""Line drawings: outlines in ink on clear ground, what lies behind is hidden; two folders that share nothing to learn from."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganvas.data.folder import read_folder
from ganvas.data.sets.emoji import make_emoji
from ganvas.data.sets.sketches import INK_COLOUR, make_sketch_to_emoji, make_sketches, sketch
from ganvas.ground.errors import InputError
from tests.data.sets.test_emoji import made  # pyright: ignore[reportUnusedImport]  # noqa: F401

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">'
SQUARE = '<path fill="#dd2e44" d="M20 20h88v88H20z"/>'


def drawn(*shapes: str) -> np.ndarray:
    pytest.importorskip("resvg_py")
    return sketch(f"{HEAD}{''.join(shapes)}</svg>", 64, where="here")


def test_an_outline_is_ink_on_clear_ground() -> None:
    pixels = drawn(SQUARE)
    assert not pixels[0, 0].any() and not pixels[32, 32].any()
    assert tuple(pixels[10, 32, :3]) == INK_COLOUR and pixels[10, 32, 3] > 100


def test_what_lies_behind_is_hidden() -> None:
    alone, behind = drawn(SQUARE), drawn('<circle cx="64" cy="64" r="20" fill="#000"/>', SQUARE)
    before = drawn(SQUARE, '<circle cx="64" cy="64" r="20" fill="#000"/>')
    np.testing.assert_array_equal(alone, behind)
    assert (before != alone).any()


def test_shadows_and_gradients_are_not_drawn_and_lines_are_thin() -> None:
    shadow = '<path fill="#000" opacity=".3" d="M0 0h128v40H0z"/>'
    painted = '<linearGradient id="a"><stop stop-color="#fff"/></linearGradient><path fill="url(#a)" d="M20 20h88v88H20z"/>'
    np.testing.assert_array_equal(drawn(SQUARE), drawn(SQUARE, shadow))
    np.testing.assert_array_equal(drawn(SQUARE), drawn(painted))
    line = drawn('<path fill="none" stroke="#f00" stroke-width="30" d="M10 64h108"/>')
    assert 0 < (line[:, 32, 3] > 0).sum() <= 4


def settings(made: dict[str, Any]) -> dict[str, Any]:  # noqa: F811
    return {"size": 32, "seed": 0, **made}


def test_a_flat_set_with_the_families_of_the_emoji_set(tmp_path: Path, made: dict[str, Any]) -> None:  # noqa: F811
    whole = make_sketches(tmp_path / "s", count=None, **settings(made))
    assert whole.digest == make_sketches(tmp_path / "again", count=None, **settings(made)).digest
    records = {record.concept: record for record in read_folder(tmp_path / "s")}
    assert "red-heart" in records and records["red-heart"].labels == {"style": "sketch"}
    make_emoji(tmp_path / "e", count=None, **settings(made))
    for emoji in read_folder(tmp_path / "e"):
        if emoji.concept in records:
            held = records[emoji.concept].split == "held out family"
            assert held == (emoji.split == "held out family") and records[emoji.concept].family == emoji.family
    assert make_sketches(tmp_path / "two", count=2, **settings(made)).count == 2
    with pytest.raises(InputError, match="drawings, not 99"):
        make_sketches(tmp_path / "many", count=99, **settings(made))


def test_two_folders_share_no_family_to_learn_from(tmp_path: Path, made: dict[str, Any]) -> None:  # noqa: F811
    make_sketch_to_emoji(tmp_path / "p", count=None, **settings(made))
    sides = {name: read_folder(tmp_path / "p" / name) for name in ("A", "B")}
    learned = [{record.family for record in side if record.split == "train"} for side in sides.values()]
    held = [{record.concept for record in side if record.split == "held out family"} for side in sides.values()]
    assert not learned[0] & learned[1] and held[0] == held[1]
    assert {record.labels["style"] for record in sides["B"]} == {"noto"}
    assert len(read_folder(tmp_path / "p")) == sum(map(len, sides.values()))
    with pytest.raises(InputError, match="not empty"):
        make_sketch_to_emoji(tmp_path / "p", count=None, **settings(made))
    with pytest.raises(InputError, match="fixed number"):
        make_sketch_to_emoji(tmp_path / "q", count=3, **settings(made))
