"""Text from strangers on its way to a person: nothing in it may steer a terminal, or change the order in which it is read."""

import re
from collections.abc import Callable

_STEERING = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001\ud800-\udfff"
"""Control characters, line and direction marks, and halves of characters."""
_IN_A_LINE, _IN_LINES = re.compile(f"[{_STEERING}]"), re.compile(f"(?![\n\t])[{_STEERING}]")


def visible(text: str, *, lines: bool = False) -> str:
    """Return a text with the characters that steer a terminal or a reader spelled out, as \\x1b; others stay.

    lines: it may have several lines, and tabs.
    """
    return (_IN_LINES if lines else _IN_A_LINE).sub(_spelled, text)


def visible_json(dumped: str) -> str:
    """Return JSON without those characters: it means the same. JSON has them in strings only, where they can be spelled out."""
    return _IN_LINES.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])), dumped)


def showing(say: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that takes what `say` takes, and passes it on made visible."""
    return lambda line: say(visible(line))


def _spelled(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def _units(letter: str) -> list[int]:
    """Return the 16-bit units of a character, as JSON spells it."""
    coded = letter.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(coded[place : place + 2], "big") for place in range(0, len(coded), 2)]
