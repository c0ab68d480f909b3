"""Cached arrays: the pixels of a captioned folder as one memory-mapped array, and others."""

import hashlib
import io
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

import numpy as np
from PIL import Image

from ganvas.data.pixels import DecodedPixels, Pixels
from ganvas.data.records import MAX_METADATA_BYTES, Record, Split, record_json
from ganvas.data.shards import Shards
from ganvas.data.source import PictureSource, open_source
from ganvas.ground.config import Digest, Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, digest_of, read_json, read_or_build, user_cache, write_bytes, write_json
from ganvas.ground.images import add_alpha, fit_image, lay_over
from ganvas.ground.sizes import Fit, Size

CACHE_FORMAT = 4
"""Raise it when decoding or the notes about it change, so that older caches are not used."""

MANY_PICTURES = 1_000
"""Number of pictures from which the first reading is announced, because it takes long."""
MIN_PICTURE_SIDE = 8
"""Pixels of the shorter side that a picture needs."""


@dataclass(frozen=True)
class Pictures:
    """A captioned folder at one size. `images` is memory-mapped, or decoded on access if the pictures are in tar shards.

    images: uint8 (N, height, width, C), C = 3 or 4 (straight alpha), in the order of `records`.
    digest: sha256 over records and pixels. left: the files that were left out, with reasons. notes: what else is to be said.
    """

    images: Pixels
    records: list[Record]
    digest: str
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def select(self, split: Split) -> np.ndarray:
        """Return the numbers of the pictures of one split, int64 (n,)."""
        return np.flatnonzero([record.split == split for record in self.records]).astype(np.int64)


def open_pictures(
    folder: Path | PictureSource,
    *,
    size: Size | int,
    channels: int | None = None,
    fit: Fit = "crop",
    say: Callable[[str], None] | None = None,
) -> Pictures:
    """Open a captioned folder, or an open source, at one size; its pictures are read through only the first time.

    Pictures are cropped or padded to the proportions of the size as `fit` says, and resized.
    channels: 3 lays them over white, 4 keeps transparency, None takes 4 if any picture has a pixel
    that is not opaque. say: called before the first reading of many pictures. A picture that cannot
    be read, is smaller than MIN_PICTURE_SIDE or equals an earlier one is left out, so that one bad
    file does not stop a training. Raises InputError when nothing is left.

    Loose pictures are decoded once and cached. Those of tar shards are checked once and decoded on
    access, to the same pixels, digest and records.
    """
    try:
        size = Size.of(size)
    except ValueError as error:
        raise InputError(str(error), where="size") from error
    if channels not in (None, 3, 4):
        raise InputError(f"pictures have 3 channels (RGB) or 4 (RGBA), not {channels}", where="channels")
    source = open_source(folder) if isinstance(folder, Path) else folder
    place = user_cache("pictures") / _key(source, size=size, channels=channels, fit=fit)

    def build() -> None:
        if say is not None and len(source.records) >= MANY_PICTURES:
            say(f"reading {len(source.records):,} pictures in {source.folder} for the first time")
        with build_folder(place, existing="keep") as work:
            kept = None if isinstance(source, Shards) else work / "images.npy"
            made = _decode(source, kept, size=size, channels=channels, fit=fit)
            write_json(work / "made.json", made.model_dump())

    def read() -> tuple[_Made, np.ndarray | None]:
        made = parse(_Made, read_json(place / "made.json", limit=MAX_METADATA_BYTES), where=place)
        shape = (len(source.records), *size.grid, made.channels)
        return made, None if isinstance(source, Shards) else _mapped(place / "images.npy", shape)

    made, stored = read_or_build(place, read, build)
    used = np.array([number for number, record in enumerate(source.records) if record.file_name not in made.left])
    if isinstance(source, Shards):
        images = DecodedPixels(source, used, size=size, channels=made.channels, fit=fit)
    else:
        assert stored is not None
        images = stored[: len(used)]
    records = [source.records[number] for number in used]
    left = (*source.left, *(f"{name}: {reason}" for name, reason in made.left.items()))
    return Pictures(images, records, _digest(made.pixels, records), left, source.notes)


