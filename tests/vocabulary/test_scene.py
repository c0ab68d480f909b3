"""Layouts: on the canvas, nothing hides anything, the subject is seen, and each work differs a little."""

import tomllib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ganvas.vocabulary.brief import Background, Brief, Element, Place, Size, as_toml
from ganvas.vocabulary.scene import Box, Placed, box, layout

COVERED = 0.10
"""Share of the subject that may be covered."""

captions = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() and text.isprintable()
)
elements = st.builds(
    Element, caption=captions, size=st.sampled_from(Size.__args__), place=st.sampled_from(Place.__args__),
    style=st.none() | st.just("noto"),
)  # fmt: skip
briefs = st.builds(
    Brief, elements=st.lists(elements, min_size=1, max_size=4).map(tuple), background=st.sampled_from(Background.__args__)
)


def laid(brief: Brief, *, seed: int = 1, number: int = 0, canvas: int = 256) -> list[Placed]:
    return layout(brief, canvas=canvas, seed=seed, number=number)


def boxes(brief: Brief, **choices: int) -> list[Box]:
    """The squares in the order of the brief."""
    return [one.box for one in sorted(laid(brief, **choices))]


def shared(one: Box, other: Box) -> int:
    """How many pixels two squares share."""
    wide = min(one.left + one.side, other.left + other.side) - max(one.left, other.left)
    high = min(one.top + one.side, other.top + other.side) - max(one.top, other.top)
    return max(wide, 0) * max(high, 0)


def things(*said: tuple[Size, Place]) -> Brief:
    return Brief(elements=tuple(Element(caption="x", size=size, place=place) for size, place in said))


@settings(max_examples=60)
@given(briefs, st.integers(0, 2**63 - 1), st.integers(0, 9999), st.integers(64, 512))
def test_every_scene_is_on_the_canvas_and_hides_nothing(brief: Brief, seed: int, number: int, canvas: int) -> None:
    placed = laid(brief, seed=seed, number=number, canvas=canvas)
    assert sorted(one.number for one in placed) == list(range(len(brief.elements)))
    for left, top, side in (one.box for one in placed):
        assert side >= 0.1 * canvas and left >= 0 and top >= 0 and left + side <= canvas and top + side <= canvas
    for place, one in enumerate(placed):
        for other in placed[:place]:
            assert shared(one.box, other.box) <= 0.08 * min(one.box.side, other.box.side) ** 2
    front = [one.number for one in placed].index(0)
    subject = placed[front].box
    assert sum(shared(subject, one.box) for one in placed[front + 1 :]) <= COVERED * subject.side**2


@settings(max_examples=20)
@given(briefs, st.integers(0, 2**63 - 1))
def test_the_same_seed_and_number_lay_out_the_same(brief: Brief, seed: int) -> None:
    assert laid(brief, seed=seed, number=3) == laid(brief, seed=seed, number=3)


def test_eight_works_are_not_one_layout() -> None:
    pair = things(("medium", "left"), ("medium", "right"))
    assert len({tuple(boxes(pair, number=number)) for number in range(8)}) == 8
    assert len({tuple(boxes(pair, seed=seed)) for seed in range(8)}) == 8


def test_a_thing_stands_about_where_its_words_say() -> None:
    for size in Size.__args__:
        for place in Place.__args__:
            asked = box(Element(caption="x", size=size, place=place), canvas=256)
            for number in range(8):
                (found,) = boxes(things((size, place)), number=number)
                off = np.abs(np.subtract(np.add(found[:2], found.side / 2), np.add(asked[:2], asked.side / 2)))
                assert off.max() <= 0.04 * 256 + 1 and abs(found.side - asked.side) <= 0.06 * asked.side


def test_two_things_beside_each_other_are_both_large() -> None:
    for number in range(32):
        for pair in (things(("medium", "left"), ("medium", "right")), things(("full", "centre"), ("full", "centre"))):
            one, other = boxes(pair, number=number)
            assert min(one.side, other.side) >= 256 / 3 and shared(one, other) <= 0.1 * one.side**2


def test_what_is_larger_in_words_stays_larger() -> None:
    large, small = boxes(things(("full", "centre"), ("small", "top right")))
    assert large.side > 1.5 * small.side


def test_what_stands_higher_is_behind_and_a_crowd_leaves_the_subject_visible() -> None:
    scene = things(("medium", "bottom left"), ("small", "top"), ("medium", "bottom right"))
    assert laid(scene)[0].number == 1
    crowd = things(("large", "top"), ("large", "bottom"), ("large", "left"), ("large", "right"))
    for number in range(16):
        placed = laid(crowd, number=number)
        front = [one.number for one in placed].index(0)
        covered = sum(shared(placed[front].box, one.box) for one in placed[front + 1 :])
        assert covered <= COVERED * placed[front].box.side ** 2


@settings(max_examples=50)
@given(briefs)
def test_a_brief_is_the_same_after_toml(brief: Brief) -> None:
    assert Brief.model_validate(tomllib.loads(as_toml(brief))) == brief
