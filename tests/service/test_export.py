"""Icons, stickers and sprites, read back by Pillow."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.pipelines import image
from ganvas.service.export import as_sticker, at_size, check_messengers, draw_large, read_sizes
from ganvas.service.open_maker import ReplayContext
from ganvas.store.icons import distinct_names, save_icns, save_ico, save_sprites, save_sticker
from ganvas.vocabulary.icons import ICNS, MOST, STICKERS
from ganvas.vocabulary.provenance import SceneProvenance
from tests.pipelines.fakes import FakeEncoder, write_painter
from tests.service.fakes import imagine


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    model = str(write_painter(tmp_path / "painter", encode=FakeEncoder().encode, pixels=3))
    (work,), _ = imagine("a cat", model=model, count=1, seed=2, llm="none")
    assert isinstance(work.provenance, SceneProvenance)
    pixels = draw_large(work.provenance, ReplayContext("x.png", model), transparent=True)
    assert pixels.shape == (MOST, MOST, 4) and 0 < (pixels[..., 3] > 0).mean() < 1
    return pixels


def test_icons_hold_every_size(large: np.ndarray, tmp_path: Path) -> None:
    sides = (16, 32, 256)
    with Image.open(save_ico(tmp_path / "a.ico", {side: at_size(large, side) for side in sides})) as icon:
        assert icon.info["sizes"] == {(side, side) for side in sides}
        icon.size = (32, 32)
        icon.load()
        np.testing.assert_array_equal(np.asarray(icon.convert("RGBA")), at_size(large, 32))
    with Image.open(save_icns(tmp_path / "a.icns", {side: at_size(large, side) for side in ICNS})) as icon:
        assert icon.format == "ICNS" and {width * scale for width, _, scale in icon.info["sizes"]} >= {32, 64, 256, 512, 1024}


@pytest.mark.parametrize("messenger", sorted(STICKERS))
def test_stickers_keep_the_limits(messenger: str, large: np.ndarray, tmp_path: Path) -> None:
    sticker = STICKERS[messenger]
    noisy = large.copy()
    noisy[..., :3] = np.random.default_rng(0).integers(0, 255, noisy[..., :3].shape)
    for pixels in (large, noisy):
        path = save_sticker(tmp_path / f"{len(list(tmp_path.iterdir()))}.webp", as_sticker(pixels, sticker), sticker)
        with Image.open(path) as picture:
            alpha = np.asarray(picture.convert("RGBA"))[..., 3]
        assert alpha.shape == (512, 512) and path.stat().st_size <= sticker.most_bytes
        rows, columns = (np.flatnonzero((alpha > 128).any(axis=axis)) for axis in (1, 0))
        margin = sticker.margin
        assert min(rows[0], columns[0]) >= margin - 1
        assert max(np.ptp(rows), np.ptp(columns)) >= 512 - 2 * margin - 8  # it fills the sticker


def test_nothing_is_no_sticker() -> None:
    with pytest.raises(InputError, match="shows nothing"):
        as_sticker(np.zeros((8, 8, 4), dtype=np.uint8), STICKERS["telegram"])


def test_a_sprite_sheet_says_where_each_is(large: np.ndarray, tmp_path: Path) -> None:
    sprites = {name: at_size(np.rot90(large, turn), 16) for turn, name in enumerate(("a", "b", "c"))}
    sheet, atlas, style = save_sprites(tmp_path / "my sprites.png", sprites)
    with Image.open(sheet) as picture:
        page = np.asarray(picture)
    frames = json.loads(atlas.read_text(encoding="utf-8"))["frames"]
    for name, pixels in sprites.items():
        place = frames[name]["frame"]
        np.testing.assert_array_equal(page[place["y"] : place["y"] + 16, place["x"] : place["x"] + 16], pixels)
        assert f".sprite-{name} {{ background-position: {-place['x']}px {-place['y']}px }}" in style.read_text(encoding="utf-8")
    assert "url(my%20sprites.png)" in style.read_text(encoding="utf-8")


@given(st.text(max_size=20))
def test_sizes_are_read_or_refused(text: str) -> None:
    try:
        sizes = read_sizes(text)
    except InputError:
        return
    assert all(8 <= side <= 1024 for side in sizes)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_names_are_distinct_and_plain(ideas: list[str]) -> None:
    names = distinct_names(ideas)
    assert len(names) == len(set(names)) == len(ideas)
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in names)


def test_sizes_and_messengers_that_are_none() -> None:
    assert read_sizes("32, 16,32") == (16, 32) and check_messengers(["whatsapp", "whatsapp"]) == ("whatsapp",)
    for bad in ("0", "9999", "a", "", "1e3", "-16"):
        with pytest.raises(InputError, match="no sizes"):
            read_sizes(bad)
    with pytest.raises(InputError, match="telegram or whatsapp"):
        check_messengers(["signal"])
