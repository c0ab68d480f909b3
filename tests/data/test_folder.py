import json
from pathlib import Path

import pytest

from ganvas.data.conditions import takes_of
from ganvas.data.folder import read_folder, read_loose
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


BAD = {
    "no JSON": ("{", "not valid JSON"),
    "depth": ("[" * 5000 + "]" * 5000, "not valid JSON"),
    "a list": ([1, 2], "is no JSON object"),
    "no name": ({"text": "no name"}, "file_name: is missing"),
    "a name that is none": ({"file_name": 7.5}, "file_name: is missing"),
    "a way out": ({"file_name": "../b.png"}, "leads out"),
    "an absolute name": ({"file_name": "/etc/passwd"}, "not in the folder"),
    "a nul": ({"file_name": "b.png\0.png"}, "leads out"),
    "a long name": ({"file_name": "x/" * 120 + "c.png"}, "not in the folder"),
    "a picture that is gone": ({"file_name": "gone.png"}, "not in the folder"),
    "no picture": ({"file_name": "metadata.jsonl"}, "not in the folder"),
    "tags that are none": ({"file_name": "b.png", "tags": [{"x": 1}]}, "tags"),
    "a label that is none": ({"file_name": "b.png", "labels": {"../style": "noto"}}, "labels"),
    "a split that is none": ({"file_name": "b.png", "split": "tests"}, "split"),
    "a number that is none": ('{"file_name": "b.png", "labels": {"style": NaN}}', "NaN"),
    "a line without end": ('{"file_name": "b.png", "text": "' + "x" * 30_000 + '"}', "characters"),
    "other letters": (b'{"file_name": "b.png", "text": "\xea\xee\xf2 \xea\xee\xf2"}', "not utf-8"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_line_costs_its_own_picture_and_is_named(tmp_path: Path, kind: str) -> None:
    """Kind: one bad part refuses the whole. Siblings: JSON that is none, fields that are none, names that lead out, encodings."""
    line, says = BAD[kind]
    folder = folder_of(tmp_path, [{"file_name": "a.png", "text": "red"}])
    text = line if isinstance(line, bytes | str) else json.dumps(line)
    with (folder / "metadata.jsonl").open("ab") as file:
        file.write(b"\n" + (text if isinstance(text, bytes) else text.encode()) + b"\n")
    found = read_loose(folder)
    assert [record.file_name for record in found.records] == ["a.png"]
    said = [*found.left, *found.notes]
    assert any(line.startswith("b.png: ") for line in found.left), "the picture is counted and named"
    assert any(says in line and "line 2" in line for line in said)
    assert all("\n" not in line and len(line) < 800 for line in said)


@pytest.mark.parametrize(
    "line", ['{"file_name": "a.png", "text": "a\u2028b"}', '{"file_name": "a.png", "text": "a\\u0007 b\\u200b"}']
)
def test_what_cannot_be_seen_in_a_caption_is_dropped(tmp_path: Path, line: str) -> None:
    assert read_folder(folder_of(tmp_path, [line], names=("a.png",)))[0].captions == ("a b",)


TEXTS = {
    "utf-8": (b"a red heart", "a red heart"),
    "with a mark": ("\ufeffa red heart".encode(), "a red heart"),
    "utf-16": ("a red heart\n赤".encode("utf-16"), "a red heart"),
    "utf-16 of the other order": (b"\xfe\xff" + "a red heart".encode("utf-16-be"), "a red heart"),
    "utf-32": ("a red heart".encode("utf-32"), "a red heart"),
    "Windows": ("a cat\u2019s café – naïve".encode("cp1252"), "a cat’s café – naïve"),
    "spaces": ("\u3000a\u00a0red\theart\u200b ".encode(), "a red heart"),
    "line breaks": (b"a red heart\r\nred\r", "a red heart"),
    "too long": (b"word " * 40, " ".join(["word"] * 24)),
    "one long word": (b"x" * 500, "x" * 120),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_texts_are_read_as_people_save_them(tmp_path: Path, kind: str) -> None:
    content, caption = TEXTS[kind]
    (tmp_path / "a.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / "a.txt").write_bytes(content)
    found = read_loose(tmp_path)
    assert found.records[0].captions[0] == caption
    assert bool(found.notes) == ("long" in kind), "that it is cut is said"


@pytest.mark.parametrize(
    "content",
    ["кот и пёс".encode("cp1251"), "红色的心".encode("gbk"), "赤い".encode("shift-jis"), b"x" * 30_000, b"\xff\xfe\x00"],
)
def test_a_text_that_cannot_be_read_costs_its_own_picture(tmp_path: Path, content: bytes) -> None:
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(picture((1, 2, 3)))
        (tmp_path / f"{name}.txt").write_text("fine", encoding="utf-8")
    (tmp_path / "a.txt").write_bytes(content)
    found = read_loose(tmp_path)
    assert [record.file_name for record in found.records] == ["b.png"]
    assert found.left[0].startswith("a.png: a.txt ") and len(found.left) == 1


@pytest.mark.parametrize("name", ["a.txt", "a.caption", "a.png.txt", "a.png.caption", "A.TXT", "a.json", "a.png.json"])
def test_captions_lie_beside_pictures_in_many_ways(tmp_path: Path, name: str) -> None:
    """Kind: captions unread without a word. Siblings: kohya's .caption, names with both suffixes, capitals, JSON."""
    (tmp_path / "a.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / name).write_text('{"caption": "a red heart", "width": 9}' if "json" in name else "a red heart", encoding="utf-8")
    assert read_folder(tmp_path)[0].captions == ("a red heart",)


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    """Siblings: formats that are not read, capitals, tables and archives of other kinds, annotations, lone texts."""
    (tmp_path / "a.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / "w.jfif").write_bytes(picture((1, 2, 4)))
    (tmp_path / "x.JPE").write_bytes(picture((1, 2, 5)))
    unread = ("IMG_1.HEIC", "b.avif", "c.tif", "d.svg", "e.dng")
    others = ("captions.parquet", "a.xml", "more.zip", "annotations.coco.json", "lone.txt", "film.mp4")
    for name in (*unread, *others, "README.txt", "LICENSE", "Thumbs.db", "desktop.ini", ".DS_Store", "._a.png", "manifest.json"):
        (tmp_path / name).write_bytes(b"{}")
    found = read_loose(tmp_path)
    assert [record.file_name for record in found.records] == ["a.png", "w.jfif", "x.JPE"]
    assert [line.split(":")[0] for line in found.left] == sorted(unread)
    said = " ".join(found.notes)
    assert "other files that are not read: 4 (a.xml, captions.parquet, film.mp4, ...)" in found.notes
    assert "lone.txt" in said and "annotations.coco.json" in said
    assert not any(name in said for name in ("README", "LICENSE", "Thumbs", "desktop", "DS_Store", "._a", "manifest"))


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


LAYOUTS: dict[str, tuple[tuple[str, ...], dict[str, str], dict[str, str]]] = {
    "any names": (("猫/1.png", "golden retriever/1.png", "x" * 90 + "/1.png"),
                  {"猫": "猫", "golden retriever": "golden retriever", "x" * 90: "x" * 64}, {}),
    "what systems leave": (("cat/1.png", "dog/1.png", ".ipynb_checkpoints/1.png", "__MACOSX/cat/1.png", "@eaDir/1.png",
                            "cat/.thumbnails/1.png", "cat/@eaDir/2.png", "$RECYCLE.BIN/1.png"), {"cat": "cat", "dog": "dog"}, {}),
    "splits": (("train/cat/1.png", "train/dog/1.png", "val/cat/2.png", "test/dog/2.png"), {"cat": "cat", "dog": "dog"},
               {"val": "held out family", "test": "test"}),
    "splits within classes": (("cat/train/1.png", "cat/test/2.png", "dog/train/1.png", "dog/test/2.png"),
                              {"cat": "cat", "dog": "dog"}, {"test": "test"}),
    "a folder around": (("pets/cat/1.png", "pets/dog/1.png"), {"cat": "cat", "dog": "dog"}, {}),
    "folders around and within": (("a/b/Train/images/cat/1.png", "a/b/Train/images/dog/1.png", "a/b/Valid/images/cat/2.png"),
                                  {"cat": "cat", "dog": "dog"}, {"Valid": "held out family"}),
    "one beside": (("cat/1.png", "cat/2.png", "dog/1.png", "preview.png"), {"cat": "cat", "dog": "dog"}, {}),
    "classes called so": (("train/1.png", "car/1.png", "ship/1.png"), {"train": "train", "car": "car", "ship": "ship"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("kind", LAYOUTS)
def test_no_class_is_lost(tmp_path: Path, kind: str) -> None:
    """Kind: classes lost without a word. Each layout says which folders are classes, and which are splits."""
    names, classes, splits = LAYOUTS[kind]
    records = in_folders(tmp_path, *names)
    for record in records:
        parts = record.file_name.split("/")
        label = next((classes[part] for part in parts if part in classes), None)
        assert record.labels == ({} if label is None else {"class": label})
        assert record.split == next((splits[part] for part in parts if part in splits), "train")
    assert {record.labels["class"] for record in records if record.labels} == set(classes.values())
    assert len(records) == sum(not any(part.startswith((".", "_", "@", "$")) for part in name.split("/")) for name in names)


def test_long_names_that_begin_alike_are_two_classes(tmp_path: Path) -> None:
    records = in_folders(tmp_path, "y" * 80 + "a/1.png", "y" * 80 + "b/1.png")
    assert len({record.labels["class"] for record in records}) == 2


def test_a_thousand_classes_and_one_more(tmp_path: Path) -> None:
    records = in_folders(tmp_path, *(f"{number}/1.png" for number in range(1001)))
    assert len(takes_of(records, conditional=True, encoder_width=512).labels["class"]) == 1001
    many = [Record(f"{number}.png", labels={"class": f"{number}"}) for number in range(10_001)]
    with pytest.raises(InputError, match="10,001 values"):
        takes_of(many, conditional=True, encoder_width=512)


@pytest.mark.parametrize("names", [("cat/1.png", "2.png"), ("cat/1.png", "cat/2.png")])
def test_what_is_not_all_in_several_folders_has_no_class(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert not any(one.labels or one.concept for one in in_folders(tmp_path, *names))


def test_words_beside_most_pictures_win_over_folders_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "1.txt").write_text("a black cat", encoding="utf-8")
    assert not any(one.labels for one in in_folders(tmp_path, "cat/1.png", "dog/1.png"))
    assert "dog/1.png" in read_loose(tmp_path).notes[0]
    assert [one.labels for one in in_folders(tmp_path, "dog/2.png", "owl/1.png")] == [
        {"class": c} for c in ("cat", "dog", "dog", "owl")
    ]


@pytest.mark.parametrize("kind", ["missing", "empty", "a file"])
def test_a_folder_without_pictures_says_so(tmp_path: Path, kind: str) -> None:
    place = tmp_path / kind
    if kind == "empty":
        place.mkdir()
    if kind == "a file":
        place.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"no such folder|is a file and no folder|no pictures"):
        read_folder(place)


SECRET = "aws_secret_access_key"


@pytest.mark.parametrize("link", ["a.txt", "metadata.jsonl", "captions.csv", "a.png", "cat", "a.tar", "a.json"])
def test_nothing_outside_is_read_through_a_link(tmp_path: Path, link: str) -> None:
    """Kind: links lead out. Siblings: a picture, its text in each form, a table, a shard, a folder."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.png").write_bytes(picture((1, 2, 3)))
    (tmp_path / "secret").write_text(
        f'file_name,text\nb.png,{SECRET}\n{{"file_name": "b.png", "text": "{SECRET}"}}\n', encoding="utf-8"
    )
    root = tmp_path / "set"
    root.mkdir()
    for name in ("a.png", "b.png"):
        if name != link:
            (root / name).write_bytes(picture((0, 0, 200)))
    (root / link).symlink_to(tmp_path / ("out" if link == "cat" else "out/secret.png" if link == "a.png" else "secret"))
    source = open_source(root)
    assert not any(SECRET in caption for record in source.records for caption in record.captions)
    assert [record.file_name for record in source.records] == (
        ["b.png"] if link.startswith("a.") and link != "a.tar" else ["a.png", "b.png"]
    )
    assert sum("link" in line and "not followed" in line and link in line for line in [*source.left, *source.notes]) == 1


def test_a_folder_of_links_is_refused_with_their_reason(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "set").mkdir()
    for name in ("0.png", "1.png"):
        (tmp_path / "blobs" / name).write_bytes(picture((1, 2, 3)))
        (tmp_path / "set" / name).symlink_to(f"../blobs/{name}")
    with pytest.raises(
        InputError, match=r"none of the 2 pictures .* 0\.png is a link that leads out of the folder, and is not followed"
    ):
        read_folder(tmp_path / "set")
    assert len(read_folder(tmp_path)) == 4, "in the folder that holds both they are followed"


def test_a_picture_that_comes_to_lead_out_is_not_looked_at(tmp_path: Path) -> None:
    source = open_source(folder_of(tmp_path / "set", [{"file_name": "a.png"}], names=("a.png",)))
    (tmp_path / "set" / "a.png").rename(tmp_path / "moved.png")
    (tmp_path / "set" / "a.png").symlink_to(tmp_path / "moved.png")
    for look in (lambda: list(source.files()), lambda: source.picture(0)):
        with pytest.raises(InputError, match="leads out of the folder"):
            look()


def test_equal_metadata_is_shared_between_records(tmp_path: Path) -> None:
    said = {"text": "a red heart", "texts": ["红心"], "tags": ["red"], "labels": {"style": "ink"}, "concept": "heart"}
    names = tuple(f"{number}.png" for number in range(200))
    root = folder_of(tmp_path, [{"file_name": name, **said} for name in names], names=names)
    first, *others = read_folder(root)
    for other in others:
        assert other.captions is first.captions and other.tags is first.tags
        assert other.labels is first.labels and other.concept is first.concept
    assert not hasattr(first, "__dict__"), "a record is a few references and its file's name"
