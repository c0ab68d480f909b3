import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from ganvas.data import source
from ganvas.data.cache import CACHE_FORMAT, open_pictures
from ganvas.ground.errors import InputError
from ganvas.ground.images import encode_png
from ganvas.ground.sizes import Size
from tests.data.folders import folder_of, picture

HALF_CLEAR = (0, 0, 200, 128)


def two(root: Path, *, second: bytes) -> Path:
    """A folder of a red picture and another one."""
    folder = folder_of(root, [{"file_name": "a.png", "text": "red"}, {"file_name": "b.png", "split": "held out family"}])
    (folder / "b.png").write_bytes(second)
    return folder


def test_pictures_have_the_size_and_the_order_of_the_records(tmp_path: Path) -> None:
    pictures = open_pictures(two(tmp_path, second=picture((0, 0, 200), width=40, height=20)), size=8)
    assert pictures.images.shape == (2, 8, 8, 3) and pictures.images.dtype == np.uint8
    assert [record.file_name for record in pictures.records] == ["a.png", "b.png"]
    assert (pictures.images[0] == (200, 0, 0)).all() and (pictures.images[1] == (0, 0, 200)).all()
    assert pictures.select("train").tolist() == [0] and pictures.select("held out family").tolist() == [1]


@pytest.mark.parametrize(("channels", "first", "second"), [
    (None, (200, 0, 0, 255), HALF_CLEAR), (4, (200, 0, 0, 255), HALF_CLEAR), (3, (200, 0, 0), (127, 127, 227)),
])  # fmt: skip
def test_transparency_is_kept_by_default(tmp_path: Path, channels: int | None, first: tuple[int], second: tuple[int]) -> None:
    images = open_pictures(two(tmp_path, second=picture(HALF_CLEAR)), size=12, channels=channels).images
    assert tuple(images[0, 5, 5]) == first and tuple(images[1, 5, 5]) == second


def test_rectangles_have_rows_before_columns_and_the_middle_of_their_pictures(tmp_path: Path) -> None:
    pixels = np.zeros((30, 90, 3), dtype=np.uint8)
    pixels[:, 15:75, 0], pixels[:, 30:60, 1] = 255, 255
    folder = two(tmp_path, second=encode_png(pixels))
    cropped, padded = (open_pictures(folder, size=Size(16, 8), fit=fit) for fit in ("crop", "pad"))
    assert cropped.images.shape == (2, 8, 16, 3) and cropped.images[1, ..., 0].min() == 255
    assert padded.images[1, :, :, 2].min() == 0 and (padded.images[1, [0, -1]] >= 250).all()
    assert len({cropped.digest, padded.digest, open_pictures(folder, size=Size(8, 16)).digest}) == 3


def test_each_size_has_its_own_pixels(tmp_path: Path) -> None:
    folder = two(tmp_path, second=picture(HALF_CLEAR))
    assert [open_pictures(folder, size=size).images.shape[1] for size in (8, 16, 8)] == [8, 16, 8]


def test_an_alpha_channel_without_a_clear_pixel_is_no_transparency(tmp_path: Path) -> None:
    folder = two(tmp_path, second=picture((0, 0, 200, 255)))
    assert open_pictures(folder, size=8).images.shape[3] == 3
    assert open_pictures(folder, size=8, channels=4).images.shape[3] == 4


def test_no_colour_bleeds_from_what_is_clear(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40, 4), dtype=np.uint8)
    pixels[:, :18], pixels[:, 18:] = (200, 0, 0, 255), (0, 255, 0, 0)
    images = open_pictures(two(tmp_path, second=encode_png(pixels)), size=10).images
    assert images[1, ..., 1].max() == 0 and 199 <= images[1, ..., 0].max() <= 201
    assert 0 < images[1, 5, 4, 3] < 255, "the edge runs through the fifth column"


def test_a_second_open_decodes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two(tmp_path, second=picture(HALF_CLEAR))
    first = open_pictures(folder, size=8)
    monkeypatch.setattr(source, "decode_image", lambda _, where: pytest.fail(f"{where} was decoded again"))
    again = open_pictures(folder, size=8)
    assert again.digest == first.digest and np.array_equal(again.images, first.images)
    assert isinstance(again.images, np.memmap)


def test_a_changed_picture_is_decoded_again_and_changed_words_change_the_digest(tmp_path: Path) -> None:
    folder = two(tmp_path, second=picture((0, 0, 200)))
    before = open_pictures(folder, size=8)
    (folder / "b.png").write_bytes(picture((0, 0, 201)))  # the same size in bytes: only the time tells
    stat = (folder / "b.png").stat()
    os.utime(folder / "b.png", ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))
    after = open_pictures(folder, size=8)
    assert tuple(after.images[1, 0, 0]) == (0, 0, 201) and after.digest != before.digest
    folder_of(folder, [{"file_name": "a.png", "text": "other"}, {"file_name": "b.png"}], names=())
    assert len({before.digest, after.digest, open_pictures(folder, size=8).digest}) == 3


