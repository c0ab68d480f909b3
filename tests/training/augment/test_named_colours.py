"""Pictures in another colour: alpha and shading stay."""

import numpy as np
import pytest

from ganvas.data.sets.colours import oklab
from ganvas.ground.seeds import stream
from ganvas.training.augment.named_colours import NAMES, find_main_colour, recolour


def shaded() -> np.ndarray:
    """Return a shaded orange disc with a white spot, its edge half clear."""
    rows, columns = np.mgrid[:32, :32] - 15.5
    far = np.hypot(rows, columns)
    light = 0.7 + 0.3 * columns / 16
    pixels = np.zeros((32, 32, 4))
    pixels[..., :3] = np.array([245, 124, 0]) * light[..., None]
    pixels[far < 3, :3] = 255
    pixels[..., 3] = np.clip((13 - far) * 128, 0, 255)
    return pixels.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", range(len(NAMES)), ids=NAMES)
def test_another_colour_keeps_alpha_and_shading(name: int) -> None:
    before = shaded()
    after = recolour(before, name, stream(0, "colour"))
    assert after is not None and np.array_equal(after[..., 3], before[..., 3])
    assert np.array_equal(after[14:18, 14:18], before[14:18, 14:18]), "what is white stays white"
    assert find_main_colour(after) == name or NAMES[name] in ("brown", "pink", "black"), (
        "a shaded one is partly called by its neighbours"
    )
    light = oklab(after[16, 5:27, :3])[:, 0]
    light = np.delete(light, range(6, 14))  # without the spot
    assert (np.diff(light) > -0.02).all(), "lighter stays lighter"


def test_clear_pictures_have_no_colour() -> None:
    clear = np.zeros((8, 8, 4), dtype=np.uint8)
    assert find_main_colour(clear) == -1 and recolour(clear, 3, stream(0, "colour")) is None
