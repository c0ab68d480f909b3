"""What is made once and kept: a captioned folder as one memory-mapped array, and other arrays."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.data.folder import MAX_METADATA_BYTES, Record, Split, read_folder
from ganvas.ground.config import Digest, Frozen, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import building, digest_of, inside, read_json, user_cache, write_bytes, write_json
from ganvas.ground.images import fitted, open_image, over, with_alpha
from ganvas.ground.sizes import Fit, Size

FORMAT = 2
"""Raise it when decoding changes, so that no older cache is taken for a new one."""

TINY = 8
"""Pixels of a side that a picture needs."""


@dataclass(frozen=True)
class Pictures:
    """A captioned folder in memory, nearly: `images` is read from disk where it is touched.

    images: uint8 (N, height, width, C), C = 3 or 4 (straight alpha), in the order of `records`.
    digest: sha256 over records and pixels. left: the files that were left out, each with its reason.
    """

    images: np.ndarray
    records: list[Record]
    digest: str
    left: tuple[str, ...] = ()

    def select(self, split: Split) -> np.ndarray:
        """Return the numbers of the pictures of one split, int64 (n,)."""
        return np.flatnonzero([record.split == split for record in self.records]).astype(np.int64)


def open_pictures(folder: Path, *, size: Size | int, channels: int | None = None, fit: Fit = "crop") -> Pictures:
    """Open a captioned folder at one size, decoding each picture only the first time.

    Pictures get the proportions of the size as `fit` says and are resized. channels: 3 lays them over white, 4 keeps
    transparency, None takes 4 if any picture has a pixel that is not opaque. A picture that cannot be read, has a side under TINY
    pixels, or is another's twin, is left out: one bad file must not cost a training. Raises InputError when nothing is left.
    """
    try:
        size = Size.of(size)
    except ValueError as error:
        raise InputError(str(error), where="size") from error
    if channels not in (None, 3, 4):
        raise InputError(f"pictures have 3 channels (RGB) or 4 (RGBA), not {channels}", where="channels")
    records = read_folder(folder)
    paths = [inside(folder, record.file_name) for record in records]
    place = user_cache("pictures") / _key(folder, records, paths, size=size, channels=channels, fit=fit)
    if not place.is_dir():
        with building(place) as work:
            made = _decode(records, paths, work / "images.npy", size=size, channels=channels, fit=fit)
            write_json(work / "made.json", made.model_dump())
    made = parse(_Made, read_json(place / "made.json", limit=MAX_METADATA_BYTES), where=place)
    images = np.load(place / "images.npy", mmap_mode="r", allow_pickle=False)[: len(records) - len(made.left)]
    kept = [record for record in records if record.file_name not in made.left]
    words = "\n".join(record.model_dump_json() for record in kept)
    left = tuple(f"{name}: {reason}" for name, reason in made.left.items())
    return Pictures(images, kept, digest_of(f"{made.pixels}\n{words}".encode()), left)


def remembered(kind: str, known_by: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """Make an array, or find it made in the user cache under all that it depends on; read from disk where it is touched."""
    path = user_cache(kind) / f"{digest_of(known_by.encode())[:32]}.npy"
    if not path.exists():
        buffer = io.BytesIO()
        np.save(buffer, make())
        write_bytes(path, buffer.getvalue())
    return np.load(path, mmap_mode="r", allow_pickle=False)


class _Made(Frozen):
    """What decoding came to: the sha256 of the pixels, and the file names that were left out, with the reason."""

    pixels: Digest
    left: dict[str, str]


def _key(folder: Path, records: Sequence[Record], paths: Sequence[Path], *, size: Size, channels: int | None, fit: Fit) -> str:
    """Name what the pixels depend on, in 32 hexadecimal digits: where, which files, how large, how new, and how decoded."""
    known = [path.stat() for path in paths]
    files = [(record.file_name, file.st_size, file.st_mtime_ns) for record, file in zip(records, known, strict=True)]
    return digest_of(json.dumps([FORMAT, size.plain, channels, fit, str(folder.resolve()), files]).encode())[:32]


def _decode(
    records: Sequence[Record], paths: Sequence[Path], target: Path, *, size: Size, channels: int | None, fit: Fit
) -> _Made:
    """Decode pictures into one .npy; its last rows stay empty where some are left out."""
    images = np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(len(paths), *size.grid, channels or 4))
    summary, clear = hashlib.sha256(_shape(size)), False
    left: dict[str, str] = {}
    seen: dict[tuple[object, ...], str] = {}
    for record, path in zip(records, paths, strict=True):
        try:
            picture = open_image(path)
        except InputError as error:
            left[record.file_name] = str(error).removeprefix(f"{path}: ")
            continue
        if min(picture.size) < TINY:
            left[record.file_name] = f"is {picture.width} x {picture.height} pixels: too small to learn from"
            continue
        twin = seen.setdefault((picture.mode, picture.size, digest_of(picture.tobytes()), _said_of(record)), record.file_name)
        if twin != record.file_name:
            left[record.file_name] = f"is the same picture as {twin}"
            continue
        pixels = fitted(picture, size, fit)
        clear = clear or (pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any()))
        number = len(seen) - 1
        images[number] = over(pixels) if channels == 3 else with_alpha(pixels)
        summary.update(images[number].tobytes())
    images.flush()
    del images  # some systems move no file that is still mapped
    if not seen:
        name, reason = next(iter(left.items()))
        raise InputError(f"none of the {len(paths):,} pictures can be used: {name} {reason}", where=paths[0].parent)
    return _Made(
        pixels=summary.hexdigest() if channels is not None or clear else _without_alpha(target, len(seen), size), left=left
    )


def _shape(size: Size) -> bytes:
    """Return what a digest of pixels begins with: nothing for squares, for others their shape, which their bytes do not say."""
    return b"" if size.width == size.height else str(size).encode()


def _said_of(record: Record) -> str:
    """Return all that is known of a picture but its name: a picture that stands in two classes is no twin."""
    return record.model_copy(update={"file_name": "-"}).model_dump_json()


def _without_alpha(target: Path, count: int, size: Size) -> str:
    """Write the first `count` of an opaque RGBA array again as RGB, picture by picture; return the sha256 of its pixels."""
    wide = target.with_name("rgba.npy")
    target.replace(wide)
    images = np.load(wide, mmap_mode="r", allow_pickle=False)
    narrow = np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(*images.shape[:3], 3))
    summary = hashlib.sha256(_shape(size))
    for number, pixels in enumerate(images[:count]):
        narrow[number] = pixels[..., :3]
        summary.update(narrow[number].tobytes())
    narrow.flush()
    del images, narrow
    wide.unlink()
    return summary.hexdigest()
