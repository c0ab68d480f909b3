"""A model's vocabulary: found by meaning and by wording, and refused when its file is odd."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from ganvas.ground.errors import InputError
from ganvas.language.text.lexicon import Lexicon, build_lexicon, fold_text
from tests.language.fakes import BagEncoder, lexicon


def test_the_nearest_things_come_first_and_once() -> None:
    (found,) = lexicon().nearest(BagEncoder().encode(["a grinning cat"]), count=2)
    assert [name for name, _ in found] == ["grinning cat", "cat"]
    assert found[0][1] == pytest.approx(1) and found[1][1] == pytest.approx(2**-0.5)
    assert lexicon().nearest(np.zeros((0, 512), dtype=np.float32), count=3) == []


def test_wordings_of_one_name_meet() -> None:
    assert fold_text("The Robots!") == fold_text("the robot") and fold_text("glass") == "glass"
    assert (
        lexicon().name_by_phrase[fold_text("Grinning-Cats")] == "grinning cat" and lexicon().name_by_phrase["机器人"] == "robot"
    )


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    lexicon().save(tmp_path / "words.safetensors")
    again = Lexicon.load((tmp_path / "words.safetensors").read_bytes(), where="words")
    assert (again.phrases, again.names) == (lexicon().phrases, lexicon().names)
    np.testing.assert_allclose(again.vectors, lexicon().vectors, atol=1e-3)


def tagged() -> Lexicon:
    captions = [("scissors", "剪刀", "a drawing of scissors"), ("kitchen knife", "菜刀"), ("cat", "猫"), ("cat", "a cat")]
    tags = [("cut", "paper", "剪"), ("cut", "tool"), ("animal", "face eyes"), ("pet",)]
    return build_lexicon(captions, tags, encode=BagEncoder().encode)


def test_a_vocabulary_is_gathered_from_captions_and_tags() -> None:
    known = tagged()
    said = {"scissors": "剪刀", "kitchen knife": "菜刀", "cat": "猫"}
    assert dict(zip(known.phrases, known.names, strict=True)) == {**dict(zip(said, said, strict=True)), **{
        chinese: name for name, chinese in said.items()}}  # fmt: skip
    assert known.things == ("scissors", "kitchen knife", "cat")
    assert known.tags == {"cut": (0, 1), "paper": (0,), "剪": (0,), "tool": (1,), "animal": (2,), "face eyes": (2,), "pet": (2,)}
    np.testing.assert_allclose(np.linalg.norm(known.senses, axis=1), 1, atol=1e-6)
    sense = BagEncoder().encode(["scissors: cut, paper", "剪刀：剪"]).mean(axis=0)
    np.testing.assert_allclose(known.senses[0], sense / np.linalg.norm(sense), atol=1e-6)
    untold = build_lexicon([("cat",)], [()], encode=BagEncoder().encode)
    assert len(untold.senses) == 0 and untold.tags == {}


def test_a_description_finds_things_by_their_senses() -> None:
    known = tagged()
    (vector,) = BagEncoder().encode(["cut paper"])
    ((first, best), (second, other), _) = known.rank_things(vector, count=3)
    assert (first, second) == ("scissors", "kitchen knife") and best > other
    assert known.rank_things(vector, count=1, words=["cut", "paper"])[0][1] == pytest.approx(best + 0.25)
    assert (
        known.rank_things(vector, count=9, among=["cat"])[0][0] == "cat"
        and len(known.rank_things(vector, count=9, among=["cat"])) == 1
    )
    (cat,) = (score for name, score in known.rank_things(vector, count=3) if name == "cat")
    assert known.rank_things(vector, count=3, shun=["face"])[-1] == ("cat", pytest.approx(cat - 0.07))
    assert (
        known.things_tagged("Cuts") == ["scissors", "kitchen knife"]
        and known.of_kind("eyes") == ["cat"]
        and known.things_tagged("x") == []
    )


def test_saved_again_it_has_the_same_bytes(tmp_path: Path) -> None:
    for number in range(8):
        tagged().save(tmp_path / f"{number}.safetensors")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_tags_and_senses_are_saved_and_loaded(tmp_path: Path) -> None:
    tagged().save(tmp_path / "words.safetensors")
    again = Lexicon.load((tmp_path / "words.safetensors").read_bytes(), where="words")
    assert again.tags == tagged().tags and again.things == tagged().things
    half_a_step = 0.51 / 127 * np.abs(tagged().senses).max(axis=1, keepdims=True)
    assert (np.abs(again.senses - tagged().senses) <= half_a_step).all()
    np.testing.assert_allclose(np.linalg.norm(again.senses, axis=1), 1, atol=1e-6)


def written(said: Any, vectors: np.ndarray, **metadata: str) -> bytes:
    return save({"vectors": vectors}, metadata={"phrases": json.dumps(said), **metadata})


TWO = np.ones((2, 4), dtype=np.float16)


def hinting(tags: Any, *, senses: np.ndarray = TWO) -> bytes:
    text = tags if isinstance(tags, str) else json.dumps(tags)
    return save({"vectors": TWO, "senses": senses}, metadata={"phrases": json.dumps([["a", "b"]] * 2), "tags": text})


ODD = {
    "empty": b"", "no tensors": b"hello", "a forged length": b"\xff" * 8 + b"{}",
    "half a file": written([["a", "b"]] * 2, TWO)[:-3],
    "no vectors": save({"x": TWO}), "no phrases": save({"vectors": TWO}), "not two lists": written(["a"], TWO),
    "lists too short": written([["a"], ["a"]], TWO), "names too short": written([["a", "b"], ["a"]], TWO),
    "nothing in it": written([[], []], np.ones((0, 4), dtype=np.float16)), "numbers": written([[1, 2], [3, 4]], TWO),
    "a text": written("ab", TWO), "null": written(None, TWO), "an empty name": written([["a", "b"], ["a", " "]], TWO),
    "a bell": written([["a", "b"], ["a", "\x07"]], TWO), "half a letter": written([["a", "b"], ["a", "\ud800"]], TWO),
    "a long name": written([["a", "b"], ["a", "x" * 121]], TWO), "not a number": written([["a", "b"]] * 2, TWO * np.nan),
    "endless": written([["a", "b"]] * 2, TWO * np.inf), "wide numbers": written([["a", "b"]] * 2, TWO.astype(np.float32)),
    "flat": written([["a", "b"]] * 2, np.ones(2, dtype=np.float16)),
    "deep": save({"vectors": TWO}, metadata={"phrases": "[" * 100_000}),
    "tags of another thing": hinting({"cut": [2]}), "tags of nothing": hinting({"cut": [-1]}),
    "half a tag": hinting({"cut": [0.5]}), "tags in a list": hinting([["cut", 0]]), "tags deep": hinting("[" * 100_000),
    "a bell for a tag": hinting({"\x07": [0]}),
    "too few senses": hinting({"cut": [0]}, senses=TWO[:1]),
    "wide senses": hinting({"cut": [0]}, senses=np.ones((2, 5), np.float16)),
    "one sense alone": hinting({"cut": [0]}, senses=np.array(1, np.int8)),
    "endless senses": hinting({"cut": [0]}, senses=TWO * np.inf),
    "too many": written([["a"] * 50_001] * 2, np.ones((50_001, 1), dtype=np.float16)),
}  # fmt: skip


@pytest.mark.parametrize("content", ODD.values(), ids=ODD.keys())
def test_odd_files_are_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^words: is no vocabulary"):
        Lexicon.load(content, where="words")


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        Lexicon.load(content, where="words")


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_file_is_refused_or_read_within_bounds(damage: list[tuple[int, int]]) -> None:
    content = bytearray(written([["robot", "机器人"], ["robot", "robot"]], TWO))
    for place, value in damage:
        content[place % len(content)] = value
    try:
        read = Lexicon.load(bytes(content), where="words")
    except InputError as error:
        assert str(error).startswith("words: is no vocabulary")
        return
    assert len(read.names) == len(read.phrases) == len(read.vectors) == 2 and np.isfinite(read.vectors).all()
    assert all(0 < len(name) <= 120 and name.isprintable() for name in read.names)
