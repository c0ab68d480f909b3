from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.scoring import features
from ganvas.scoring.features import extract_features, palette


def pictures(count: int, *, size: int = 64, channels: int = 3) -> np.ndarray:
    return (stream(0, "pictures").uniform((count, size, size, channels)) * 255).astype(np.uint8)


def test_a_picture_looks_the_same_alone_and_among_others() -> None:
    some = pictures(3)
    together, alone = extract_features(some), extract_features(some[1:2])
    assert together["features"].shape == (3, 1280)
    assert set(together) >= {"grid10", "grid14", "grid19", "mean0", "deviation10", "palette"}
    for name, part in alone.items():
        assert part.dtype == np.float32
        assert part[0] == pytest.approx(together[name][1], abs=1e-4)


def test_transparency_is_laid_over_white() -> None:
    clear = pictures(1, channels=4)
    clear[..., 3] = 0
    white = np.full((1, 64, 64, 3), 255, dtype=np.uint8)
    assert extract_features(clear)["features"] == pytest.approx(extract_features(white)["features"])


def test_large_pictures_are_brought_to_the_grain_of_small_ones() -> None:
    small = pictures(1)
    large = small.repeat(4, axis=1).repeat(4, axis=2)
    a, b = extract_features(small)["features"][0], extract_features(large)["features"][0]
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.99


def test_a_palette_counts_colours() -> None:
    picture = np.zeros((1, 64, 64, 3), dtype=np.uint8)
    picture[0, :16] = (255, 0, 0)
    found = palette(picture)[0]
    assert found[0] == pytest.approx(np.sqrt(0.75)) and found[7 * 64] == pytest.approx(0.5)
    assert np.count_nonzero(found) == 2


def test_a_graph_that_is_not_ours_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "features.onnx").write_bytes(b"something else")
    monkeypatch.setattr(features, "GRAPH", tmp_path / "features.onnx")
    features._session.cache_clear()
    with pytest.raises(InputError, match="sha256"):
        extract_features(pictures(1))
