"""Steps: bounded, closed, and what latents are written as."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ganvas.ground.errors import InputError
from ganvas.vocabulary.provenance import ExploreProvenance, read_provenance
from ganvas.vocabulary.steps import Push, Step, Vary, pack, unpack

SCENE = {
    "version": "0.1.0", "model": "m", "model_digest": "0" * 64, "idea": "a cat", "pipeline": "scene",
    "brief": {"elements": [{"caption": "cat"}]}, "conditions": [{"words": [{"phrase": "cat"}]}],
}  # fmt: skip
HEAD = {"version": "0.1.0", "model": "m", "model_digest": "0" * 64, "idea": "a cat", "pipeline": "explore"}


@given(st.lists(st.floats(-1000, 1000, width=16), min_size=1, max_size=50))
def test_latents_come_back_as_half_floats(numbers: list[float]) -> None:
    np.testing.assert_array_equal(unpack(pack(np.array(numbers))), np.array(numbers, dtype=np.float32))


@pytest.mark.parametrize("latent", ["", "nonsense!", "AAAA", "AA==", "AHw=", "A" * 100_000, 5])
def test_what_is_no_latent_is_refused(latent: object) -> None:
    step = {"name": "invert", "picture": "a.png", "digest": "0" * 64, "latent": latent}
    with pytest.raises(ValidationError):
        TypeAdapter(Step).validate_python(step)


@pytest.mark.parametrize(
    "step",
    [
        {"name": "vary", "amount": 1.5}, {"name": "vary"}, {"name": "burn"}, {"name": "mix", "at": 0.5},
        {"name": "recolour", "colours": ["#ffffff"]}, {"name": "recolour", "colours": ["red", "blue"]},
        {"name": "recolour", "colours": [f"#{number:06x}" for number in range(100)]},
        {"name": "walk", "frames": 10**6, "size": 64, "milliseconds": 50}, {"name": "push", "pushes": []},
        {"name": "walk", "frames": 60, "size": 63, "milliseconds": 50}, {"name": "plane", "right": 2, "down": 0},
        {"name": "push", "pushes": [{"along": "../x", "amount": 1}]}, {"name": "push", "pushes": [{"amount": 1}]},
    ],
    ids=str,
)  # fmt: skip
def test_steps_out_of_their_bounds_are_refused_in_one_line(step: dict[str, object]) -> None:
    with pytest.raises(InputError) as error:
        read_provenance({**HEAD, "step": step, "parents": [SCENE]}, where="a file")
    assert "\n" not in str(error.value) and len(str(error.value)) < 400


def test_a_step_has_as_many_parents_as_it_takes() -> None:
    vary, mix = {"name": "vary", "amount": 0.5}, {"name": "mix", "at": 0.5, "style": 0.5}
    made = read_provenance({**HEAD, "step": mix, "parents": [SCENE, {**HEAD, "step": vary, "parents": [SCENE]}]}, where="a file")
    assert isinstance(made, ExploreProvenance) and "Step: mix" in made.parameters()
    assert read_provenance(made.model_dump(mode="json"), where="a file") == made
    for step, parents in ((vary, []), (vary, [SCENE, SCENE]), (mix, [SCENE])):
        with pytest.raises(InputError, match=f"cannot have {len(parents)} parents"):
            read_provenance({**HEAD, "step": step, "parents": parents}, where="a file")


def test_a_push_goes_one_way() -> None:
    assert Push(words=("a", "b"), amount=1).along is None and Vary(amount=0.5).name == "vary"
    with pytest.raises(ValidationError, match="and not both"):
        Push(along="darker", words=("a", "b"), amount=1)
