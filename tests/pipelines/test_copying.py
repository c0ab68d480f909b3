"""Lines and runs that were learned from are known again, and others hardly ever."""

from hypothesis import given
from hypothesis import strategies as st

from ganvas.pipelines.copying import RUN, Copies, parts_of
from tests.data.poems import make_poem

POEMS = [(make_poem(number, length=length).text, length) for number in range(200) for length in (5, 7)]
FILTER = Copies.of(POEMS)


@given(st.integers(0, len(POEMS) - 1), st.integers(0, 20))
def test_every_run_of_what_was_learned_is_found(number: int, start: int) -> None:
    text, length = POEMS[number]
    run = text[start : start + RUN]
    if len(run) < RUN:
        return
    strange = "某" * start + run + "某" * (len(text) - start - RUN)
    assert FILTER.holds(strange, length), "a run of eight, wherever it begins"
    assert FILTER.holds("某" * length + text[length : 2 * length] + "某" * (2 * length), length), "a whole line"


def test_seven_characters_may_be_those_of_a_poem() -> None:
    text, length = POEMS[1]
    assert length == 7
    assert not Copies.of([POEMS[1]]).holds("某" * 3 + text[3:10] + "某" * 18, length)


def test_other_poems_are_rarely_taken_for_known_ones() -> None:
    others = [(make_poem(number, length=7).text, 7) for number in range(10_000, 10_200)]
    parts = [part for text, length in others for part in parts_of(text, length)]
    assert sum(part in FILTER for part in parts) / len(parts) < 0.03