def cache_array(kind: str, known_by: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """Return an array from the user cache, memory-mapped, or make and cache it. known_by: all that it depends on."""
    path = user_cache(kind) / f"{digest_of(known_by.encode())[:32]}.npy"

    def build() -> None:
        buffer = io.BytesIO()
        np.save(buffer, make())
        write_bytes(path, buffer.getvalue())

    return read_or_build(path, lambda: _mapped(path), build)


def _mapped(path: Path, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Map an array of a cache. Raises ValueError where the file is cut, or holds another shape."""
    found = np.load(path, mmap_mode="r", allow_pickle=False)
    if shape is not None and found.shape != shape:
        raise ValueError(f"{path} holds another shape")
    return found


def _digest(pixels: str, records: Sequence[Record]) -> str:
    """Return the sha256 of the digest of the pixels and the records, one a line."""
    summary = hashlib.sha256(pixels.encode())
    for record in records:
        summary.update(b"\n" + record_json(record))
    return summary.hexdigest()


class _Made(Frozen):
    """The result of decoding: the sha256 of the pixels, and the file names that were left out, with reasons."""

    pixels: Digest
    channels: Literal[3, 4]
    left: dict[str, str]


def _key(source: PictureSource, *, size: Size, channels: int | None, fit: Fit) -> str:
    """Return the cache key of the pixels: a digest of the folder, its files with sizes and times, and the decoding."""
    known = [CACHE_FORMAT, size.plain, channels, fit, str(source.folder.resolve())]
    summary = hashlib.sha256(json.dumps(known)[:-1].encode())
    for place, file in enumerate(source.files()):
        summary.update(f"{', ' if place else ', ['}{json.dumps(file)}".encode())
    summary.update(b"]]")
    return summary.hexdigest()[:32]


def _decode(source: PictureSource, target: Path | None, *, size: Size, channels: int | None, fit: Fit) -> _Made:
    """Decode every picture once, into one .npy where there is a target; its last rows stay empty if pictures are left out.

    It is written and not mapped: on a full disk a write is an error, and a page of a map ends the process.
    """
    shape = (len(source.records), *size.grid, channels or 4)
    summary, opaque, clear = hashlib.sha256(_shape(size)), hashlib.sha256(_shape(size)), False
    left: dict[str, str] = {}
    with (target or Path(os.devnull)).open("wb") as file:
        _write_header(file, shape)
        for picture in read_usable(source, left):
            pixels = fit_image(picture, size, fit)
            clear = clear or (pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any()))
            pixels = lay_over(pixels) if channels == 3 else add_alpha(pixels)
            summary.update(pixels.tobytes())
            opaque.update(pixels[..., :3].tobytes())
            file.write(pixels.tobytes())
        _fill(file, shape, rows=len(left))
    if len(left) == len(source.records):
        name, reason = next(iter(left.items()))
        raise InputError(f"none of the {len(left):,} pictures can be used: {name} {reason}", where=source.folder)
    if channels == 4 or (channels is None and clear):
        return _Made(pixels=summary.hexdigest(), channels=4, left=left)
    if channels is None and target is not None:
        _drop_alpha(target)
    return _Made(pixels=opaque.hexdigest(), channels=3, left=left)


def _write_header(file: IO[bytes], shape: tuple[int, ...]) -> None:
    """Begin a .npy file of bytes."""
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _fill(file: IO[bytes], shape: tuple[int, ...], *, rows: int) -> None:
    """Write the rows of zeros that a .npy file lacks."""
    for _ in range(rows):
        file.write(bytes(math.prod(shape[1:])))


def read_usable(source: PictureSource, left: dict[str, str]) -> Iterator[Image.Image]:
    """Yield the usable pictures in order; note the others with reasons in `left`."""
    seen: dict[str, str] = {}
    for number, record in enumerate(source.records):
        try:
            picture = source.picture(number)
        except InputError as error:
            left[record.file_name] = str(error).removeprefix(f"{source.where(number)}: ")
            continue
        if min(picture.size) < MIN_PICTURE_SIDE:
            left[record.file_name] = f"is {picture.width} x {picture.height} pixels: too small to learn from"
            continue
        known = f"{picture.mode} {picture.size} {digest_of(picture.tobytes())} {_content_of(record)}"
        earlier = seen.setdefault(digest_of(known.encode())[:32], record.file_name)
        if earlier != record.file_name:
            left[record.file_name] = f"is the same picture as {earlier}"
            continue
        yield picture


def _shape(size: Size) -> bytes:
    """Return the start of a digest of pixels: the shape, or nothing for squares, as before rectangles were supported."""
    return b"" if size.width == size.height else str(size).encode()


def _content_of(record: Record) -> str:
    """Return all of a record but its name: the same picture in two classes is not a duplicate."""
    return record_json(replace(record, file_name="-")).decode()


def _drop_alpha(target: Path) -> None:
    """Rewrite an opaque RGBA array as RGB, picture by picture."""
    wide = target.with_name("rgba.npy")
    target.replace(wide)
    images = np.load(wide, mmap_mode="r", allow_pickle=False)
    with target.open("wb") as file:
        _write_header(file, (*images.shape[:3], 3))
        for pixels in images:
            file.write(pixels[..., :3].tobytes())
    del images  # some systems cannot remove a file that is still mapped
    wide.unlink()