def test_a_picture_that_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    root = folder_of(tmp_path, [{"file_name": f"{name}.png", "text": name} for name in "abcdef"])
    (root / "a.png").write_bytes(picture((1, 2, 3))[:40])
    (root / "b.png").write_bytes(b"")
    (root / "c.png").write_bytes(picture((9, 9, 9), width=40, height=3))
    (root / "d.png").write_bytes(picture((0, 0, 200), width=40, height=20))
    (root / "e.png").write_bytes(picture((0, 200, 0), width=20, height=20))
    (root / "f.png").write_bytes(picture((0, 0, 200), width=20, height=20))
    for _ in range(2):  # decoded, then from the cache
        found = open_pictures(root, size=8)
        assert [record.file_name for record in found.records] == ["d.png", "e.png", "f.png"]
        assert found.images.shape == (3, 8, 8, 3) and tuple(found.images[1, 0, 0]) == (0, 200, 0)
        assert [line.split(":")[0] for line in found.left] == ["a.png", "b.png", "c.png"]
        assert "not a whole" in found.left[0] and "40 x 3" in found.left[2]


@pytest.mark.parametrize(("colour", "ground"), [((0, 0, 200), (255, 255, 255)), ((0, 0, 200, 255), (0, 0, 0, 0))])
def test_padding_keeps_the_whole_picture(tmp_path: Path, colour: tuple[int, ...], ground: tuple[int, ...]) -> None:
    folder = folder_of(tmp_path, [{"file_name": "a.png"}, {"file_name": "b.png"}])
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(picture(colour, width=40, height=20 if name == "a.png" else 10))
    cut, whole = (open_pictures(folder, size=16, channels=len(colour), fit=fit).images for fit in ("crop", "pad"))
    assert (cut == colour).all()
    assert (whole[0, 5:11] == colour).all() and (whole[0, :3] == ground).all() and (whole[0, 13:] == ground).all()


def test_duplicates_are_left_out_unless_their_metadata_differs(tmp_path: Path) -> None:
    same, other = picture((1, 2, 3)), picture((1, 2, 3), width=9)
    for name in ("cats/a", "cats/b", "dogs/a"):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(same)
    (tmp_path / "dogs" / "z.png").write_bytes(other)
    found = open_pictures(tmp_path, size=8)
    assert [record.file_name for record in found.records] == ["cats/a.png", "dogs/a.png", "dogs/z.png"]
    assert found.left == ("cats/b.png: is the same picture as cats/a.png",)


def test_equal_bytes_of_another_shape_are_no_duplicates(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture((1, 2, 3), width=40, height=20))
    (tmp_path / "b.png").write_bytes(picture((1, 2, 3), width=20, height=40))
    assert open_pictures(tmp_path, size=8).left == ()


def test_a_folder_of_bad_pictures_is_refused_and_leaves_nothing_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    folder = folder_of(tmp_path / "set", [{"file_name": "a.png"}])
    (folder / "a.png").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"none of the 1 pictures can be used: a\.png is not a whole"):
        open_pictures(folder, size=8)
    assert not list((tmp_path / "cache" / "pictures").iterdir())


@pytest.mark.parametrize(("size", "channels"), [(4, 3), (5000, 3), (8, 1)])
def test_sizes_and_channels_are_bounded(tmp_path: Path, size: int, channels: int) -> None:
    with pytest.raises(InputError, match=r"size|channels"):
        open_pictures(two(tmp_path, second=picture((1, 2, 3))), size=size, channels=channels)


def test_a_digest_stays_what_it_was(tmp_path: Path) -> None:
    """Model cards name it: it is over the pixels' own digest and each record as JSON, and over nothing else."""
    found = open_pictures(two(tmp_path, second=picture((0, 0, 200))), size=8)
    lines = [
        hashlib.sha256(found.images.tobytes()).hexdigest(),
        '{"file_name":"a.png","captions":["red"],"tags":[],"labels":{},"concept":null,"family":null,"split":"train"}',
        '{"file_name":"b.png","captions":[],"tags":[],"labels":{},"concept":null,"family":null,"split":"held out family"}',
    ]
    assert found.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_a_cache_is_found_under_the_name_that_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    folder = two(tmp_path / "set", second=picture((0, 0, 200)))
    open_pictures(source.open_source(folder), size=8)
    files = [(name, (folder / name).stat().st_size, (folder / name).stat().st_mtime_ns) for name in ("a.png", "b.png")]
    known = json.dumps([CACHE_FORMAT, 8, None, "crop", str(folder.resolve()), files])
    assert [place.name for place in (tmp_path / "cache" / "pictures").iterdir()] == [
        hashlib.sha256(known.encode()).hexdigest()[:32]
    ]
