"""The hashed bag of words: stable for ever, because trained weights are columns of it."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.text.hashed_words import hash_words, tokenize


def test_the_columns_are_the_same_on_every_machine() -> None:
    (row,) = hash_words(["red robot"], width=16)
    assert np.flatnonzero(row).tolist() == [2, 7]
    np.testing.assert_allclose(row[[2, 7]], np.array([-1, 1]) / np.sqrt(2), rtol=1e-6)


def test_case_signs_width_and_order_do_not_matter_and_small_words_do_not_count() -> None:
    one, *others = hash_words(["red robot", "A RED, robot!", "robot of red", "ｒｅｄ ｒｏｂｏｔ"])
    for other in others:
        np.testing.assert_array_equal(one, other)
    assert abs(float(one @ hash_words(["blue whale"])[0])) < 0.5


def test_chinese_is_characters_and_pairs() -> None:
    assert list(tokenize("红苹果 pie")) == ["红", "苹", "果", "红苹", "苹果", "pie"]
    near, far = hash_words(["青苹果", "机器人"]) @ hash_words(["红苹果"])[0]
    assert near > 0.4 > far


@pytest.mark.parametrize("nothing", ["", "  ", "!?", "the of"])
def test_no_words_are_zeros(nothing: str) -> None:
    assert not hash_words([nothing]).any()


def test_no_phrases_are_no_rows() -> None:
    assert hash_words([], width=8).shape == (0, 8)


@given(st.lists(st.text(max_size=40), max_size=5), st.integers(1, 300))
def test_rows_are_unit_or_zero(phrases: list[str], width: int) -> None:
    rows = hash_words(phrases, width=width)
    norms = np.linalg.norm(rows, axis=1)
    assert rows.shape == (len(phrases), width) and rows.dtype == np.float32
    assert all(norm == 0 or abs(norm - 1) < 1e-5 for norm in norms)


def test_a_whole_set_takes_no_time() -> None:
    phrases = [f"a drawing of thing {number} in spring, 一幅画" for number in range(25_000)]
    began = time.process_time()
    hash_words(phrases)
    assert time.process_time() - began < 5  # 0.4 s where it was written
