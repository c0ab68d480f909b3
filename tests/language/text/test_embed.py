"""From conditions to what a network is given."""

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.language.text.embed import embed
from ganvas.language.text.hashed_words import hash_words
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.manifest import Takes
from tests.language.fakes import WIDTH, BagEncoder

TAKES = Takes(encoder="use-multilingual-3", words=WIDTH, hashes=64, labels={"style": ("noto", "fluent"), "form": ("a", "b", "c")})


def test_words_are_the_weighted_mean_of_unit_norm() -> None:
    told = Condition(words=(Weighted(phrase="robot"), Weighted(phrase="lonely cat", weight=0.5)))
    parts = embed([told], takes=TAKES, encoder=BagEncoder())
    for name, width in (("words", WIDTH), ("hashes", 64)):
        robot, cat = hash_words(["robot", "lonely cat"], width=width)
        wanted = robot + 0.5 * cat
        np.testing.assert_allclose(parts[name][0], wanted / np.linalg.norm(wanted), atol=1e-6)


def test_what_is_dropped_is_zeros_and_each_row_is_its_own() -> None:
    told = [Condition(), Condition(labels={"style": "fluent"}), Condition(words=(Weighted(phrase="cat"),))]
    parts = embed(told, takes=TAKES, encoder=BagEncoder())
    assert {name: part.shape for name, part in parts.items()} == {
        "words": (3, WIDTH), "hashes": (3, 64), "label_style": (3, 2), "label_form": (3, 3),
    }  # fmt: skip
    assert all(part.dtype == np.float32 for part in parts.values())
    assert not parts["words"][:2].any() and parts["words"][2].any() and not parts["label_form"].any()
    assert parts["label_style"].tolist() == [[0, 0], [0, 1], [0, 0]]
    alone = embed(told[2:], takes=TAKES, encoder=BagEncoder())
    np.testing.assert_array_equal(alone["words"][0], parts["words"][2])


def test_weights_of_zero_are_no_words() -> None:
    told = Condition(words=(Weighted(phrase="cat", weight=0),))
    assert not embed([told], takes=TAKES, encoder=BagEncoder())["words"].any()


def test_an_unknown_label_names_the_choices() -> None:
    with pytest.raises(InputError, match="noto, fluent"):
        embed([Condition(labels={"style": "oil"})], takes=TAKES, encoder=BagEncoder())


def test_a_model_is_given_only_what_it_takes() -> None:
    told = [Condition(words=(Weighted(phrase="cat"),), labels={"style": "noto"})]
    assert embed(told, takes=Takes(), encoder=None) == {}
    assert set(embed(told, takes=Takes(hashes=8), encoder=None)) == {"hashes"}
