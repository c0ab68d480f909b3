"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): clothes in ten classes, with labels and without words.

The published 28 x 28 pixels are kept as they are in the middle of a larger black square: their
background is black, and nothing is resized. The published test part has the split "test", which
training never reads.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import numpy as np

from ganvas.data.records import MetadataLine, Split
from ganvas.data.sets.debian import find_package
from ganvas.data.sets.framing import PUBLISHED_SIDE, check_frame_size, choose_balanced, frame_digit
from ganvas.data.sets.idx import read_idx
from ganvas.data.sets.writing import Source, Summary, write_set
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of

CLASSES = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot")
"""By label, 0 to 9."""

PACKAGE, PLACE = "dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")
BY_HAND = "download the four files of Fashion-MNIST as they are published and name their folder: --from FOLDER"
LICENCE = "MIT, Copyright 2017 Zalando SE"
FILES = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
"""The published files, unpacked: name -> sha256."""


def make_fashion(
    out: Path, *, size: int | None, seed: int, source: Path | None, count: int | None, files: Mapping[str, str] = FILES
) -> Summary:
    """Write `count` training pictures, as many of each class, or all 60,000; and all 10,000 test pictures.

    size: pixels a side, 28 to 64. source: a folder with the four published files, plain or gzipped;
    without it the Debian package is used, installed or downloaded. Raises InputError for files that
    are not the published ones.
    """
    size = check_frame_size(size)
    folder = source or find_package(PACKAGE, PLACE, by_hand=BY_HAND)
    train, test = (_part(folder, part, files=files) for part in ("train", "t10k"))
    numbers = np.arange(len(train[1])) if count is None else choose_balanced(train[1], count, seed=seed)
    learned = _pictures(train, numbers, split="train", size=size)
    apart = _pictures(test, np.arange(len(test[1])), split="test", size=size)
    made = f"size {size}" + (f", seed {seed}, count {count}" if count is not None else "")
    known = Source("Fashion-MNIST", "2017", files["train-images-idx3-ubyte"], LICENCE)
    return write_set("fashion", out, chain(learned, apart), made=made, sources=[known])


def _pictures(
    part: tuple[np.ndarray, np.ndarray], numbers: np.ndarray, *, split: Split, size: int
) -> Iterator[tuple[MetadataLine, np.ndarray]]:
    for number in numbers:
        name = CLASSES[part[1][number]]
        path = f"{name}/{split}-{number:05d}.png"
        yield MetadataLine(file_name=path, labels={"class": name}, concept=name, split=split), frame_digit(part[0][number], size)


def _part(folder: Path, part: str, *, files: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Read the pictures of one part, uint8 (N, 28, 28), and their labels, uint8 (N,)."""
    names = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
    images, labels = read_idx(folder, names[0], dimensions=3), read_idx(folder, names[1], dimensions=1)
    for name, content in zip(names, (images, labels), strict=True):
        head = bytes((0, 0, 8, content.ndim)) + np.array(content.shape, dtype=">u4").tobytes()
        if digest_of(head + content.tobytes()) != files[name]:
            raise InputError("is not the published file of Fashion-MNIST (its sha256 differs)", where=folder / name, do=BY_HAND)
    if (
        len(images) != len(labels)
        or images.shape[1:] != (PUBLISHED_SIDE, PUBLISHED_SIDE)
        or labels.max(initial=0) >= len(CLASSES)
    ):
        raise InputError("pictures and labels do not belong together", where=folder / names[0], do=BY_HAND)
    return images, labels
