"""Kind: metadata of other sets. Siblings: Hugging Face's folders, exports of tables, Flickr, COCO-like columns, other systems."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.folder import LoosePictures, read_loose
from ganvas.data.rows import name_in_row, read_row
from ganvas.data.texts import Notes
from ganvas.ground.characters import is_printable
from ganvas.ground.errors import InputError
from tests.data.folders import picture


def folder(root: Path, files: dict[str, str | bytes], *, pictures: tuple[str, ...] = ("0.png", "1.png")) -> LoosePictures:
    """Write pictures and other files, and read them."""
    for name in pictures:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(picture((1, 2, 3)))
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_loose(root)


def lines(*names: str, key: str = "file_name", text: str = "text") -> str:
    return "".join(json.dumps({key: name, text: f"circle {name[-5:-4]}"}) + "\n" for name in names)


CSV = "file_name,text\n0.png,circle 0\n1.png,circle 1\n"
TABLES: dict[str, dict[str, str | bytes]] = {
    "metadata.jsonl": {"metadata.jsonl": lines("0.png", "1.png")},
    "JSON lines with a mark": {"metadata.jsonl": "\ufeff" + lines("0.png", "1.png")},
    "JSON lines of Windows": {"metadata.jsonl": lines("0.png", "1.png").replace("\n", "\r\n")},
    "metadata.csv": {"metadata.csv": CSV},
    "capitals": {"METADATA.CSV": CSV.upper().replace("PNG", "png").replace("CIRCLE", "circle")},
    "CSV with a mark": {"metadata.csv": "\ufeff" + CSV},
    "semicolons": {"metadata.csv": CSV.replace(",", ";")},
    "tabs": {"metadata.tsv": CSV.replace(",", "\t")},
    "a spreadsheet's Unicode": {"metadata.csv": CSV.replace(",", "\t").encode("utf-16")},
    "Windows-1252": {"metadata.csv": CSV.replace("circle 0", "circle 0").encode("cp1252")},
    "other names of columns": {"captions.csv": "image;caption;width\n0.png;circle 0;64\n1.png;circle 1;64\n"},
    "prompts": {"prompts.jsonl": lines("0.png", "1.png", key="image_path", text="prompt")},
    "Flickr": {"captions.txt": "image,caption\n0.png,circle 0\n1.png,circle 1\n"},
    "Flickr's bars": {"results.csv": "image_name| comment_number| comment\n0.png| 0| circle 0\n1.png| 0| circle 1\n"},
    "no header": {"list.csv": "0.png,circle 0\n1.png,circle 1\n"},
    "no suffixes": {"train.csv": "id,caption\n0,circle 0\n1,circle 1\n"},
    "quotes": {"metadata.csv": 'file_name,text\n0.png,"circle 0"\n"1.png","circle\n1"\n'},
    "other folders before": {"metadata.csv": "file_name,text\n/mnt/other/set/0.png,circle 0\nC:\\set\\1.png,circle 1\n"},
    "an image of Hugging Face": {"metadata.jsonl": "".join(
        json.dumps({"image": {"path": f"{n}.png", "bytes": None}, "text": f"circle {n}"}) + "\n" for n in range(2))},
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_other_sets_are_read(tmp_path: Path, kind: str) -> None:
    found = folder(tmp_path, TABLES[kind])
    assert [record.captions for record in found.records] == [("circle 0",), ("circle 1",)], found.notes
    assert not found.left


def test_metadata_lies_in_the_folder_of_its_pictures(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        {"train/metadata.jsonl": lines("0.png"), "test/metadata.csv": "file_name,text\n1.png,circle 1\n"},
        pictures=("train/0.png", "test/1.png"),
    )
    assert [(one.file_name, one.captions, one.split) for one in found.records] == [
        ("test/1.png", ("circle 1",), "test"), ("train/0.png", ("circle 0",), "train"),
    ]  # fmt: skip


def test_each_part_of_a_set_has_its_table(tmp_path: Path) -> None:
    found = folder(tmp_path, {"train.csv": "image,label\n0.png,cat\n", "val.csv": "image,label\n1.png,dog\n"})
    assert [(one.labels, one.split) for one in found.records] == [
        ({"class": "cat"}, "train"), ({"class": "dog"}, "held out family"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_letters_and_others_are_one_name(tmp_path: Path, form: str) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    pictures = tuple(unicodedata.normalize(form, f"é{n}.png") for n in range(2))  # pyright: ignore[reportArgumentType]
    names = [unicodedata.normalize(other, name) for name in pictures]  # pyright: ignore[reportArgumentType]
    assert all(one.captions for one in folder(tmp_path, {"metadata.jsonl": lines(*names)}, pictures=pictures).records)


def test_lines_about_one_picture_are_put_together(tmp_path: Path) -> None:
    text = "".join(json.dumps({"file_name": "0.png", "text": f"circle {n}", "label": "round"}) + "\n" for n in range(70))
    (one,) = folder(tmp_path, {"metadata.jsonl": text}, pictures=("0.png",)).records
    assert one.captions[:2] == ("circle 0", "circle 1") and len(one.captions) == 64 and one.labels == {"class": "round"}


def test_what_a_table_says_beside_is_named(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        {"metadata.csv": "file_name,text,width,image_id\n0.png,a, with commas, 7\n1.png,circle,64,8\ngone.png,x,1,9\n",
         "metadata.jsonl": "", "other.csv": "a,b\n1,2\n"},
        pictures=("0.png", "1.png", "2.png"),
    )  # fmt: skip
    said = " ".join(found.notes)
    assert "other.csv" in said and "metadata" in said
    found = folder(tmp_path, {"metadata.jsonl": lines("0.png", "1.png", "gone.png")}, pictures=("0.png", "1.png", "2.png"))
    assert found.left == ("2.png: is on no line of metadata.jsonl",)
    assert any("gone.png" in line for line in found.notes) and any("metadata.csv" in line for line in found.notes)


def test_a_table_that_is_about_other_things_changes_nothing(tmp_path: Path) -> None:
    found = folder(tmp_path, {"metadata.csv": "file_name,text\nx.png,1\n", "styles.csv": "name,price\nred,3\n"})
    assert len(found.records) == 2 and not found.left and "metadata.csv" in " ".join(found.notes)


def test_columns_say_what_they_say_in_other_sets() -> None:
    notes = Notes()
    row = read_row(
        {"filename": "a.png", "Caption": "a cat", "sentences": [{"raw": "one"}, "two"], "keywords": "x; y", "category": 3,
         "style": "ink", "split": "validation", "url": "http://a", "score": 0.5, "label": None},
        notes=notes, where="line 1",
    )  # fmt: skip
    assert (row.written, row.captions, row.tags) == ("a.png", ("a cat", "one", "two"), ("x", "y"))
    assert (row.labels, row.split) == ({"class": "3", "style": "ink"}, "held out family")
    assert notes.lines() == ("columns of metadata that are not read: 2 (url, score)",)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip
FIELDS = st.sampled_from(["file_name", "text", "texts", "tags", "labels", "label", "concept", "family", "split", "image", "x"])


@given(st.dictionaries(FIELDS, JSON, max_size=6) | JSON)
def test_any_row_is_read_or_refused_in_a_line(content: object) -> None:
    name_in_row(content)
    try:
        record = read_row(content, notes=Notes(), where="line 1").record("a.png")
    except InputError as error:
        assert len(str(error).splitlines()) == 1
        return
    assert all(map(is_printable, (*record.captions, *record.tags, *record.labels.values(), record.concept or "")))
    assert all(0 < len(text) <= 120 for text in (*record.captions, *record.tags)) and len(record.captions) <= 64


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_none(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    root = tmp_path_factory.getbasetemp() / "any table"
    for name in ("metadata.csv", "metadata.jsonl", "captions.txt"):
        try:
            folder(root, {name: content})
        except InputError as error:
            assert len(str(error).splitlines()) == 1
        (root / name).unlink()
