"""The image and scene pipelines, on a tiny model of real graphs."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.images import lay_over
from ganvas.pipelines import load
from ganvas.pipelines.scene import compose, draw_elements, filling, finish, resized
from ganvas.service.info import summarise
from ganvas.vocabulary.brief import COLOURS, Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.scene import Box, Placed, layout
from tests.pipelines.fakes import SIZE, constant, write_model

ONE = Brief(elements=(Element(caption="x", size="full"),))


def test_one_call_draws(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m"))
    works = pipeline([Condition()] * 3, np.concatenate([pipeline.noise(5, number=n) for n in range(3)]))
    assert works.shape == (3, SIZE, SIZE, 4) and works.dtype == np.uint8
    assert len({work.tobytes() for work in works}) == 3
    alone = pipeline([Condition()], pipeline.noise(5, number=2))
    np.testing.assert_array_equal(alone[0], works[2])  # a work depends on its seed and number, not on its neighbours


def test_truncation_brings_works_together(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m"))
    noise = np.concatenate([pipeline.noise(5, number=n) for n in range(6)])
    wide, narrow = (pipeline([Condition()] * 6, noise, truncation=psi).astype(float).std(axis=0).mean() for psi in (1.0, 0.1))
    assert narrow < wide / 2


def test_words_and_style_change_the_picture(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m", words=True))
    noise = pipeline.noise(1, number=0)
    told = [
        Condition(),
        Condition(words=(Weighted(phrase="a cat"),)),
        Condition(words=(Weighted(phrase="a cat"),), labels={"style": "solid"}),
    ]
    drawn = {pipeline([condition], noise).tobytes() for condition in told}
    assert len(drawn) == 3
    with pytest.raises(InputError, match="choose one of outline, solid"):
        pipeline([Condition(labels={"style": "oil"})], noise)


def test_compose_places_and_covers() -> None:
    red = np.zeros((8, 8, 4), dtype=np.uint8)
    red[..., 0], red[..., 3] = 255, 255
    placed = [Placed(0, Box(70, 70, 26))]
    page = compose([red], placed, background="night blue", canvas=100)
    assert page.shape == (100, 100, 3)
    assert tuple(page[0, 0]) == COLOURS["night blue"] and tuple(page[80, 80]) == (255, 0, 0)


def test_without_a_background_the_page_is_clear_and_colours_stay_true() -> None:
    """Half-clear red over clear is half-clear red: no black bleeds in, and over a colour it gives what compose gives."""
    half = np.full((8, 8, 4), (255, 0, 0, 128), dtype=np.uint8)
    placed = [Placed(0, Box(10, 10, 80)), Placed(1, Box(10, 10, 80))]
    page = compose([half, half], placed, background=None, canvas=100)
    assert page.shape == (100, 100, 4) and tuple(page[0, 0]) == (0, 0, 0, 0)
    assert tuple(page[50, 50][:3]) == (255, 0, 0) and abs(int(page[50, 50, 3]) - 192) <= 1
    whole = compose([half, half], placed, background="sand", canvas=100)
    assert np.abs(lay_over(page, COLOURS["sand"]).astype(int) - whole).max() <= 1


def drawn_thing(rows: slice, columns: slice, *, side: int = 40) -> np.ndarray:
    pixels = np.zeros((side, side, 4), dtype=np.uint8)
    pixels[..., 3] = 30  # haze
    pixels[rows, columns] = (200, 0, 0, 255)
    return pixels


@pytest.mark.parametrize(
    ("rows", "columns", "side"),
    [
        (slice(5, 35), slice(8, 38), 32),
        (slice(0, 10), slice(0, 10), 30),
        (slice(0, 40), slice(0, 40), 42),
        (slice(39, 40), slice(0, 40), 42),
    ],
)
def test_a_thing_fills_its_frame_and_stands_in_its_middle(rows: slice, columns: slice, side: int) -> None:
    cut = filling(drawn_thing(rows, columns))
    assert cut.shape == (side, side, 4)
    for axis, drawn in ((1, rows), (0, columns)):
        found = np.flatnonzero((cut[..., 3] == 255).any(axis=axis))
        assert len(found) == drawn.stop - drawn.start and abs(found[0] - (side - 1 - found[-1])) <= 1


def test_an_empty_frame_stays_one() -> None:
    assert filling(np.zeros((16, 16, 4), dtype=np.uint8)).shape == (16, 16, 4)


def test_enlarging_never_wraps_round() -> None:
    """Bicubic overshoots at edges: in bytes that would turn white into black."""
    chance = np.random.default_rng(0)
    pixels = chance.choice(np.array([0, 255], dtype=np.uint8), size=(16, 16, 4))
    large = resized(pixels, 100)
    assert large.min() >= 0 and large[..., 3].max() <= 255 and (large[..., :3] <= large[..., 3:]).all()


def test_an_opaque_model_draws_its_subject_alone_at_its_own_size(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m", channels=3))
    brief = Brief(elements=(Element(caption="x"), Element(caption="y")))
    drawn = draw_elements(pipeline, [Condition(), Condition()], seed=1, number=0)
    page = finish(drawn.pixels, layout(brief, canvas=256, seed=1, number=0), background="sand", canvas=256)
    assert page.shape == (SIZE, SIZE, 3)


@pytest.mark.parametrize("channels", [3, 4])
def test_a_model_of_rectangles_draws_them(channels: int, tmp_path: Path) -> None:
    def wider(graph: onnx.ModelProto) -> None:
        next(held for held in graph.graph.initializer if held.name == "scales").CopyFrom(
            constant("scales", np.array([1, 1, 2, 4], dtype=np.float32))
        )

    pipeline = load(write_model(tmp_path / "m", channels=channels, change=wider, manifest={"size": f"{2 * SIZE}x{SIZE}"}))
    drawn = draw_elements(pipeline, [Condition()], seed=1, number=0)
    assert drawn.pixels.shape == (1, SIZE, 2 * SIZE, channels) and pipeline.enlarger is None
    does = f"draws 32x16 px, {'RGBA' if channels == 4 else 'RGB'}; styles: none of its own"
    assert summarise(str(tmp_path / "m"))["does"] == does
    page = finish(drawn.pixels, layout(ONE, canvas=256, seed=1, number=0), background="sand", canvas=256)
    assert page.shape == ((SIZE, 2 * SIZE, 3) if channels == 3 else (256, 256, 3))


def test_a_rectangular_thing_keeps_its_proportions_in_a_scene() -> None:
    banner = np.zeros((1, 20, 80, 4), dtype=np.uint8)
    banner[:, 2:18, 4:76] = (200, 0, 0, 255)
    page = finish(banner, layout(ONE, canvas=256, seed=1, number=0), background="white", canvas=256)
    red = (page[..., 0] > 190) & (page[..., 1] < 60)
    high, wide = (np.ptp(np.flatnonzero(red.any(axis=axis))) + 1 for axis in (1, 0))
    assert wide > 120 and wide / high == pytest.approx(72 / 16, rel=0.05)


def test_elements_are_made_larger_before_they_are_fitted(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m"))
    drawn = draw_elements(pipeline, [Condition()] * 2, seed=1, number=0)
    seen: list[tuple[int, ...]] = []

    def enlarge(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels.shape)
        return np.full((len(pixels), 64, 64, 4), 255, dtype=np.uint8)

    brief = Brief(elements=(Element(caption="x", place="left"), Element(caption="y", place="right")), background="night blue")
    placed = layout(brief, canvas=256, seed=1, number=0)
    page = finish(drawn.pixels, placed, background="night blue", canvas=256, enlarge=enlarge)
    assert seen == [(2, SIZE, SIZE, 4)]
    left, top, side = placed[0].box
    assert (page[top + side // 2, left + side // 2] == 255).all()
