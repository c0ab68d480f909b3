"""Names of eight packages, matched with the labels of emojibase."""

from collections import Counter

import pytest

from ganvas.data.sets.emoji import FIRST_STYLES, MORE_STYLES
from ganvas.data.sets.emoji_names import LEFT_OUT, RENAMED, match_names

CONCEPTS = {"bird", "cat", "cat-face", "clinking-beer-mugs", "keycap-1", "ring", "turkey", "wine-glass"}


def test_names_without_dashes_and_numbers_find_their_concepts() -> None:
    assert match_names("fxemoji", ["clinkingbeermugs", "wine-glass", "unheardof"], CONCEPTS) == {
        "clinkingbeermugs": "clinking-beer-mugs", "wine-glass": "wine-glass"
    }  # fmt: skip
    assert match_names("streamline", ["ring-1", "ring-2", "wine-glass"], CONCEPTS) == {
        "ring-1": "ring",
        "wine-glass": "wine-glass",
    }
    assert match_names("noto", ["keycap-1", "clinkingbeermugs", "ring-1"], CONCEPTS) == {"keycap-1": "keycap-1"}


def test_the_table_goes_before_a_name_of_its_own() -> None:
    assert match_names("fxemoji", ["cat", "catside"], CONCEPTS) == {"cat": "cat-face", "catside": "cat"}
    assert match_names("streamline", ["bird-1", "bird-2", "bird"], CONCEPTS) == {"bird-2": "bird"}


def test_a_drawing_of_another_thing_is_left_out() -> None:
    assert match_names("streamline", ["turkey"], CONCEPTS) == {}
    assert match_names("noto", ["turkey"], CONCEPTS) == {"turkey": "turkey"}


@pytest.mark.parametrize("style", [*FIRST_STYLES, *MORE_STYLES])
def test_no_two_names_are_renamed_to_one_and_none_that_is_left_out(style: str) -> None:
    renamed = RENAMED[style]
    assert [slug for slug, times in Counter(renamed.values()).items() if times > 1] == []
    assert not renamed.keys() & LEFT_OUT.get(style, {}).keys()
