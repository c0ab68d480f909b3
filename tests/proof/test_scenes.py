# ruff: noqa: E501 (tables of cases)
"""The 120 ideas are what they are said to be, and what measures them tells right from wrong."""

from collections import Counter

import numpy as np
import pytest

from tests.proof.scenes import Drawn, holds_relation, read_ideas, shade


def test_the_ideas_are_balanced() -> None:
    ideas = read_ideas()
    assert Counter(idea.kind for idea in ideas) == dict.fromkeys(("literal", "relation", "place", "indirect"), 30)
    languages = Counter(idea.language for idea in ideas)
    assert languages["zh"] == 40 and languages["de"] + languages["ja"] + languages["es"] == 12
    assert len({idea.words for idea in ideas}) == 120
    assert all(
        (idea.relation is not None) == (idea.kind == "relation") and bool(idea.top) == (idea.kind == "place") for idea in ideas
    )


def seen(element: int, top: int, left: int, side: int, *, front: int) -> Drawn:
    mask = np.zeros((128, 128), dtype=bool)
    mask[top : top + side, left : left + side] = True
    return Drawn(element, np.zeros((128, 128, 3), dtype=np.uint8), mask, mask, front)


@pytest.mark.parametrize(
    ("relation", "one", "other"),
    [
        ("on", seen(0, 20, 40, 30, front=1), seen(1, 48, 30, 60, front=0)), ("under", seen(0, 80, 40, 30, front=1), seen(1, 10, 40, 40, front=0)),
        ("beside", seen(0, 40, 10, 40, front=1), seen(1, 40, 60, 40, front=0)), ("behind", seen(0, 40, 20, 50, front=0), seen(1, 50, 50, 50, front=1)),
        ("wearing", seen(0, 40, 30, 60, front=0), seen(1, 25, 45, 25, front=1)),
    ],
)  # fmt: skip
def test_a_relation_is_told_from_its_opposite(relation: str, one: Drawn, other: Drawn) -> None:
    assert holds_relation(relation, [one], [other])
    if relation != "beside":
        assert not holds_relation(relation, [other], [one])
    assert not holds_relation("on", [seen(0, 0, 0, 20, front=1)], [seen(1, 100, 100, 20, front=0)])


def test_colours_have_names() -> None:
    said = {
        (255, 255, 255): "white",
        (20, 26, 60): "dark",
        (250, 60, 50): "red",
        (90, 170, 70): "green",
        (238, 208, 142): "yellow",
        (12, 12, 12): "black",
    }
    assert {colour: shade(colour) for colour in said} == said
