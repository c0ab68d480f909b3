"""Pages: relations hold between outlines, everything is on the page, works differ, and the same seed lays out the same."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganvas.pipelines.staging.ground import paint_over, paint_page, scenery_of
from ganvas.pipelines.staging.outline import Outline, bounds, is_framed, outline_of
from ganvas.pipelines.staging.page import Page, lay_out
from ganvas.vocabulary.brief import Brief, Element, Ground, Pose, Relation, Size, Sky, Tie, drawn_parts

DISC = Outline(np.hypot(*np.mgrid[-1:1:64j, -1:1:64j]) <= 1, 1.0)
TALL = Outline(np.ones((64, 32), dtype=bool), 0.5)


def outlines(brief: Brief) -> list[Outline]:
    return [DISC if number % 2 else TALL for number in drawn_parts(brief)]


def page(brief: Brief, *, seed: int = 1, number: int = 0) -> Page:
    return lay_out(brief, outlines(brief), seed=seed, number=number)


def pair(relation: Relation, one: str = "cat", other: str = "thing", **more: object) -> Brief:
    elements = (Element(caption=one, count=5 if relation == "around" else 1), Element(caption=other))
    return Brief.model_validate({"elements": elements, "relations": (Tie(subject=1, relation=relation, object=2),), **more})


elements = st.builds(
    Element, caption=st.sampled_from(["cat", "moon", "hat", "bowl", "tree", "bed", "balloon", "clock"]),
    size=st.sampled_from(get_args(Size)),
    count=st.integers(1, 3), pose=st.sampled_from(get_args(Pose)),
    place=st.none() | st.sampled_from(["top", "left", "bottom right"]),
)  # fmt: skip


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    things = draw(st.lists(elements, min_size=1, max_size=4))
    numbers = st.integers(1, len(things))
    ties = draw(st.lists(st.tuples(numbers, st.sampled_from(get_args(Relation)), numbers), max_size=4))
    return Brief(
        elements=tuple(things), relations=tuple(Tie(subject=a, relation=name, object=b) for a, name, b in ties if a != b),
        ground=draw(st.sampled_from(get_args(Ground))), sky=draw(st.sampled_from(get_args(Sky))),
        scenery=tuple(draw(st.lists(st.sampled_from(["sun", "evergreen tree", "coral"]), max_size=3))),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(briefs(), st.integers(0, 2**63 - 1), st.integers(0, 9999))
def test_any_brief_is_laid_out_on_the_page(brief: Brief, seed: int, number: int) -> None:
    laid = page(brief, seed=seed, number=number)
    assert {put.picture for put in laid.puts} == set(range(len(drawn_parts(brief)))), "each picture is put"
    for put in laid.puts:
        assert put.area.width > 0 and put.area.height > 0
        assert put.area.left >= -0.001 and put.area.top >= -0.001 and put.area.right <= 1.001 and put.area.bottom <= 1.001
    assert laid == page(brief, seed=seed, number=number), "the same seed and number lay out the same"


def test_works_of_a_scene_are_framed_differently() -> None:
    scene = pair("on", ground="meadow")
    assert len({page(scene, number=number) for number in range(8)}) == 8
    assert len({page(scene, seed=seed) for seed in range(8)}) == 8


def test_a_thing_alone_fills_its_page() -> None:
    (put,) = page(Brief(elements=(Element(caption="x", size="full"),))).puts
    assert max(put.area.width, put.area.height) >= 0.9


@pytest.mark.parametrize("relation", [name for name in get_args(Relation) if name != "mixed with"])
def test_each_relation_lays_its_things_out_its_own_way(relation: Relation) -> None:
    assert page(pair(relation)).puts != page(Brief(elements=pair(relation).elements)).puts


def test_on_touches_from_above_and_wearing_is_in_front_and_high() -> None:
    for number in range(8):
        one, other = (next(put for put in page(pair("on"), number=number).puts if put.picture == key).area for key in (0, 1))
        assert one.middle[1] < other.middle[1] and one.bottom > other.top
        laid = page(pair("wearing", "cat", "top hat"), number=number).puts
        assert [put.picture for put in laid] == [0, 1] and laid[1].area.middle[1] < laid[0].area.top + 0.2 * laid[0].area.height
        behind = page(pair("behind"), number=number).puts
        assert [put.picture for put in behind] == [0, 1] and behind[0].area.right > behind[1].area.left


def test_what_is_in_a_bowl_is_behind_its_front() -> None:
    laid = page(pair("in", "fish", "bowl")).puts
    assert [put.picture for put in laid] == [1, 0, 1] and laid[2].below and laid[2].area == laid[0].area


def test_who_looks_is_turned_to_what_is_looked_at() -> None:
    """Emoji in profile look to the left."""
    for number in range(12):
        laid = {put.picture: put for put in page(pair("looking at", "cat", "ball"), number=number).puts}
        assert laid[0].mirrored == (laid[0].area.left < laid[1].area.left) or laid[1].mirrored, "the whole page may be mirrored"


def test_what_is_mixed_with_another_is_one_thing() -> None:
    assert drawn_parts(pair("mixed with")) == (0,)


def test_letters_are_never_mirrored() -> None:
    assert not any(
        put.mirrored for number in range(8) for put in page(pair("on", "cat", "stop sign", ground="city"), number=number).puts
    )


def test_every_ground_and_sky_has_its_own_page() -> None:
    one = (Element(caption="x"),)
    pages = {
        (ground, sky): paint_over(paint_page(scenery, canvas=32), scenery).tobytes()
        for ground in get_args(Ground) for sky in get_args(Sky)
        for scenery in (scenery_of(Brief(elements=one, ground=ground, sky=sky), seed=1, number=0),)
    }  # fmt: skip
    assert len({found for (ground, sky), found in pages.items() if sky == "day"}) == len(get_args(Ground))
    assert len({found for (ground, sky), found in pages.items() if ground == "meadow"}) == len(get_args(Sky))
    night = scenery_of(Brief(elements=one, ground="meadow", sky="night"), seed=1, number=0)
    assert paint_page(night, canvas=32).mean() < 90, "dark"


def test_bounds_and_outlines_are_those_of_what_is_seen() -> None:
    drawn = np.zeros((20, 30, 4), dtype=np.uint8)
    drawn[5:15, 10:14, 3] = 255
    assert bounds(drawn) == (10, 5, 14, 15) and outline_of(drawn).aspect == 0.4 and outline_of(drawn).mask.all()
    assert bounds(np.zeros((8, 9, 4), dtype=np.uint8)) == (0, 0, 9, 8), "a clear picture is all of its frame"
    assert is_framed(np.full((16, 16, 4), 255, dtype=np.uint8)) and not is_framed(drawn)


def test_what_hangs_in_the_sky_is_above_what_stands_on_the_ground() -> None:
    scene = Brief(elements=(Element(caption="moon"), Element(caption="rabbit")), ground="meadow", sky="night")
    moon, rabbit = sorted(page(scene).puts, key=lambda put: put.picture)
    assert moon.area.bottom < 0.5 < rabbit.area.bottom
    assert len(page(scene).shadows) == 1, "only what stands has a shadow"
    alone = Brief(elements=(Element(caption="moon"),), ground="meadow", sky="night")
    assert page(alone).puts[0].area.bottom > 0.7, "alone it is the subject"


def test_three_things_on_a_page_stand_in_two_rows() -> None:
    scene = Brief(elements=tuple(Element(caption=one) for one in ("cat", "cup", "rose")))
    first, *others = sorted(page(scene).puts, key=lambda put: put.picture)
    assert all(other.area.top >= first.area.bottom for other in others), "the subject is above"
    assert all(put.area.height > 0.35 for put in (first, *others))


@pytest.mark.parametrize("relation", ["on", "in", "in front of"])
def test_what_shares_a_place_stands_side_by_side(relation: Relation) -> None:
    elements = tuple(Element(caption=one) for one in ("apple", "pear", "plate"))
    scene = Brief(elements=elements, relations=tuple(Tie(subject=one, relation=relation, object=3) for one in (1, 2)))
    apple, pear = sorted(page(scene).puts, key=lambda put: put.picture)[:2]
    assert apple.area.right <= pear.area.left + 1e-9 or pear.area.right <= apple.area.left + 1e-9
