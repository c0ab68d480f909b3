"""Captions from the names of files."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.file_names import LONGEST, caption_by_names, caption_of, read_like_words
from ganvas.data.records import Record


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("fruit/red-apple_02.png", "red apple"), ("RedApple (3).PNG", "red apple"), ("IMG_4071.jpg", ""),
        ("红苹果-1.png", "红苹果"),
        ("grüner_apfel.webp", "grüner apfel"), ("icon-download-cloud.png", "cloud"), ("photo of TV.png", "of TV"),
    ],
)  # fmt: skip
def test_a_name_says_words(name: str, caption: str) -> None:
    assert caption_of(name) == caption


@pytest.mark.parametrize(
    ("names", "like_words"),
    [
        (["apple.png", "pear.png", "plum-2.png"], True), (["苹果.png", "梨.png"], True), (["яблоко.png", "груша.png"], True),
        (["IMG_1.png", "IMG_2.png"], False), (["001.png", "002.png"], False), (["cat-1.png", "cat-2.png"], False),
        (["3f2a9cbe.png", "77acdeff.png"], False), (["xq.png", "zt.png"], False), (["one.png"], False),
        (["apple.png", "001.png", "002.png"], False),
    ],
)  # fmt: skip
def test_names_are_read_only_where_they_read_like_words(names: Sequence[str], like_words: bool) -> None:
    assert read_like_words([Record(name) for name in names]) is like_words


def test_written_captions_stay_and_labels_too() -> None:
    records = [
        Record("food/red-apple-1.png", labels={"class": "food"}, concept="food"), Record("food/002.png", concept="food"),
        Record("food/pear.png", captions=("a ripe pear",)),
    ]  # fmt: skip
    named, unnamed, written = caption_by_names(records)
    assert named.captions == ("red apple",) and named.labels == {"class": "food"} and named.concept == "food/red apple"
    assert unnamed == records[1] and written == records[2]


@given(st.text(min_size=1, max_size=300))
def test_any_name_gives_a_caption_of_bounded_length(name: str) -> None:
    caption = caption_of(name)
    assert len(caption) <= LONGEST and caption == caption.strip() and "/" not in caption
