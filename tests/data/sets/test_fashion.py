"""Fashion-MNIST on tiny idx files made here."""

import gzip
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.cache import open_pictures
from ganvas.data.folder import read_folder
from ganvas.data.sets.fashion import CLASSES, FILES, make_fashion
from ganvas.data.sets.framing import choose_balanced
from ganvas.data.sets.idx import MAX_BYTES, read_idx
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of


def idx(values: np.ndarray) -> bytes:
    """An idx file of bytes."""
    return bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape) + values.astype(np.uint8).tobytes()


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Forty training and ten test pictures, gzipped and plain, and the digests of their files."""
    folder, known = tmp_path / "published", dict(FILES)
    folder.mkdir()
    for part, count in {"train": 40, "t10k": 10}.items():
        labels = np.arange(count) % 10
        images = np.zeros((count, 28, 28)) + np.arange(count)[:, None, None] + (100 if part == "t10k" else 1)
        for name, values in {f"{part}-images-idx3-ubyte": images, f"{part}-labels-idx1-ubyte": labels}.items():
            content = idx(values)
            known[name] = digest_of(content)
            path = folder / (name if part == "t10k" else f"{name}.gz")
            path.write_bytes(content if part == "t10k" else gzip.compress(content, mtime=0))
    return folder, known


def test_fashion_is_labels_without_words_and_its_test_part_is_kept_apart(
    tmp_path: Path, published: tuple[Path, dict[str, str]]
) -> None:
    folder, known = published
    made = make_fashion(tmp_path / "set", size=None, seed=0, source=folder, count=20, files=known)
    assert made.splits == {"test": 10, "train": 20}
    records = read_folder(made.folder)
    assert not any(record.captions for record in records)
    assert Counter(record.labels["class"] for record in records if record.split == "train") == dict.fromkeys(CLASSES, 2)
    pictures = open_pictures(made.folder, size=32)
    assert pictures.images.shape == (30, 32, 32, 3) and not pictures.left
    for record, image in zip(pictures.records, pictures.images, strict=True):
        number = int(record.file_name[-9:-4])
        assert record.labels["class"] == record.file_name.partition("/")[0] == CLASSES[number % 10]
        assert (image[2:30, 2:30] == number + (100 if record.split == "test" else 1)).all()
        assert image.sum() == image[2:30, 2:30].sum(dtype=np.uint32)  # black around

    again = make_fashion(tmp_path / "again", size=None, seed=0, source=folder, count=20, files=known)
    other = make_fashion(tmp_path / "other", size=None, seed=1, source=folder, count=20, files=known)
    assert made.digest == again.digest != other.digest
    whole = make_fashion(tmp_path / "whole", size=28, seed=0, source=folder, count=None, files=known)
    assert whole.splits == {"test": 10, "train": 40}


def test_files_that_are_not_the_published_ones_and_counts_that_cannot_be_are_refused(
    tmp_path: Path, published: tuple[Path, dict[str, str]]
) -> None:
    folder, known = published
    with pytest.raises(InputError, match="sha256 differs"):
        make_fashion(tmp_path / "set", size=None, seed=0, source=folder, count=None)
    for count in (9, 41):
        with pytest.raises(InputError, match="as many of each class"):
            make_fashion(tmp_path / "set", size=None, seed=0, source=folder, count=count, files=known)
    with pytest.raises(InputError, match="no such file"):
        make_fashion(tmp_path / "set", size=None, seed=0, source=tmp_path, count=None, files=known)
    assert not (tmp_path / "set").exists()
    assert Counter((np.arange(40) % 10)[choose_balanced(np.arange(40) % 10, 13, seed=0)]) == {n: 1 + (n < 3) for n in range(10)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "whole gzip"),
        (b"no gzip", "whole gzip"),
        (gzip.compress(idx(np.zeros((2, 3))), mtime=0)[:-9], "ends early"),
        (gzip.compress(b"\0\0\x0d\x02" + bytes(30), mtime=0), "no idx file"),
        (gzip.compress(idx(np.zeros((2, 3, 4))), mtime=0), "no idx file"),
        (gzip.compress(b"\0\0\x08\x02\0\0", mtime=0), "no idx file"),
        (gzip.compress(idx(np.zeros((2, 3)))[:-1], mtime=0), "holds 5 values where its header states 6"),
        (gzip.compress(b"\0\0\x08\x02" + b"\xff" * 8, mtime=0), "holds 0 values"),
        (gzip.compress(bytes(MAX_BYTES + 1), 1, mtime=0), "unpacks to more"),
    ],
)  # fmt: skip
def test_hostile_idx_files_are_one_clear_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.gz").write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_idx(tmp_path, "x", dimensions=2)
