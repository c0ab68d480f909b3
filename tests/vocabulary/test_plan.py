"""Plans are bounded, whoever wrote them."""

import pytest

from ganvas.ground.config import parse
from ganvas.ground.errors import InputError
from ganvas.vocabulary.plan import Plan

GOOD = {"tonic": "D", "mode": "minor", "bars": 1, "chords": ["Dm", "A"], "phrases": [1]}


def test_a_plan_is_read() -> None:
    plan = parse(Plan, GOOD, where="plan.json")
    assert plan.key == 2 and plan.tempo == 80


@pytest.mark.parametrize(
    "wrong",
    [
        {"bars": 0},
        {"bars": 10**6},
        {"bars": 2},
        {"tempo": -1},
        {"tempo": 10**9},
        {"tonic": "H"},
        {"tonic": "D minor"},
        {"metre": "7/8"},
        {"chords": ["Dm", "X"]},
        {"chords": ["Dm"] * 1000},
        {"phrases": []},
        {"phrases": [0]},
        {"phrases": [1, 1]},
        {"phrases": [-1]},
        {"mood": "x"},
        {"more": 1},
    ],
)
def test_what_is_no_plan_gets_one_line(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError) as error:
        parse(Plan, {**GOOD, **wrong}, where="plan.json")
    assert "\n" not in str(error.value) and str(error.value).startswith("plan.json")
