"""What a language model says of a class: kept where it means the class, left out where it does not, never trusted."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm.base import Limit, Message, Reply, Schema
from ganvas.language.llm.class_captions import CAPTIONS_PER_CLASS, ask_for_captions, keep_matching, merge_captions
from tests.language.fakes import BagEncoder, Says

NAMES = ("cat", "dog", "red apple")
GOOD = json.dumps({"synonym": "house cat", "short": "a black cat", "long": "cat", "drawn": "a drawing of a cat"})


class Known(Says):
    """A model with an identity, whose answers may be kept."""

    identity = "parrot of the test"


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))


def test_the_question_for_a_class_ends_with_its_name() -> None:
    model = Says(GOOD)
    assert ask_for_captions("cat", model, seed=0) == ("house cat", "a black cat", "cat", "a drawing of a cat")
    assert model.asked[-1] == Message("user", "cat")


def test_captions_are_cached() -> None:
    model = Known(GOOD)
    first = ask_for_captions("cat", model, seed=0)
    assert ask_for_captions("cat", model, seed=0) == first and model.times == 1
    ask_for_captions("cat", model, seed=1)
    ask_for_captions("dog", model, seed=0)
    assert model.times == 3, "another seed or class is another question"


def test_a_broken_cache_is_an_empty_one(tmp_path: Path) -> None:
    model = Known(GOOD)
    ask_for_captions("cat", model, seed=0)
    (kept,) = (tmp_path / "cache" / "phrasings").iterdir()
    kept.write_text('{"synonym": "\\u0007"}', encoding="utf-8")
    assert ask_for_captions("cat", model, seed=0)[0] == "house cat" and model.times == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        '{"synonym": "kitty"}',
        json.dumps({"synonym": "x" * 61, "short": "a", "long": "a", "drawn": "a"}),
        json.dumps({"synonym": "a\u0007b", "short": "a", "long": "a", "drawn": "a"}),
    ],
)
def test_an_answer_that_is_none_leaves_nothing(text: str) -> None:
    model = Known(text)
    assert ask_for_captions("cat", model, seed=0) == ()
    assert model.times == 2, "it is told once what is wrong"


def test_a_model_that_does_not_answer_says_so() -> None:
    class Silent(Says):
        def complete(self, messages: list[Message], schema: Schema, *, seed: int, limit: Limit) -> Reply:
            raise LanguageModelError("gone")

    with pytest.raises(LanguageModelError):
        ask_for_captions("cat", Silent(""), seed=0)


def test_phrases_that_mean_nothing_near_or_another_class_go() -> None:
    encoder = BagEncoder()
    said = ["black cat", "a cat dog dog", "dogs dogs", "furniture", "the dog"]
    assert keep_matching(said, name="cat", names=NAMES, vectors=encoder.encode(NAMES), encoder=encoder) == ["black cat"]
    assert keep_matching([], name="cat", names=NAMES, vectors=encoder.encode(NAMES), encoder=encoder) == []


def test_a_phrase_nearer_to_another_class_goes() -> None:
    class Known:
        name = "known"
        places: ClassVar = {"cat": (1, 0), "lion": (0.8, 0.6), "kitty": (0.98, 0.2), "big cat of prey": (0.75, 0.66)}

        def encode(self, phrases: Sequence[str]) -> np.ndarray:
            return np.array([self.places[phrase] for phrase in phrases], dtype=np.float32)

    encoder, names = Known(), ("cat", "lion")
    kept = keep_matching(["kitty", "big cat of prey"], name="cat", names=names, vectors=encoder.encode(names), encoder=encoder)
    assert kept == ["kitty"]


def test_a_phrase_with_a_word_of_other_classes_alone_or_a_part_of_the_name_goes() -> None:
    encoder, names = BagEncoder(), ("red circle", "blue square", "face with tears of joy")
    said = ["a red square circle", "red", "circle of red", "a picture of a red circle"]
    kept = keep_matching(said, name="red circle", names=names, vectors=encoder.encode(names), encoder=encoder)
    assert kept == ["circle of red", "a picture of a red circle"], "the others' square, a part of the name"


def test_a_class_is_called_by_its_name_first_then_the_models_words_then_templates() -> None:
    said = merge_captions("cat", ["a cat", "black cat", "Black cats", "tom"])
    assert said[:3] == ("cat", "black cat", "tom"), "what folds to the same is said once"
    assert len(said) == CAPTIONS_PER_CLASS == len(set(said))
    assert sum("drawing" in phrase for phrase in merge_captions("cat", ["a drawing of a cat"])) == 1
    assert all("cat" in phrase for phrase in said[3:])


def test_templates_speak_the_language_of_the_name() -> None:
    assert "一幅猫的画" in merge_captions("猫", []) and not any(phrase.isascii() for phrase in merge_captions("猫", []))
    assert all(phrase.isascii() for phrase in merge_captions("cat", []))
    assert merge_captions("红苹果", [])[0] == "红苹果"
