"""Sizes: read from a number or from text, written as they always were where they are square."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ganvas.ground.sizes import Size

sides = st.integers(8, 1024)
sizes = st.builds(Size, sides, sides)


@given(sizes)
def test_a_size_reads_back_as_itself(size: Size) -> None:
    records = TypeAdapter(Size)
    assert Size.of(str(size)) == Size.of(size.plain) == size
    assert records.validate_json(records.dump_json(size)) == records.validate_python(records.dump_python(size)) == size
    assert isinstance(size.plain, int) == (size.width == size.height)


@given(st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.integers(), max_size=3))
def test_anything_is_a_size_within_bounds_or_refused_in_one_line(said: object) -> None:
    try:
        size = Size.of(said)
    except ValueError as error:
        assert "size" in str(error)
    else:
        assert 8 <= size.shorter <= size.longer <= 1024


def test_width_comes_first_and_rows_before_columns() -> None:
    size = Size.of(" 96X64 ")
    assert (size.width, size.height, size.grid, str(size)) == (96, 64, (64, 96), "96x64")
    assert Size.of("96×64") == size and (size.shorter, size.longer, size.area) == (64, 96, 6144)
    assert Size.of("64x64").plain == 64


@pytest.mark.parametrize("said", [True, 64.0, [96, 64], "96x", "x64", "-96x64", "96x64x3", "٩٦", "", "7", 2000, "96 x 64"])
def test_other_things_are_no_sizes(said: object) -> None:
    with pytest.raises(ValueError, match="size"):
        Size.of(said)
    with pytest.raises(ValidationError):
        TypeAdapter(Size).validate_python(said)
