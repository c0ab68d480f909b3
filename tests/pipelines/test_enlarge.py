"""The x4 stage: four times as large, each picture alone, and only for pictures of its kind."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.pipelines import load
from ganvas.pipelines.enlarge import Enlarger, find_enlarger
from ganvas.pipelines.registry import open_model
from tests.pipelines.fakes import enlarge_graph, write_enlarger, write_model


def opened(folder: Path) -> Enlarger:
    enlarger = open_model(folder)
    assert isinstance(enlarger, Enlarger)
    return enlarger


def pictures(count: int = 3, height: int = 16, width: int = 16) -> np.ndarray:
    return stream(1, "small").integers(256, (count, height, width, 4)).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(16, 16), (64, 64), (9, 40)])
def test_it_makes_pictures_four_times_as_large(height: int, width: int, tmp_path: Path) -> None:
    large = opened(write_enlarger(tmp_path / "m"))(pictures(2, height, width))
    assert large.shape == (2, 4 * height, 4 * width, 4) and large.dtype == np.uint8


def test_flat_colour_and_alpha_stay_what_they_were(tmp_path: Path) -> None:
    """No alpha is spread here, as it is when a picture is drawn: half clear stays half clear."""
    flat = np.broadcast_to(np.array([200, 40, 90, 128], dtype=np.uint8), (1, 16, 16, 4)).copy()
    large = opened(write_enlarger(tmp_path / "m"))(flat)
    assert np.abs(large.astype(int) - flat[0, 0, 0].astype(int)).max() <= 1


def test_each_picture_is_made_alone(tmp_path: Path) -> None:
    enlarger, small = opened(write_enlarger(tmp_path / "m")), pictures()
    together = enlarger(small)
    for number in range(len(small)):
        np.testing.assert_array_equal(enlarger(small[number : number + 1])[0], together[number])


@pytest.mark.parametrize("side", [4, 300])
def test_pictures_too_small_or_too_large_are_refused(side: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="8 to 256 pixels"):
        opened(write_enlarger(tmp_path / "m"))(np.zeros((1, side, 16, 4), dtype=np.uint8))


def test_what_is_no_enlargers_graph_is_refused(tmp_path: Path) -> None:
    bad = enlarge_graph()
    bad.graph.node[0].op_type = "If"
    with pytest.raises(InputError, match="'If' is not allowed"):
        open_model(write_enlarger(tmp_path / "if", graph=bad))
    other = enlarge_graph()
    other.graph.output[0].name = "scales"
    with pytest.raises(InputError, match=r"not what model\.json says"):
        open_model(write_enlarger(tmp_path / "other", graph=other))


def test_a_graph_that_makes_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"shape \(1, 4, 32, 32\), not finite ones of \(1, 4, 64, 64\)"):
        opened(write_enlarger(tmp_path / "m", graph=enlarge_graph(factor=2)))(pictures(1))


def test_an_enlarger_is_no_model_that_draws(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'enlarge', which draws nothing by itself"):
        load(write_enlarger(tmp_path / "m"))


def test_it_is_found_for_models_of_its_kind_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path)
    stickers, opaque = load(write_model(tmp_path / "a")), load(write_model(tmp_path / "b", channels=3))
    assert find_enlarger(stickers.manifest) is None  # there is none yet
    write_enlarger(tmp_path / "emoji-x4")
    found = find_enlarger(stickers.manifest)
    assert found is not None and found.name == "tiny-x4" and len(found.digest) == 64
    assert isinstance(load(tmp_path / "a").enlarger, Enlarger)
    assert find_enlarger(opaque.manifest) is None
    assert find_enlarger(stickers.manifest.model_copy(update={"size": 64})) is None
