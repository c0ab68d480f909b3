"""Works made of others: at the ends they are their parents to the bit, a record draws the same again, odd pairs are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.pipelines import image
from ganvas.service.drawing import page_of
from ganvas.service.explored import drawing_of, explore
from ganvas.service.info import summarise
from ganvas.service.mix import mix
from ganvas.service.open_maker import ReplayContext
from ganvas.service.push import push, read_pushes
from ganvas.service.recolour import recolour
from ganvas.service.replay import replay_from
from ganvas.service.vary import plane, vary
from ganvas.service.vector import draw_svg
from ganvas.store.folder import read_work, save_svg, save_work
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.provenance import AnyProvenance, SceneProvenance
from ganvas.vocabulary.request import MixRequest, PlaneRequest, RecolourRequest, VaryRequest
from ganvas.vocabulary.steps import Mix, Vary
from ganvas.vocabulary.work import Work
from tests.pipelines.fakes import FakeEncoder, write_model, write_painter
from tests.service.fakes import imagine

PAIR = Brief(
    elements=(Element(caption="cat", place="left", size="medium"), Element(caption="robot", place="right", size="small")),
    background="sand",
)


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    return str(write_painter(tmp_path / "painter", encode=FakeEncoder().encode, pixels=3))


def drawn(model: str, idea: str = "a cat", **fields: Any) -> Work:
    (work,), _ = imagine(idea, model=model, count=1, seed=2, llm="rules", **fields)
    return work


def made(work: Work) -> AnyProvenance:
    assert isinstance(work.provenance, SceneProvenance)
    return work.provenance


def test_a_neighbour_at_nothing_is_the_work_and_others_differ(painter: str) -> None:
    for work in (drawn(painter), drawn(painter, "a cat, a robot", brief=PAIR), drawn(painter, transparent=True, size=128)):
        context = ReplayContext("x.png", painter)
        (same,) = vary(made(work), VaryRequest(amount=0, count=1, seed=1), context)
        np.testing.assert_array_equal(same.pixels, work.pixels)
        first, second = vary(made(work), VaryRequest(amount=0.5, count=2, seed=1), context)
        assert not np.array_equal(first.pixels, work.pixels) and not np.array_equal(first.pixels, second.pixels)


def test_the_ends_of_a_mix_are_its_parents_even_where_one_has_more_things(painter: str) -> None:
    one, other = drawn(painter), drawn(painter, "a cat, a robot", brief=PAIR)
    context = ReplayContext("x.png", painter)
    start, middle, end = mix(made(one), made(other), MixRequest(at=(0, 0.5, 1)), context)
    np.testing.assert_array_equal(start.pixels, one.pixels)
    np.testing.assert_array_equal(end.pixels, other.pixels)
    assert middle.pixels.shape == one.pixels.shape
    corner = (np.array(one.pixels[0, 0], dtype=float) + other.pixels[0, 0]) / 2
    assert np.abs(middle.pixels[0, 0] - corner).max() <= 1  # the ground lies between those of both


def test_a_mix_of_styles_alone_stands_where_the_first_stands(painter: str) -> None:
    one, other = drawn(painter), drawn(painter, "a robot")
    (styled,) = mix(made(one), made(other), MixRequest(at=(0.0,), style=1), ReplayContext("x.png", painter))
    assert not np.array_equal(styled.pixels, one.pixels)
    first, mixed = (drawing_of(record, ReplayContext("x.png", painter)) for record in (made(one), explore_of(styled)))
    count = first.pipeline.sketched
    np.testing.assert_array_equal(mixed.latents[:, -count:], first.latents[:, -count:])
    assert count == 3 and page_of(mixed).squares == page_of(first).squares


def test_every_step_is_drawn_again_from_its_file_and_says_its_family(painter: str, tmp_path: Path) -> None:
    work, context = drawn(painter), ReplayContext("x.png", painter)
    (varied,) = vary(made(work), VaryRequest(count=1, seed=3), context)
    (mixed,) = mix(explore_of(varied), made(work), MixRequest(at=(0.3,)), context)
    pushed = push(explore_of(mixed), read_pushes(["darker=+.5", "cat->robot=0.4"]), context)
    coloured = recolour(explore_of(pushed), RecolourRequest(colours=("#0b7285", "#ffd43b")), context)
    corner, *others = plane(explore_of(coloured), PlaneRequest(count=3, seed=1), context)
    assert len(others) == 8  # each with a budget of its own
    for number, one in enumerate((varied, mixed, pushed, coloured, corner)):
        path = save_work(tmp_path / f"{number}.png", one)
        np.testing.assert_array_equal(replay_from(read_work(str(path)), context.anew()).pixels, one.pixels)
    family = summarise(str(tmp_path / "4.png"))["family"]
    assert isinstance(family, list)
    names = [line.split(":")[0] for line in family]
    assert names == ["plane", "  recolour", "    push", "      mix", "        vary", "          imagine", "        imagine"]
    assert "darker" in family[2] and "#0b7285" in family[1]


def explore_of(work: Work) -> AnyProvenance:
    from ganvas.vocabulary.provenance import ExploreProvenance

    assert isinstance(work.provenance, ExploreProvenance)
    return work.provenance


def test_a_recoloured_work_holds_the_palette_and_nothing_else(painter: str) -> None:
    work = drawn(painter, "a cat, a robot", brief=PAIR)
    request = RecolourRequest(colours=("#000000", "#ff0000", "#ffffff"))
    coloured = recolour(made(work), request, ReplayContext("x.png", painter))
    flat = coloured.pixels.reshape(-1, 3).astype(int)
    assert (flat[:, 1] == flat[:, 2]).all()  # mixtures of black, red and white have as much green as blue
    assert (flat[:, 0] >= flat[:, 1] - 24).all() and (flat[:, 0] >= flat[:, 1] - 1).mean() > 0.99  # bicubic edges overshoot
    assert coloured.pixels.shape == work.pixels.shape


def test_works_of_a_model_without_a_palette_are_quantised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    model = str(write_model(tmp_path / "m", words=True))
    work, context = drawn(model, transparent=True), ReplayContext("x.png", model)
    coloured = recolour(made(work), RecolourRequest(colours=("#102030", "#f0e0d0")), context)
    solid = coloured.pixels[work.pixels[..., 3] >= 128]
    assert {tuple(colour[:3]) for colour in solid.tolist()} <= {(16, 32, 48), (240, 224, 208)}
    np.testing.assert_array_equal(coloured.pixels[..., 3], work.pixels[..., 3])
    (varied,) = vary(made(work), VaryRequest(count=1, seed=1), context)  # its neighbours are other draws of its condition
    assert varied.pixels.shape == work.pixels.shape


def test_explored_works_are_kept_as_svg(painter: str, tmp_path: Path) -> None:
    one, other = drawn(painter), drawn(painter, "a cat, a robot", brief=PAIR)
    context = ReplayContext("x.png", painter)
    (mixed,) = mix(made(one), made(other), MixRequest(at=(0.7,)), context)
    coloured = recolour(made(other), RecolourRequest(colours=("#0b7285", "#ffd43b")), context)
    path = save_svg(tmp_path / "x.svg", draw_svg([mixed.provenance, coloured.provenance], model=painter))
    text = path.read_text(encoding="utf-8")
    assert (text.count("<title>robot</title>") == 2 and "#0b7285" in text) or "#ffd43b" in text
    assert read_work(f"{path}#2") == coloured.provenance


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"transparent": True}, "background and the other none"), ({"size": 128}, "256 pixels a side and the other 128")],
)
def test_works_that_do_not_go_together_are_refused_in_one_line(fields: dict[str, Any], why: str, painter: str) -> None:
    one, other = drawn(painter), drawn(painter, **fields)
    with pytest.raises(InputError, match=why):
        next(mix(made(one), made(other), MixRequest(), ReplayContext("x.png", painter)))


def test_works_of_two_models_are_refused(painter: str, tmp_path: Path) -> None:
    one = drawn(painter)
    elsewhere = made(one).model_copy(update={"model_digest": "0" * 64})
    with pytest.raises(InputError, match="made by another"):
        next(mix(made(one), elsewhere, MixRequest(), ReplayContext("x.png", painter)))


def test_families_that_only_a_file_can_name_are_refused(painter: str) -> None:
    record: AnyProvenance = made(drawn(painter))
    for _ in range(9):  # 2^9 works, each mixed with itself
        record = explore(Mix(at=0.4, style=0.4), record, record)
    with pytest.raises(InputError, match="more than 256 works"):
        replay_from(record, ReplayContext("x.png", painter))


def test_endless_families_are_refused(painter: str) -> None:
    record = made(drawn(painter))
    with pytest.raises(ValueError, match="generations"):
        for _ in range(100):
            record = explore(Vary(amount=0.1), record)


@pytest.mark.parametrize(
    ("said", "why"),
    [("darker", "no direction and how far"), ("brighter=1", "has no direction 'brighter'"), ("darker=99", "from -10 to 10"),
     ("->cat=1", "from -10 to 10")],
)  # fmt: skip
def test_pushes_that_are_none_are_refused(said: str, why: str, painter: str) -> None:
    with pytest.raises(InputError, match=why):
        push(made(drawn(painter)), read_pushes([said]), ReplayContext("x.png", painter))
