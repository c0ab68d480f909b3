"""What is wrong with settings is said in the words of those who write them."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from ganvas.ground.config import Frozen, Name, parse
from ganvas.ground.errors import InputError


class Leaf(Frozen):
    """A part of a part."""

    place: Literal["left", "right"] = "left"
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0


class Settings(Frozen):
    """Settings of every kind."""

    sources: tuple[Annotated[str, Field(max_length=4)], ...] = Field(default=("a",), min_length=1)
    minutes: float | None = None
    count: int = Field(default=2, ge=2, multiple_of=2)
    loud: bool = False
    elements: tuple[Leaf, ...] = ()
    named: dict[Name, Leaf] = Field(default_factory=dict)
    part: Leaf | None = None


class Needed(Frozen):
    """Settings that must be given."""

    sources: tuple[str, ...]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"minuts": 3}, "minuts: there is no such setting (did you mean minutes?)"),
        ({"colour": 3}, "colour: there is no such setting"),
        ({"elements": [{}, {"plac": "left"}]}, "element 2, plac: there is no such setting (did you mean place?)"),
        ({"named": {"part": {"wight": 1}}}, "named.part.wight: there is no such setting (did you mean weight?)"),
        ({"part": {"plce": 1}}, "part.plce: there is no such setting (did you mean place?)"),
        ({"elements": [{"place": "top"}]}, "element 1, place: must be 'left' or 'right', not 'top'"),
        ({"elements": ["cat"]}, "element 1: must be a table, not 'cat'"),
        ({"sources": "here"}, "sources: must be a list, not 'here'"),
        ({"sources": []}, "sources: must have at least 1 in it"),
        ({"sources": ["a", 2]}, "source 2: must be a text, not 2"),
        ({"sources": ["a" * 5000]}, "source 1: must have at most 4 characters"),
        ({"minutes": "ten"}, "minutes: must be a number, not 'ten'"),
        ({"minutes": float("inf")}, "minutes: must be a finite number, not inf"),
        ({"count": 1.5}, "count: must be a whole number, not 1.5"),
        ({"count": [1]}, "count: must be a whole number, not a list"),
        ({"count": 0}, "count: must be at least 2, not 0"),
        ({"count": 5}, "count: must be a multiple of 2, not 5"),
        ({"loud": "perhaps"}, "loud: must be true or false, not 'perhaps'"),
        ({"part": {"weight": 0}}, "part.weight: must be more than 0.0, not 0"),
        ([{}], "the whole: must be a table, not a list"),
    ],
)
def test_an_invalid_setting_is_described_in_plain_words(content: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Settings, content, where="a.toml")
    assert str(caught.value) == f"a.toml: {said}"


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(InputError, match=r"^a\.toml: sources: is missing$"):
        parse(Needed, {}, where="a.toml")
