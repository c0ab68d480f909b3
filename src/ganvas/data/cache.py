"""What is made once and kept: a captioned folder's pixels as one memory-mapped array, and other arrays."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from ganvas.data.folder import MAX_METADATA_BYTES, Record, Split, record_json
from ganvas.data.pixels import DecodedPixels, Pixels
from ganvas.data.shards import Shards
from ganvas.data.source import PictureSource, open_source
from ganvas.ground.config import Digest, Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, digest_of, read_json, user_cache, write_bytes, write_json
from ganvas.ground.images import add_alpha, fit_image, lay_over
from ganvas.ground.sizes import Fit, Size

CACHE_FORMAT = 3
"""Raise it when decoding changes, or what is noted of it, so that no older cache is taken for a new one."""

MANY_PICTURES = 1_000
"""Pictures that take so long to go through that it is said before."""
MIN_PICTURE_SIDE = 8
"""Pixels of a side that a picture needs."""


@dataclass(frozen=True)
class Pictures:
    """A captioned folder in memory, nearly: `images` is read from disk where it is touched, and decoded if it lies in shards.

    images: uint8 (N, height, width, C), C = 3 or 4 (straight alpha), in the order of `records`.
    digest: sha256 over records and pixels. left: the files that were left out, each with its reason.
    """

    images: Pixels
    records: list[Record]
    digest: str
    left: tuple[str, ...] = ()

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
    """Open a captioned folder, or one that was opened already, at one size, going through its pictures only the first time.

    Pictures get the proportions of the size as `fit` says and are resized. channels: 3 lays them over white, 4 keeps
    transparency, None takes 4 if any picture has a pixel that is not opaque. say: is told before many are gone through. A picture
    that cannot be read, has a side under TINY pixels, or is another's twin, is left out: one bad file must not cost a training.
    Raises InputError when nothing is left.

    Loose pictures are decoded once and kept; those of tar shards are looked at once and decoded where they are asked for, to the
    same pixels, digest and records.
    """
    try:
        size = Size.of(size)
    except ValueError as error:
        raise InputError(str(error), where="size") from error
    if channels not in (None, 3, 4):
        raise InputError(f"pictures have 3 channels (RGB) or 4 (RGBA), not {channels}", where="channels")
    source = open_source(folder) if isinstance(folder, Path) else folder
    place = user_cache("pictures") / _key(source, size=size, channels=channels, fit=fit)
    if not place.is_dir():
        if say is not None and len(source.records) >= MANY_PICTURES:
            say(f"reading {len(source.records):,} pictures in {source.folder} for the first time")
        with build_folder(place) as work:
            kept = None if isinstance(source, Shards) else work / "images.npy"
            made = _decode(source, kept, size=size, channels=channels, fit=fit)
            write_json(work / "made.json", made.model_dump())
    made = parse(_Made, read_json(place / "made.json", limit=MAX_METADATA_BYTES), where=place)
    used = np.array([number for number, record in enumerate(source.records) if record.file_name not in made.left])
    if isinstance(source, Shards):
        images = DecodedPixels(source, used, size=size, channels=made.channels, fit=fit)
    else:
        images = np.load(place / "images.npy", mmap_mode="r", allow_pickle=False)[: len(used)]
    records = [source.records[number] for number in used]
    left = (*source.left, *(f"{name}: {reason}" for name, reason in made.left.items()))
    return Pictures(images, records, _digest(made.pixels, records), left)


def cache_array(kind: str, known_by: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """Make an array, or find it made in the user cache under all that it depends on; read from disk where it is touched."""
    path = user_cache(kind) / f"{digest_of(known_by.encode())[:32]}.npy"
    if not path.exists():
        buffer = io.BytesIO()
        np.save(buffer, make())
        write_bytes(path, buffer.getvalue())
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _digest(pixels: str, records: Sequence[Record]) -> str:
    """Return the sha256 of the pixels' own digest and the records, a line each."""
    summary = hashlib.sha256(pixels.encode())
    for record in records:
        summary.update(b"\n" + record_json(record))
    return summary.hexdigest()


class _Made(Frozen):
    """What a look at all pictures came to: the sha256 of the pixels, and the file names that were left out, with the reason."""

    pixels: Digest
    channels: Literal[3, 4]
    left: dict[str, str]


def _key(source: PictureSource, *, size: Size, channels: int | None, fit: Fit) -> str:
    """Name what the pixels depend on, in 32 hexadecimal digits: where, which files, how large, how new, and how decoded."""
    known = [CACHE_FORMAT, size.plain, channels, fit, str(source.folder.resolve())]
    summary = hashlib.sha256(json.dumps(known)[:-1].encode())
    for place, file in enumerate(source.files()):
        summary.update(f"{', ' if place else ', ['}{json.dumps(file)}".encode())
    summary.update(b"]]")
    return summary.hexdigest()[:32]


def _decode(source: PictureSource, target: Path | None, *, size: Size, channels: int | None, fit: Fit) -> _Made:
    """Decode every picture once and, where there is a target, into one .npy; its last rows stay empty where some are left out."""
    shape = (len(source.records), *size.grid, channels or 4)
    images = None if target is None else np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=shape)
    summary, opaque, clear = hashlib.sha256(_shape(size)), hashlib.sha256(_shape(size)), False
    left: dict[str, str] = {}
    for number, picture in enumerate(read_usable(source, left)):
        pixels = fit_image(picture, size, fit)
        clear = clear or (pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any()))
        pixels = lay_over(pixels) if channels == 3 else add_alpha(pixels)
        summary.update(pixels.tobytes())
        opaque.update(pixels[..., :3].tobytes())
        if images is not None:
            images[number] = pixels
    if images is not None:
        images.flush()
    del images  # some systems move no file that is still mapped
    if len(left) == len(source.records):
        name, reason = next(iter(left.items()))
        raise InputError(f"none of the {len(left):,} pictures can be used: {name} {reason}", where=source.folder)
    if channels == 4 or (channels is None and clear):
        return _Made(pixels=summary.hexdigest(), channels=4, left=left)
    if channels is None and target is not None:
        _drop_alpha(target)
    return _Made(pixels=opaque.hexdigest(), channels=3, left=left)


def read_usable(source: PictureSource, left: dict[str, str]) -> Iterator[Image.Image]:
    """Yield the pictures that can be learned from, in their order; the others are noted in `left`."""
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
        known = f"{picture.mode} {picture.size} {digest_of(picture.tobytes())} {_said_of(record)}"
        twin = seen.setdefault(digest_of(known.encode())[:32], record.file_name)
        if twin != record.file_name:
            left[record.file_name] = f"is the same picture as {twin}"
            continue
        yield picture


def _shape(size: Size) -> bytes:
    """Return what a digest of pixels begins with: nothing for squares, for others their shape, which their bytes do not say."""
    return b"" if size.width == size.height else str(size).encode()


def _said_of(record: Record) -> str:
    """Return all that is known of a picture but its name: a picture that stands in two classes is no twin."""
    return record_json(replace(record, file_name="-")).decode()


def _drop_alpha(target: Path) -> None:
    """Write an opaque RGBA array again as RGB, picture by picture."""
    wide = target.with_name("rgba.npy")
    target.replace(wide)
    images = np.load(wide, mmap_mode="r", allow_pickle=False)
    narrow = np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(*images.shape[:3], 3))
    for number, pixels in enumerate(images):
        narrow[number] = pixels[..., :3]
    narrow.flush()
    del images, narrow
    wide.unlink()
