"""Pictures decoded once: a captioned folder as one memory-mapped array."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganvas.data.folder import Record, Split, read_folder
from ganvas.ground.errors import InputError
from ganvas.ground.files import building, digest_of, inside, read_text, user_cache, write_text
from ganvas.ground.images import fit_square, open_image, over

FORMAT = 1
"""Raise it when decoding changes, so that no older cache is taken for a new one."""


@dataclass(frozen=True)
class Pictures:
    """A captioned folder in memory, nearly: `images` is read from disk where it is touched.

    images: uint8 (N, size, size, C), C = 3 or 4 (straight alpha), in the order of `records`.
    digest: sha256 over records and pixels.
    """

    images: np.ndarray
    records: list[Record]
    digest: str

    def select(self, split: Split) -> np.ndarray:
        """Return the numbers of the pictures of one split, int64 (n,)."""
        return np.flatnonzero([record.split == split for record in self.records]).astype(np.int64)


def open_pictures(folder: Path, *, size: int, channels: int | None = None) -> Pictures:
    """Open a captioned folder at one size, decoding each picture only the first time.

    Pictures are cropped to a square and resized. channels: 3 lays them over white, 4 keeps transparency, None takes 4 if any
    picture has a pixel that is not opaque. Raises InputError naming the picture that cannot be read.
    """
    if not 8 <= size <= 1024:
        raise InputError(f"the size {size} is not between 8 and 1024 pixels", where="size")
    if channels not in (None, 3, 4):
        raise InputError(f"pictures have 3 channels (RGB) or 4 (RGBA), not {channels}", where="channels")
    records = read_folder(folder)
    paths = [inside(folder, record.file_name) for record in records]
    place = user_cache("pictures") / _key(folder, records, paths, size=size, channels=channels)
    if not place.is_dir():
        with building(place) as work:
            write_text(work / "pixels.sha256", _decode(paths, work / "images.npy", size=size, channels=channels))
    images = np.load(place / "images.npy", mmap_mode="r", allow_pickle=False)
    words = "\n".join(record.model_dump_json() for record in records)
    return Pictures(images, records, digest_of(f"{read_text(place / 'pixels.sha256')}\n{words}".encode()))


def _key(folder: Path, records: Sequence[Record], paths: Sequence[Path], *, size: int, channels: int | None) -> str:
    """Name what the pixels depend on, in 32 hexadecimal digits: where, which files, how large, how new, and how decoded."""
    known = [path.stat() for path in paths]
    files = [(record.file_name, file.st_size, file.st_mtime_ns) for record, file in zip(records, known, strict=True)]
    return digest_of(json.dumps([FORMAT, size, channels, str(folder.resolve()), files]).encode())[:32]


def _decode(paths: Sequence[Path], target: Path, *, size: int, channels: int | None) -> str:
    """Decode pictures into one .npy and return the sha256 of its pixels."""
    images = np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(len(paths), size, size, channels or 4))
    summary, clear = hashlib.sha256(), False
    for number, path in enumerate(paths):
        pixels = fit_square(open_image(path), size)
        clear = clear or (pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any()))
        images[number] = over(pixels) if channels == 3 else _with_alpha(pixels)
        summary.update(images[number].tobytes())
    images.flush()
    del images  # some systems move no file that is still mapped
    if channels is None and not clear:
        return _without_alpha(target)
    return summary.hexdigest()


def _with_alpha(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.shape[2] == 4 else np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=2)


def _without_alpha(target: Path) -> str:
    """Write an opaque RGBA array again as RGB, picture by picture, and return the sha256 of its pixels."""
    wide = target.with_name("rgba.npy")
    target.replace(wide)
    images = np.load(wide, mmap_mode="r", allow_pickle=False)
    narrow = np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(*images.shape[:3], 3))
    summary = hashlib.sha256()
    for number, pixels in enumerate(images):
        narrow[number] = pixels[..., :3]
        summary.update(narrow[number].tobytes())
    narrow.flush()
    del images, narrow
    wide.unlink()
    return summary.hexdigest()
