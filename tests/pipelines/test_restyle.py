"""Restyling without torch: any size, pieces that join without a seam, alpha kept, wishes read, graphs looked through."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.pipelines import load, restyle
from ganvas.pipelines.registry import load_restyler, open_model
from ganvas.pipelines.restyle import Restyler, model_of_style
from tests.pipelines.fakes import FakeEncoder, restyle_graph, write_enlarger, write_restyler


def picture(height: int, width: int, channels: int = 4) -> np.ndarray:
    return stream(3, "picture").integers(256, (height, width, channels)).astype(np.uint8)


@pytest.fixture
def restyler(tmp_path: Path) -> Restyler:
    return load_restyler(write_restyler(tmp_path / "hands"))


@pytest.mark.parametrize("shape", [(16, 16, 4), (7, 33, 4), (1, 1, 4), (50, 21, 3)])
def test_pictures_of_any_size_keep_it(shape: tuple[int, int, int], restyler: Restyler) -> None:
    drawn = restyler(picture(*shape), style="flat")
    assert drawn.shape == shape and drawn.dtype == np.uint8


@pytest.mark.parametrize("channels", [3, 4])
def test_pieces_join_to_what_the_whole_gives(channels: int, restyler: Restyler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restyle, "SHORTEST", 20)
    pixels, told = picture(70, 101, channels), list[tuple[int, int]]()
    pieces = restyler(pixels, style="round", longest=30, watch=lambda done, of: told.append((done, of)))
    whole = restyler(pixels, style="round")
    assert len(told) > 10 and told[-1][0] == told[-1][1]
    assert np.abs(pieces.astype(int) - whole.astype(int)).max() <= 1


def test_what_is_solid_stays_solid_and_what_is_clear_stays_clear(restyler: Restyler) -> None:
    pixels = np.zeros((40, 40, 4), dtype=np.uint8)
    pixels[10:30, 10:30] = (200, 40, 90, 255)
    drawn = restyler(pixels, style="flat")
    assert drawn[20, 20, 3] == 255 and not drawn[3:6, 3:6, 3].any()
    pixels[..., 3] = 255
    assert (restyler(pixels, style="flat")[..., 3] == 255).all()


def test_a_solid_picture_ends_as_it_went_on(restyler: Restyler) -> None:
    """Beyond its edge it goes on: the edge of a flat picture is drawn as its middle is."""
    drawn = restyler(np.full((30, 30, 3), 180, dtype=np.uint8), style="flat").astype(int)
    assert np.ptp(drawn, axis=(0, 1)).max() == 0


def test_a_network_of_opaque_pictures_keeps_alpha(tmp_path: Path) -> None:
    pixels = picture(20, 20)
    drawn = load_restyler(write_restyler(tmp_path / "rgb", channels=3))(pixels, style="flat")
    np.testing.assert_array_equal(drawn[..., 3], pixels[..., 3])


def test_strength_goes_from_the_picture_to_the_style(restyler: Restyler) -> None:
    pixels = np.full((16, 16, 3), 128, dtype=np.uint8)
    none, half, whole = (restyler(pixels, style="round", strength=far)[8, 8].astype(int) for far in (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(none, 128)
    np.testing.assert_allclose(half - none, (whole - none) / 2, atol=1.01)
    assert (whole != none).any()


def test_what_it_cannot_do_is_said(tmp_path: Path, restyler: Restyler) -> None:
    with pytest.raises(InputError, match=r"knows no style 'oil' .*flat, round"):
        restyler(picture(8, 8), style="oil")
    with pytest.raises(InputError, match="not between 0 and 1"):
        restyler(picture(8, 8), style="flat", strength=1.5)
    ways = load_restyler(write_restyler(tmp_path / "ways", each=True))
    assert (ways(picture(8, 8), style="flat") != ways(picture(8, 8), style="flat", strength=0.0)).any()
    with pytest.raises(InputError, match="which draws nothing by itself"):
        load(tmp_path / "ways")
    with pytest.raises(InputError, match="'enlarge', which redraws nothing"):
        load_restyler(write_enlarger(tmp_path / "x4"))


def test_graphs_are_looked_through(tmp_path: Path) -> None:
    bad = restyle_graph()
    bad.graph.node[1].op_type = "Loop"
    with pytest.raises(InputError, match="'Loop' is not allowed"):
        open_model(write_restyler(tmp_path / "loop", graph=bad))
    other = restyle_graph()
    other.graph.input[1].name = "mood"
    with pytest.raises(InputError, match=r"not what model\.json says"):
        open_model(write_restyler(tmp_path / "mood", graph=other))
    with pytest.raises(InputError, match="reach must be a multiple"):
        open_model(write_restyler(tmp_path / "reach", reach=6))
    with pytest.raises(InputError, match="files lacks restyle-2"):
        open_model(write_restyler(tmp_path / "third", each=True, styles=("a", "b", "c")))
    blind = load_restyler(write_restyler(tmp_path / "blind", graph=restyle_graph(channels=3)))
    with pytest.raises(InputError, match="the graph fails"):
        blind(picture(8, 8), style="flat")


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restyle, "open_encoder", lambda name: FakeEncoder())


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    ("words", "style", "strength"),
    [
        ("round", "round", 1.0),
        ("Round", "round", 1.0),
        ("slightly, FLAT", "flat", 0.35),
        ("cute blobs", "round", 1.0),
        ("slightly cute blobs", "round", 0.35),
        ("half flat colours", "flat", 0.6),
        ("有点cute blobs", "round", 0.35),
        ("very Round, please", "round", 1.0),
    ],
)
def test_words_name_the_nearest_style_and_how_far(words: str, style: str, strength: float, restyler: Restyler) -> None:
    chosen = restyler.read(words)
    assert (chosen.style, chosen.strength) == (style, strength) and style in chosen.read
    assert restyler.read(words, strength=0.8).strength == 0.8


@pytest.mark.usefixtures("encoder")
def test_words_that_name_no_style_are_told_what_styles_there_are(restyler: Restyler) -> None:
    with pytest.raises(InputError, match=r"no style is near .*flat, round"):
        restyler.read("baroque oil painting")


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("words", ["not flat", "anything but cute blobs", "不要flat colours", "别太flat"])
def test_words_that_say_what_is_not_wanted_are_not_taken_for_their_opposite(words: str, restyler: Restyler) -> None:
    with pytest.raises(InputError, match="says what it is not"):
        restyler.read(words)


@pytest.mark.usefixtures("encoder")
def test_two_names_and_names_of_other_restylers_are_refused(
    tmp_path: Path, restyler: Restyler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="names round and flat"):
        restyler.read("half flat half round")
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path / "zoo")
    write_restyler(tmp_path / "zoo" / "painters", styles=("oil", "ink"))
    with pytest.raises(InputError, match=r"no such style, painters does .*-m painters"):
        restyler.read("Oil")
    longer = load_restyler(write_restyler(tmp_path / "two", styles=("flat", "flat-v1")))
    assert longer.read("in flat-v1").style == "flat-v1" and longer.read("in flat").style == "flat"


def test_a_style_is_found_among_the_models_that_came_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path)
    write_restyler(tmp_path / "hands")
    assert model_of_style("round") == model_of_style("Round") == ("hands", "round") and model_of_style("oil") is None
    assert model_of_style("some/folder/round") == ("some/folder", "round")
