"""Named streams: the same everywhere and for ever, and each its own."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream


def test_the_numbers_are_what_they_always_were() -> None:
    """Written down once: a change here would make every provenance and every run a lie."""
    numbers = stream(7, "golden", step=3)
    np.testing.assert_array_equal(numbers.integers(1000, 6), GOLDEN_INTEGERS)
    np.testing.assert_allclose(numbers.normal(3), GOLDEN_NORMALS, rtol=1e-6)


GOLDEN_INTEGERS = [94, 410, 845, 49, 742, 228]
GOLDEN_NORMALS = [0.4001964, 0.1242554, -1.0055351]


def test_torch_receives_the_same_numbers() -> None:
    drawn = stream(1, "z").normal((4, 5))
    assert torch.equal(torch.from_numpy(drawn), torch.tensor(stream(1, "z").normal((4, 5)).tolist()))
    assert drawn.dtype == np.float32


@given(st.integers(0, 2**63 - 1), st.text(max_size=20), st.integers(0, 10**9), st.integers(0, 64))
def test_a_stream_is_its_name(seed: int, name: str, step: int, rank: int) -> None:
    first = stream(seed, name, step=step, rank=rank).uniform(4)
    np.testing.assert_array_equal(first, stream(seed, name, step=step, rank=rank).uniform(4))
    assert not np.array_equal(first, stream(seed, name, step=step + 1, rank=rank).uniform(4))
    assert not np.array_equal(first, stream(seed, name, step=step, rank=rank + 1).uniform(4))
    assert not np.array_equal(first, stream(seed, name + "x", step=step, rank=rank).uniform(4))


def test_global_state_has_no_part_in_it() -> None:
    np.random.seed(0)
    before = stream(0, "a").normal(3)
    np.random.seed(1)
    np.testing.assert_array_equal(before, stream(0, "a").normal(3))


def test_the_distributions_are_what_they_say() -> None:
    numbers = stream(0, "distribution")
    uniform, normal = numbers.uniform(100_000), numbers.normal(100_000)
    assert uniform.min() >= 0 and uniform.max() < 1 and abs(uniform.mean() - 0.5) < 0.005
    assert abs(normal.mean()) < 0.01 and abs(normal.std() - 1) < 0.01 and abs((normal**4).mean() - 3) < 0.1
    assert sorted(numbers.permutation(50)) == list(range(50))
    assert set(numbers.integers(3, 1000)) == {0, 1, 2}


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="seed"):
        stream(seed, "x")
