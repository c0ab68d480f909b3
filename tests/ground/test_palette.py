"""Pictures from a palette: shares of it, sharp at any size."""

import numpy as np
import pytest

from ganvas.ground.palette import compose_palette, enlarged, without_smoothed_outlines

BLACK_WHITE = np.array([[[-1.0], [1.0]]], dtype=np.float32)  # one picture, two entries, one channel


def halves(side: int = 8, *, sure: float = 4.0) -> np.ndarray:
    """Logits of a picture whose left half is its first entry and whose right half is its second."""
    logits = np.full((1, 2, side, side), -sure, dtype=np.float32)
    logits[:, 0, :, : side // 2] = logits[:, 1, :, side // 2 :] = sure
    return logits


def test_each_pixel_is_the_sum_of_its_shares_and_its_shading() -> None:
    chance = np.random.default_rng(0)
    logits, palette, shading = (chance.normal(size=size).astype(np.float32) for size in ((2, 5, 4, 6), (2, 5, 3), (2, 3, 4, 6)))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wanted = np.einsum("nkhw,nkc->nchw", shares, palette) + shading
    before = logits.copy()
    np.testing.assert_allclose(compose_palette(logits, palette, shading), wanted, atol=1e-5)
    np.testing.assert_array_equal(logits, before)
    assert compose_palette(logits, palette, shading, scale=3).shape == (2, 3, 12, 18)


def test_an_edge_is_as_sharp_in_a_large_picture_as_in_a_small_one() -> None:
    """Colours that are enlarged blur over a whole pixel of the small picture; shares do not."""
    nothing = np.zeros((1, 1, 8, 8), dtype=np.float32)
    large = compose_palette(halves(), BLACK_WHITE, nothing, scale=8)[0, 0]
    between = (np.abs(large[32]) < 0.9).sum()
    assert between <= 4
    small = compose_palette(halves(), BLACK_WHITE, nothing)
    assert (np.abs(enlarged(small[0], scale=8, cubic=False)[0, 32]) < 0.9).sum() >= 6
    assert large.shape == (64, 64) and large[:, :28].max() < -0.99 and large[:, 36:].min() > 0.99


@pytest.mark.parametrize("cubic", [True, False])
@pytest.mark.parametrize("scale", [1, 2, 4, 8])
def test_planes_are_enlarged_as_torch_enlarges_them(cubic: bool, scale: int) -> None:
    torch = pytest.importorskip("torch")
    planes = np.random.default_rng(1).normal(size=(3, 9, 12)).astype(np.float32)
    mode = "bicubic" if cubic else "bilinear"
    wanted = torch.nn.functional.interpolate(torch.from_numpy(planes)[None], scale_factor=scale, mode=mode)[0].numpy()
    np.testing.assert_allclose(enlarged(planes, scale=scale, cubic=cubic), wanted, atol=1e-5)


CLEAR, PALE, SOLID = (np.array(colour, dtype=np.float32) for colour in ((-1, -1, -1, -1), (0, 0, 0, 0), (1, -1, -1, 1)))


def shown(entries: np.ndarray) -> np.ndarray:
    """Logits of a picture that shows these entries, the nearer one second where a band is: (3, H, W)."""
    near = np.where(np.arange(entries.shape[1]) < entries.shape[1] // 2, 0, 2)
    logits = np.zeros((3, *entries.shape), dtype=np.float32)
    for entry in range(3):
        logits[entry] = 6.0 * (entries == entry) + 2.0 * (near == entry)
    return logits


def test_a_smoothed_outline_is_no_pale_band_in_a_large_picture() -> None:
    entries = np.zeros((16, 16), dtype=int)
    entries[:, 7:9] = 1  # clear, a band of two pixels, solid
    entries[:, 9:] = 2
    palette, nothing = np.stack([CLEAR, PALE, SOLID]), np.zeros((1, 4, 16, 16), dtype=np.float32)
    large = compose_palette(shown(entries)[None], palette[None], nothing, scale=4)[0]
    assert (np.abs(large[3]) < 0.5).mean() < 0.05, "clear or solid, and hardly anything between"
    small = compose_palette(shown(entries)[None], palette[None], nothing)[0]
    assert (np.abs(small[3]) < 0.5).mean() == 2 / 16, "its own size keeps it"


@pytest.mark.parametrize("what", ["surface", "line"])
def test_what_is_half_clear_by_itself_stays(what: str) -> None:
    entries = np.zeros((16, 16), dtype=int)
    if what == "surface":
        entries[:, 4:10], entries[:, 10:] = 1, 2  # glass beside a wall
    else:
        entries[:, 3], entries[:, 12:] = 1, 2
    logits = shown(entries)
    kept = without_smoothed_outlines(logits, np.stack([CLEAR, PALE, SOLID]))
    np.testing.assert_array_equal(kept.argmax(axis=0) == 1, entries == 1)
