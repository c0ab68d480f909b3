"""Models that draw from appearances and paint from a palette: one network at any size, on tiny real graphs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.images import unpremultiply
from ganvas.ground.palette import compose_palette
from ganvas.language.text.appearance import Appearances
from ganvas.pipelines import ImagePipeline, image, load
from ganvas.pipelines.judge import Judge
from ganvas.pipelines.scene import choose_elements, cut_of, draw_elements, filling, scale_for
from ganvas.vocabulary.condition import Condition, Weighted
from tests.pipelines.fakes import SIZE, FakeEncoder, painter_appearances, write_model, write_painter

CAT = Condition(words=(Weighted(phrase="cat"),), labels={"style": "solid"})
ROBOT_CAT = CAT.model_copy(update={"mixed": (Weighted(phrase="robot"),)})


def encode(phrases: object) -> np.ndarray:
    return FakeEncoder().encode(phrases)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImagePipeline:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return load(write_painter(tmp_path / "painter", encode=encode))


def noise(pipeline: ImagePipeline, count: int, *, seed: int = 5) -> np.ndarray:
    return np.concatenate([pipeline.noise(seed, number=number) for number in range(count)])


def test_a_work_depends_on_its_seed_and_number_and_on_nothing_else(painter: ImagePipeline) -> None:
    works = painter([CAT] * 6, noise(painter, 6))
    assert works.shape == (6, SIZE, SIZE, 4) and works.dtype == np.uint8
    np.testing.assert_array_equal(painter([CAT], painter.noise(5, number=4))[0], works[4])
    sources = painter.sources([CAT] * 6, noise(painter, 6))
    assert {one.name for work in sources for one in work} == {"cat"} and sources[0][0].likeness == pytest.approx(1, abs=1e-2)


def test_words_choose_what_is_drawn_from_and_labels_how(painter: ImagePipeline) -> None:
    z = painter.noise(1, number=0)
    told = [CAT, Condition(words=(Weighted(phrase="robot"),), labels={"style": "solid"}),
            CAT.model_copy(update={"labels": {"style": "outline"}}),
            CAT.model_copy(update={"labels": {"style": "solid", "colour": "red"}}), ROBOT_CAT]  # fmt: skip
    assert len({painter([one], z).tobytes() for one in told}) == len(told)
    (mixed,) = painter.sources([ROBOT_CAT], z)
    assert [one.name for one in mixed] == ["cat", "robot"] and 0.35 <= mixed[1].share <= 0.65
    with pytest.raises(InputError, match="knows no colour"):
        painter([CAT.model_copy(update={"labels": {"colour": "mauve"}})], z)
    held = np.ones((2, 5), dtype=np.float32)
    first, second = painter.latents([CAT, ROBOT_CAT], np.concatenate([z, z]), appearances=held)
    np.testing.assert_array_equal(first, second)


def test_one_network_draws_at_any_size(painter: ImagePipeline) -> None:
    w = painter.latents([CAT], painter.noise(2, number=0))
    (painting,) = painter.paint(w)
    for scale in (1, 2, 4):
        (large,) = painter.draw(w, scale=scale)
        assert large.shape == (scale * SIZE, scale * SIZE, 4)
        composed = compose_palette(*(part[np.newaxis] for part in painting), scale=scale)
        np.testing.assert_array_equal(large, unpremultiply(composed)[0])
    (small,), (large,) = painter.draw(w), painter.draw(w, scale=4)
    means = large.reshape(SIZE, 4, SIZE, 4, 4).mean(axis=(1, 3))
    assert np.abs(means - small).mean() < 12  # the same picture, larger
    for scale in (0, 17):
        with pytest.raises(InputError, match="does not draw"):
            painter.draw(w, scale=scale)


def test_a_model_without_a_palette_draws_at_its_own_size_only(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m"))
    assert scale_for(pipeline, canvas=256) == 1 and pipeline.sources([Condition()], pipeline.noise(0, number=0)) == [()]
    with pytest.raises(InputError, match="does not draw 4 times"):
        pipeline([Condition()], pipeline.noise(0, number=0), scale=4)


def test_truncation_brings_works_together(painter: ImagePipeline) -> None:
    anything = [Condition()] * 6
    wide, narrow = (painter.latents(anything, noise(painter, 6), truncation=psi).std(axis=0).mean() for psi in (1.0, 0.1))
    assert narrow < wide / 5


def test_what_the_judge_kept_is_drawn_large_and_again(painter: ImagePipeline) -> None:
    """It sees small pictures, its choice is drawn at the asked size, and a replay knows that choice by its number."""
    asked: list[tuple[int, ...]] = []

    class LikesRed(Judge):
        def __init__(self) -> None:
            pass

        def __call__(self, pixels: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
            asked.append(pixels.shape)
            return pixels[..., 0].mean(axis=(1, 2))

    painter.judge = LikesRed()
    told = [Condition(), CAT]
    chosen = choose_elements(painter, told, seed=3, number=1, best_of=5, scale=4)
    assert asked == [(5, SIZE, SIZE, 4)] * 2 and chosen.pixels.shape == (2, 4 * SIZE, 4 * SIZE, 4)
    again = draw_elements(painter, told, seed=3, number=1, kept=chosen.kept, scale=4)
    np.testing.assert_array_equal(again.pixels, chosen.pixels)
    assert again.sources == chosen.sources and chosen.sources[1][0].name == "cat" and max(chosen.kept) > 0


@pytest.mark.parametrize(("canvas", "scale"), [(64, 4), (60, 4), (16, 1), (8, 1), (512, 16)])
def test_elements_are_drawn_as_large_as_the_canvas(canvas: int, scale: int, painter: ImagePipeline) -> None:
    assert scale_for(painter, canvas=canvas) == scale


def test_what_is_cut_out_is_what_fills_the_square() -> None:
    pixels = np.zeros((40, 40, 4), dtype=np.uint8)
    pixels[2:38, 10:20] = 255
    left, top, side = cut_of(pixels)
    assert (left, top, side) == (-4, 1, 38) and filling(pixels).shape == (38, 38, 4)
    assert cut_of(np.zeros_like(pixels)) == (0, 0, 40)


def test_odd_appearances_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    known = painter_appearances({"style": ()}, encode)
    many = Appearances(**{**vars(known), "labels": {"style": np.full(6, 2)}})
    folder = write_painter(tmp_path / "labels", encode=encode, appearances=many)
    with pytest.raises(InputError, match="labels that model"):
        load(folder)([CAT], np.zeros((1, 8), np.float32))
    folder = write_painter(tmp_path / "width", encode=encode, manifest={"appearance": 6})
    with pytest.raises(InputError, match="another width"):
        load(folder)([CAT], np.zeros((1, 8), np.float32))


def test_a_palette_of_another_size_than_said_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    folder = write_painter(tmp_path / "odd", encode=encode, manifest={"palette": 4})
    with pytest.raises(InputError, match="not finite ones of"):
        load(folder)([CAT], np.zeros((1, 8), np.float32))
    folder = write_painter(tmp_path / "plain", encode=encode, manifest={"palette": 0})
    with pytest.raises(InputError, match="not what model"):
        load(folder)


def test_an_opaque_painter_draws_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    pipeline = load(write_painter(tmp_path / "opaque", encode=encode, channels=3))
    assert pipeline([CAT], pipeline.noise(0, number=0), scale=2).shape == (1, 2 * SIZE, 2 * SIZE, 3)
