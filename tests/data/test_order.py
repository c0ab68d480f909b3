import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.order import Order
from ganvas.ground.errors import InputError

counts, batches, seeds = st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**63 - 1)


@given(counts, batches, seeds)
def test_every_epoch_shows_each_picture_at_most_once_and_drops_less_than_a_batch(count: int, batch: int, seed: int) -> None:
    order = Order(count, batch=batch, seed=seed)
    steps = max(count // batch, 1)
    epoch = np.concatenate([order.indices(step) for step in range(steps)])
    assert epoch.dtype == np.int64 and epoch.shape == (steps * batch,)
    assert epoch.min() >= 0 and epoch.max() < count
    times = np.bincount(epoch, minlength=count)
    if count >= batch:
        assert times.max() == 1 and (times == 0).sum() < batch
    else:
        assert times.max() - times.min() <= 1, "a small set is gone through evenly"


@given(counts, batches, seeds, st.lists(st.integers(0, 300), min_size=1, max_size=12))
def test_a_batch_does_not_depend_on_earlier_calls(count: int, batch: int, seed: int, steps: list[int]) -> None:
    used = Order(count, batch=batch, seed=seed)
    for step in steps:
        assert np.array_equal(used.indices(step), Order(count, batch=batch, seed=seed).indices(step))


def test_a_small_set_goes_on_where_the_last_batch_ended() -> None:
    order = Order(3, batch=5, seed=1)
    row = np.concatenate([order.indices(step) for step in range(6)])
    assert all(sorted(row[start : start + 3]) == [0, 1, 2] for start in range(0, 30, 3))


def test_epochs_seeds_and_names_differ() -> None:
    orders = [Order(50, batch=50, seed=0), Order(50, batch=50, seed=1), Order(50, batch=50, seed=0, name="other")]
    rows = [order.indices(0) for order in orders] + [orders[0].indices(1)]
    assert len({tuple(row) for row in rows}) == 4


def test_what_a_caller_does_to_a_batch_stays_with_the_caller() -> None:
    order = Order(8, batch=8, seed=0)
    before = order.indices(0).copy()
    order.indices(0)[:] = 0
    assert np.array_equal(order.indices(0), before)


def test_nothing_to_train_on_says_so() -> None:
    with pytest.raises(InputError, match="no pictures"):
        Order(0, batch=4, seed=0)
