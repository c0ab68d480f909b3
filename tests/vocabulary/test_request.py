"""Requests: bounded, and errors in the words of who fills them."""

import pytest
from pydantic import ValidationError

from ganvas.ground.errors import InputError
from ganvas.vocabulary.request import ImagineRequest, ReplayRequest, RestyleRequest, fill


def test_words_become_one_line_and_stay_as_they_are() -> None:
    assert fill(ImagineRequest, {"idea": " ein  Hund\n im Wald "}).idea == "ein Hund im Wald"
    assert fill(RestyleRequest, {"to": "  flat\tcolours"}).to == "flat colours"


def test_an_error_names_the_field_as_the_person_does() -> None:
    with pytest.raises(InputError, match=r"^count: must be at most 64, not 65$"):
        fill(ImagineRequest, {"idea": "x", "count": 65})
    with pytest.raises(InputError, match=r"^-n: must be at most 64, not 65$"):
        fill(ImagineRequest, {"idea": "x", "count": 65}, names={"count": "-n"})


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        (ImagineRequest, {}, "idea: is missing"),
        (ImagineRequest, {"idea": "\x07\u200b"}, "idea: is empty"),
        (ImagineRequest, {"idea": "x" * 1001}, "idea: has 1,001 characters, more than 1,000"),
        (ImagineRequest, {"idea": "x", "side": 3}, "side: there is no such setting"),
        (ImagineRequest, {"idea": "x", "size": 3}, "size: must be 64, 128, 256 or 512, not 3"),
        (ImagineRequest, {"idea": "x", "truncation": float("inf")}, "truncation: must be a finite number"),
        (RestyleRequest, {"to": "x", "strength": -0.1}, "strength: must be at least 0"),
        (ReplayRequest, {"work": "x" * 5000}, "work: must have at most 4096 characters"),
    ],
)
def test_what_is_out_of_bounds_is_one_line(kind: type, fields: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=f"^{why}"):
        fill(kind, fields)


def test_a_request_does_not_change() -> None:
    request = fill(ImagineRequest, {"idea": "x"})
    with pytest.raises(ValidationError):
        request.count = 3  # pyright: ignore[reportAttributeAccessIssue]
