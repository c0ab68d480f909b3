"""How long a server is waited for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.llm.patience import BUSY, LOADING, MAX_BUSY, seconds_allowed, wait_before_again


def test_the_environment_wins_then_the_servers_own_then_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_allowed(None, here=True) > seconds_allowed(None, here=False) >= 60
    assert seconds_allowed(7.0, here=True) == 7
    monkeypatch.setenv("GANVAS_LLM_SECONDS", "300")
    assert seconds_allowed(7.0, here=True) == 300


def test_one_that_loads_is_asked_until_the_time_is_up_and_a_busy_one_a_few_times() -> None:
    assert wait_before_again(LOADING, {}, tries=50, left=60.0) is not None
    assert wait_before_again(BUSY, {}, tries=MAX_BUSY, left=60.0) is not None
    assert wait_before_again(BUSY, {}, tries=MAX_BUSY + 1, left=60.0) is None
    for status in (200, 400, 401, 500, 502):
        assert wait_before_again(status, {"retry-after": "1"}, tries=1, left=60.0) is None


@given(st.text() | st.floats().map(str), st.integers(1, 10**6), st.floats(0, 100))
def test_no_header_makes_anybody_wait_longer_than_is_left(header: str, tries: int, left: float) -> None:
    wait = wait_before_again(LOADING, {"retry-after": header, "retry-after-ms": header}, tries=tries, left=left)
    assert wait is None or 0 < wait < left
