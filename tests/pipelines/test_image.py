"""The image and scene pipelines, on a tiny model of real graphs."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.pipelines import load
from ganvas.pipelines.scene import compose, draw_scenes, enlarged
from ganvas.vocabulary.brief import COLOURS, Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from tests.pipelines.fakes import SIZE, write_model


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


def test_every_field_of_a_brief_changes_the_picture(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m", words=True))

    def draw(brief: Brief) -> bytes:
        told = [
            Condition(words=(Weighted(phrase=one.caption),), labels={"style": one.style}) for one in brief.elements if one.style
        ]
        return draw_scenes(pipeline, brief, [told], seed=1, numbers=[0])[0].tobytes()

    first = Element(caption="robot", style="solid", size="medium", place="left")
    other = Element(caption="cat", style="solid", size="small", place="top")
    brief = Brief(elements=(first, other))
    swaps = [first.model_copy(update=change) for change in (
        {"caption": "cat"}, {"style": "outline"}, {"size": "large"}, {"place": "right"})]  # fmt: skip
    briefs = [brief, *(Brief(elements=(one, other)) for one in swaps), brief.model_copy(update={"background": "night blue"}),
              Brief(elements=(first,))]  # fmt: skip
    assert len({draw(one) for one in briefs}) == len(briefs)


def test_compose_places_and_covers() -> None:
    red = np.zeros((8, 8, 4), dtype=np.uint8)
    red[..., 0], red[..., 3] = 255, 255
    brief = Brief(elements=(Element(caption="x", size="small", place="bottom right"),), background="night blue")
    page = compose(brief, [red], canvas=100)
    assert tuple(page[0, 0]) == COLOURS["night blue"] and tuple(page[80, 80]) == (255, 0, 0)


def test_enlarging_never_wraps_round() -> None:
    """Bicubic overshoots at edges: in bytes that would turn white into black."""
    chance = np.random.default_rng(0)
    pixels = chance.choice(np.array([0, 255], dtype=np.uint8), size=(16, 16, 4))
    large = enlarged(pixels, 100)
    assert large.min() >= 0 and large[..., 3].max() <= 255 and (large[..., :3] <= large[..., 3:]).all()


def test_an_opaque_model_draws_at_its_own_size(tmp_path: Path) -> None:
    pipeline = load(write_model(tmp_path / "m", channels=3))
    drawn = draw_scenes(pipeline, Brief(elements=(Element(caption="x"),)), [[Condition()]], seed=1, numbers=[0])
    assert drawn[0].shape == (SIZE, SIZE, 3)
