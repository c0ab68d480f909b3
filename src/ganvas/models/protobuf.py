"""Just enough of the protobuf wire format to look into a stranger's ONNX file before any runtime
does.

A message is a row of fields: a varint key (number << 3 | wire type), then a varint (0), 8 bytes
(1), a length and as many bytes (2), or 4 bytes (5). Reading never copies and never recurses; the
caller goes down only where it expects a message. Only the shortest form of each number is read, so
that no two readers can disagree about where a field ends; what was read can be written again.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Malformed(ValueError):
    """The bytes are no protobuf message."""


class Field(NamedTuple):
    """One field: its number, its wire type, and its value (a whole number, or bytes)."""

    number: int
    kind: int
    value: int | memoryview


VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in order. Raises Malformed."""
    place, end = 0, len(message)
    while place < end:
        key, place = varint(message, place)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise Malformed("a field has the number 0")
        if kind == VARINT:
            value, place = varint(message, place)
            yield Field(number, kind, value)
            continue
        if kind == BYTES:
            length, place = varint(message, place)
        elif kind in (FIXED64, FIXED32):
            length = 8 if kind == FIXED64 else 4
        else:
            raise Malformed(f"a field has the wire type {kind}")
        if length > end - place:
            raise Malformed("a field is longer than what is left")
        yield Field(number, kind, message[place : place + length])
        place += length


def varint(message: memoryview, place: int) -> tuple[int, int]:
    """Read a whole number of up to 64 bits, 7 bits a byte, least first. Returns it and the place
    after it.
    """
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise Malformed("a number is cut short")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >= 1 << 64:
                break
            if byte == 0 and shift:
                raise Malformed("a number is written longer than it need be")
            return value, place
    raise Malformed("a number is too long")


def numbers(found: Field, *, most: int = 64) -> list[int]:
    """Return the whole numbers of a field, packed or not, as signed 64-bit. Raises Malformed."""
    if isinstance(found.value, int):
        return [_signed(found.value)]
    place, values = 0, list[int]()
    while place < len(found.value):
        value, place = varint(found.value, place)
        values.append(_signed(value))
        if len(values) > most:
            raise Malformed("a list is too long")
    return values


def text(found: Field) -> str:
    """Return a string field. Raises Malformed."""
    try:
        return bytes(message(found)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("a text is not utf-8") from error


def message(found: Field) -> memoryview:
    """Return the bytes of a field that is a message. Raises Malformed."""
    if isinstance(found.value, int) or found.kind != BYTES:
        raise Malformed("a message is a number")
    return found.value


def write_varint(value: int) -> bytes:
    """Write a whole number, which may be a negative one of 64 bits."""
    value &= (1 << 64) - 1
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def write_number(number: int, value: int) -> bytes:
    """Write a field that is a whole number."""
    return write_varint(number << 3 | VARINT) + write_varint(value)


def write_bytes(number: int, content: bytes | memoryview) -> bytes:
    """Write a field that is a text, a message or a packed list."""
    return b"".join((write_varint(number << 3 | BYTES), write_varint(len(content)), content))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
