"""The shared feature network: one file, pinned, and the same eyes as training's."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.ground.files import digest
from ganvas.pipelines import features
from ganvas.pipelines.features import FILE, SHA256, WIDTH, extract_features
from ganvas.training.networks.projected import TAP_WIDTHS, Lite0


def noise(count: int, *, side: int = 32, channels: int = 4) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, channels), dtype=np.uint8)


def test_the_file_is_the_one_that_is_meant() -> None:
    assert digest(FILE) == SHA256


def test_another_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(FILE.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "features.onnx").write_bytes(content)
    monkeypatch.setattr(features, "FILE", tmp_path / "features.onnx")
    features._network.cache_clear()
    with pytest.raises(InputError, match="is not the bundled feature network"):
        extract_features(noise(1))
    features._network.cache_clear()


def test_torch_sees_the_same() -> None:
    """Training's Lite0 reads its weights out of this file: both must see alike, or one of them is wired wrongly."""
    pixels = noise(2, side=128, channels=3)
    with torch.no_grad():
        taps = Lite0()(torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2))
    wanted = torch.cat([tap.mean(dim=(2, 3)) for tap in taps], dim=1).numpy()
    np.testing.assert_allclose(extract_features(pixels)[:, : sum(TAP_WIDTHS)], wanted, atol=2e-3)


def test_any_number_of_any_size_is_looked_at() -> None:
    pixels = noise(18)  # more than are looked at in one go
    seen = extract_features(pixels)
    assert seen.shape == (18, WIDTH) and seen.dtype == np.float32
    np.testing.assert_allclose(extract_features(pixels[17:]), seen[17:], atol=1e-3)
    assert extract_features(noise(1, side=200, channels=3)).shape == (1, WIDTH)
    assert extract_features(noise(0)).shape == (0, WIDTH)


def test_what_is_clear_is_not_seen() -> None:
    """Colour under alpha 0 is nothing: two pictures that differ only there look the same."""
    clear, painted = noise(1), noise(1)
    clear[..., 3] = painted[..., 3] = 0
    painted[..., :3] = 7
    np.testing.assert_array_equal(extract_features(clear), extract_features(painted))
