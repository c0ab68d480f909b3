"""The idx format of MNIST: arrays of bytes in plain or gzipped files, read within bounds.

Four bytes hold type and number of dimensions (0, 0, 8 = unsigned bytes, count), then each size as a
big-endian 32-bit number, then the values (LeCun, Cortes and Burges 1998).
"""

import struct
import zlib
from pathlib import Path

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes

MAX_BYTES = 64_000_000
"""Of a file, and of its unpacked content."""


def read_idx(folder: Path, name: str, *, dimensions: int) -> np.ndarray:
    """Read `name` or `name.gz` of a folder as uint8 with the given number of dimensions. Raises InputError."""
    plain, packed = folder / name, folder / f"{name}.gz"
    path = plain if plain.is_file() else packed
    content = read_bytes(path, limit=MAX_BYTES)
    if path == packed:
        content = _unpack(content, where=path)
    start = 4 + 4 * dimensions
    if content[:4] != bytes((0, 0, 8, dimensions)) or len(content) < start:
        raise InputError(f"is no idx file of bytes in {dimensions} dimensions", where=path, do="download it again")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    values, wanted = len(content) - start, 1
    for size in shape:
        wanted *= size
    if values != wanted:
        raise InputError(f"holds {values:,} values where its header states {wanted:,}", where=path, do="download it again")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def _unpack(content: bytes, *, where: object) -> bytes:
    """Unpack gzip, never to more than MAX_BYTES."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise InputError(f"is not a whole gzip file: {error}", where=where, do="download it again") from error
    if len(plain) > MAX_BYTES:
        raise InputError(f"unpacks to more than the {MAX_BYTES:,} bytes allowed here", where=where)
    if not unpacker.eof:
        raise InputError("is not a whole gzip file: it ends early", where=where, do="download it again")
    return plain
