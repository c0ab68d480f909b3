"""What counts as drawn: even surfaces or a cut-out thing, not a photograph's gradations."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ganvas.data.source import open_source
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.scoring.surfaces import flatness
from ganvas.training.tasks.image.flatness import FLAT, are_drawn


def icon(number: int, *, ground: tuple[int, ...] = (255, 255, 255)) -> np.ndarray:
    """Two even shapes with soft edges."""
    large = Image.new("RGB", (256, 256), ground)
    draw = ImageDraw.Draw(large)
    draw.ellipse((20, 30, 220, 200 + number), fill=(200, 40, 10 * number))
    draw.rectangle((100, 90, 180, 240), fill=(30, 20 * number, 160))
    return np.asarray(large.resize((64, 64), Image.Resampling.BOX))


def photograph(number: int, *, ground: bool = False) -> np.ndarray:
    """Gradations with a little noise, as every camera has; ground: on even black."""
    y, x = np.mgrid[:64, :64]
    shade = np.stack([90 + 60 * np.sin(x / (9 + number)), 80 + y, 120 + x - y / 2], axis=2)
    noisy = np.clip(shade + stream(number, "noise").normal((64, 64, 3)) * 2, 0, 255).astype(np.uint8)
    if ground:
        noisy[:8], noisy[-8:], noisy[:, :8], noisy[:, -8:] = 0, 0, 0, 0
    return noisy


def test_icons_are_flat_and_photographs_are_not() -> None:
    assert min(flatness(icon(number)) for number in range(6)) > FLAT + 0.1
    assert max(flatness(photograph(number, ground=on)) for number in range(6) for on in (False, True)) < FLAT - 0.2


@pytest.mark.parametrize(("make", "drawn"), [(icon, True), (photograph, False)])
def test_most_of_a_set_decides(make: object, drawn: bool, tmp_path: Path) -> None:
    assert callable(make)
    for number in range(8):
        save_png(tmp_path / f"{number}.png", make(number))
    save_png(tmp_path / "odd.png", (photograph if drawn else icon)(3))
    (tmp_path / "broken.png").write_bytes(b"nothing")
    assert are_drawn(open_source(tmp_path)) == drawn


def test_a_glossy_thing_that_is_cut_out_is_drawn(tmp_path: Path) -> None:
    for number in range(4):
        clear = np.dstack([photograph(number), np.full((64, 64), 255)]).astype(np.uint8)
        clear[:20, :, 3] = 0
        save_png(tmp_path / f"{number}.png", clear)
    assert are_drawn(open_source(tmp_path))
