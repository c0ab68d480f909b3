"""Large texts are decoded as they are read, whatever their encoding."""

from collections.abc import Iterator

import pytest

from ganvas.data.texts import LONGEST_LINE, decode_lines

ENCODINGS = ["utf-16", "utf-32"]


def parts(content: bytes, size: int, given: list[int]) -> Iterator[bytes]:
    """Yield a text in parts, and note how many were asked for."""
    for start in range(0, len(content), size):
        given.append(start)
        yield content[start : start + size]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_lines_come_before_the_text_ends(encoding: str) -> None:
    given = list[int]()
    found = decode_lines(parts("春風\n".encode(encoding) + "夜\n".encode(encoding) * 500, 12, given))
    assert next(found) == "春風\n" and len(given) <= 3


@pytest.mark.parametrize("size", [5, 7, 4096])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_characters_are_whole_wherever_a_part_ends(encoding: str, size: int) -> None:
    text = "春風\n花月夜\n\n😀 ऀ਀\nend"
    assert "".join(decode_lines(parts(text.encode(encoding), size, []))) == text


def test_a_line_without_an_end_is_cut() -> None:
    found = list(decode_lines(parts(("春" * (3 * LONGEST_LINE)).encode("utf-16"), 80_000, [])))
    assert "".join(found) == "春" * (3 * LONGEST_LINE) and max(map(len, found)) < 2 * LONGEST_LINE
