import re
from pathlib import Path

import pytest

from ganvas.data.folder import read_folder
from ganvas.data.records import Record
from ganvas.data.source import open_source
from ganvas.ground.errors import InputError
from tests.data.folders import folder_of, picture


def test_metadata_gives_captions_tags_labels_and_split(tmp_path: Path) -> None:
    lines: list[object] = [
        {"file_name": "b.png", "text": "红心", "texts": ["a red heart", "红心"], "tags": ["爱"], "labels": {"style": "noto"},
         "concept": "red-heart", "family": "heart", "split": "held out pair"},
        "",
        {"file_name": "a.png"},
    ]  # fmt: skip
    bare, full = read_folder(folder_of(tmp_path, lines))
    assert bare == Record(file_name="a.png")
    assert full.captions == ("红心", "a red heart"), "the main caption first, and none twice"
    assert (full.tags, full.labels, full.split) == (("爱",), {"style": "noto"}, "held out pair")
    assert (full.concept, full.family) == ("red-heart", "heart")


def test_a_text_beside_a_picture_is_its_captions(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "a.PNG", "deep/c.png", ".hidden.png"):
        (tmp_path / name).write_bytes(picture((0, 0, 200)))
    (tmp_path / "b.txt").write_text("a blue square\n\n 蓝色的方块 \n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("of no picture", encoding="utf-8")
    records = read_folder(tmp_path)
    assert [record.file_name for record in records] == ["a.PNG", "b.png", "deep/c.png"]
    assert [record.captions for record in records] == [(), ("a blue square", "蓝色的方块"), ()]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not valid JSON"),
        ("[" * 5000 + "]" * 5000, "not valid JSON"),
        ("[1, 2]", "the whole"),
        ({"text": "no name"}, "file_name"),
        ({"file_name": 7}, "file_name"),
        ({"file_name": "../a.png"}, "leads out"),
        ({"file_name": "/etc/passwd"}, "leads out"),
        ({"file_name": "C:\\a.png"}, "leads out"),
        ({"file_name": "a.png\0.png"}, "leads out"),
        ({"file_name": "x" * 250 + ".png"}, "not in the folder"),
        ({"file_name": "x/" * 120 + "a.png"}, "not in the folder"),
        ({"file_name": "gone.png"}, "not in the folder"),
        ({"file_name": "metadata.jsonl"}, "suffix of a picture"),
        ({"file_name": "a.png"}, "on line 1 already"),
        ({"file_name": "b.png", "text": "x" * 121}, "text"),
        ({"file_name": "b.png", "text": "a\u0007b"}, "text"),
        ({"file_name": "b.png", "texts": ["x"] * 64}, "texts"),
        ({"file_name": "b.png", "tags": "one, two"}, "tags"),
        ({"file_name": "b.png", "labels": {"style": "../noto"}}, "labels"),
        ({"file_name": "b.png", "split": "tests"}, "split"),
        ({"file_name": "b.png", "txt": "a typing error"}, "txt"),
        ('{"file_name": "b.png", "labels": {"style": NaN}}', "NaN"),
        ('{"file_name": "b.png", "text": "' + "x" * 30_000 + '"}', "characters"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, says: str) -> None:
    folder = folder_of(tmp_path, [{"file_name": "a.png"}, line])
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        read_folder(folder)
    assert "metadata.jsonl, line 2" in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 800


def test_a_line_separator_in_a_caption_is_no_new_line(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ['{"file_name": "a.png", "text": "a\u2028b"}'])
    with pytest.raises(InputError, match="line 1: text"):
        read_folder(folder)


def test_texts_that_are_no_captions_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / "a.txt").write_text("fine\n" + "x" * 121, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt, line 2"):
        read_folder(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"a\.txt: is not utf-8"):
        read_folder(tmp_path)


def in_folders(root: Path, *names: str) -> list[Record]:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(picture((0, 0, 200)))
    return read_folder(root)


def test_folders_of_pictures_are_classes(tmp_path: Path) -> None:
    records = in_folders(tmp_path, "cat/1.png", "cat/more/2.png", "Red_apple/1.png")
    assert [(one.concept, one.labels) for one in records] == [
        ("Red_apple", {"class": "Red_apple"}), ("cat", {"class": "cat"}), ("cat", {"class": "cat"}),
    ]  # fmt: skip
    assert not any(one.captions for one in records)


def test_a_folder_whose_name_is_no_label_still_says_what_it_holds(tmp_path: Path) -> None:
    assert [(one.concept, one.labels) for one in in_folders(tmp_path, "猫/1.png", "dog/1.png")] == [("dog", {}), ("猫", {})]


@pytest.mark.parametrize("names", [("cat/1.png", "2.png"), ("cat/1.png", "cat/2.png")])
def test_what_is_not_all_in_several_folders_has_no_class(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert not any(one.labels or one.concept for one in in_folders(tmp_path, *names))


def test_words_beside_a_picture_win_over_its_folder(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.txt").write_text("a black cat", encoding="utf-8")
    assert not any(one.labels for one in in_folders(tmp_path, "cat/1.png", "dog/1.png"))


def test_a_folder_with_an_unspeakable_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="concept"):
        in_folders(tmp_path, "a\x07b/1.png", "dog/1.png")


@pytest.mark.parametrize("kind", ["missing", "empty", "a file"])
def test_a_folder_without_pictures_says_so(tmp_path: Path, kind: str) -> None:
    place = tmp_path / kind
    if kind == "empty":
        place.mkdir()
    if kind == "a file":
        place.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"no such folder|is a file and no folder|no pictures"):
        read_folder(place)


@pytest.mark.parametrize("name", ["cat/link.png", "way/a.png", "cat/../../a.png"])
def test_a_line_that_leads_out_is_named_though_its_folder_is_known(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.png").write_bytes(picture((1, 2, 3)))
    root = folder_of(tmp_path / "set", [{"file_name": "cat/a.png"}, {"file_name": name}], names=("cat/a.png", "cat/b.png"))
    (root / "cat" / "link.png").symlink_to(tmp_path / "outside" / "a.png")
    (root / "way").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match=r"line 2: file_name: .*leads out of the folder"):
        read_folder(root)


def test_a_picture_without_metadata_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.png").write_bytes(picture((0, 0, 200)))
    (tmp_path / "set" / "b.png").symlink_to(tmp_path / "gone.png")
    assert [record.file_name for record in read_folder(tmp_path / "set")] == ["a.png"]
    (tmp_path / "set" / "c.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(InputError, match="leads out of the folder"):
        read_folder(tmp_path / "set")


def test_a_picture_that_comes_to_lead_out_is_not_looked_at(tmp_path: Path) -> None:
    source = open_source(folder_of(tmp_path / "set", [{"file_name": "a.png"}]))
    (tmp_path / "set" / "a.png").rename(tmp_path / "moved.png")
    (tmp_path / "set" / "a.png").symlink_to(tmp_path / "moved.png")
    with pytest.raises(InputError, match="leads out of the folder"):
        list(source.files())


def test_equal_metadata_is_shared_between_records(tmp_path: Path) -> None:
    said = {"text": "a red heart", "texts": ["红心"], "tags": ["red"], "labels": {"style": "ink"}, "concept": "heart"}
    names = tuple(f"{number}.png" for number in range(200))
    root = folder_of(tmp_path, [{"file_name": name, **said} for name in names], names=names)
    first, *others = read_folder(root)
    for other in others:
        assert other.captions is first.captions and other.tags is first.tags
        assert other.labels is first.labels and other.concept is first.concept
    assert not hasattr(first, "__dict__"), "a record is a few references and its file's name"
