"""What words are drawn from: what they name, in other shapes too, and never what was left out."""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load, save

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.text.appearance import Appearances, Draw, in_steps

WIDTH, STYLES = 6, 4
THINGS = ("cat", "grinning cat", "car", "taxi", "tree", "castle")
FAMILIES = (0, 0, 1, 1, 2, 3)


def words(*numbers: int) -> np.ndarray:
    """A sentence vector that says some things alike."""
    vector = np.zeros(16, dtype=np.float32)
    vector[list(numbers)] = 1
    return vector / np.linalg.norm(vector)


def appearances() -> Appearances:
    """Six things in four styles each; picture 4 t + s is thing t in style s."""
    chance = np.random.default_rng(0)
    keys = np.zeros((24, 2, 16), dtype=np.float32)
    keys[:, 0] = np.repeat([words(n) for n in range(6)], STYLES, axis=0)
    keys[:, 1] = np.repeat([words(n, 6 + n) for n in range(6)], STYLES, axis=0)
    codes, scale = in_steps(chance.normal(size=(24, WIDTH)))
    return Appearances(
        mean=np.zeros(16, dtype=np.float32), whitening=np.eye(16, dtype=np.float32), keys=keys, codes=codes, scale=scale,
        concept=np.repeat(np.arange(6), STYLES), family=np.repeat(FAMILIES, STYLES),
        labels={"style": np.tile(np.arange(STYLES), 6)}, names=THINGS,
    )  # fmt: skip


def draws(said: np.ndarray | None, labels: Mapping[str, int], *, count: int = 200, without: int | None = None,
          mixed: np.ndarray | None = None) -> list[Draw]:  # fmt: skip
    known = appearances()
    return [known.sample(said, labels, stream(3, "appearance", step=n), without=without, mixed=mixed) for n in range(count)]


def things(found: list[Draw]) -> list[str]:
    return [appearances().name_of(draw.rows[0]) for draw in found]


def test_what_is_named_is_drawn_from_in_every_style_and_in_the_asked_one_half_of_the_time() -> None:
    found = draws(words(2), {"style": 1})
    assert set(things(found)) == {"car"} and all(draw.likeness == pytest.approx(1, abs=1e-3) for draw in found)
    rows = [draw.rows[0] for draw in found]
    assert set(rows) == {8, 9, 10, 11} and 70 < rows.count(9) < 130
    assert len({draw.vector.tobytes() for draw in found}) == 4
    np.testing.assert_allclose(found[0].vector, appearances().vectors(np.array(rows))[0])


def test_a_model_says_how_often_the_requested_style_is_drawn_from() -> None:
    known = replace(appearances(), own_style=0.9)
    again = Appearances.load(known.save(), where="here")
    assert again.own_style == 0.9 and Appearances.load(appearances().save(), where="here").own_style == 0.5
    rows = [again.sample(words(2), {"style": 1}, stream(3, "appearance", step=n)).rows[0] for n in range(200)]
    assert 165 < rows.count(9) < 195


@pytest.mark.parametrize("value", ["2", "-1", "nan", "[]", "x"])
def test_an_odd_share_is_refused(value: str) -> None:
    tensors = load(appearances().save())
    names = json.dumps(list(THINGS))
    with pytest.raises(InputError, match="no appearances"):
        Appearances.load(save(tensors, metadata={"names": names, "own_style": value}), where="here")


def test_near_ties_vary_and_what_is_unlike_is_not_drawn_from() -> None:
    found = things(draws(words(0, 1), {}))
    assert set(found) == {"cat", "grinning cat"} and 60 < found.count("cat") < 140


def test_what_is_left_out_is_not_known() -> None:
    assert not {"car", "taxi"} & set(things(draws(words(2, 4), {}, without=1)))
    alone = draws(words(2), {}, without=1, count=20)  # what is left has nothing in common with it, and still something is drawn
    assert not {"car", "taxi"} & set(things(alone)) and all(draw.likeness < 0.1 for draw in alone)


def test_what_only_a_tag_names_is_found_by_it_and_a_caption_goes_before() -> None:
    tagged = replace(appearances(), tags=np.stack([words(12), words(2)]), tagged=np.array([[0, 5], [1, 4]], dtype=np.int32))
    again = Appearances.load(tagged.save(), where="appearances")
    for number in range(20):
        hat, car = (again.sample(said, {}, stream(2, "x", step=number)) for said in (words(12), words(2)))
        assert (again.name_of(hat.rows[0]), again.name_of(car.rows[0])) == ("castle", "car")
    left = again.sample(words(12), {}, stream(2, "x"), without=3)
    assert again.name_of(left.rows[0]) != "castle", "a tag of what is left out leads nowhere"


def test_two_in_one_are_mixed_about_evenly() -> None:
    known = appearances()
    for draw in draws(words(0), {}, count=30, mixed=words(5)):
        first, second = draw.rows
        assert (known.name_of(first), known.name_of(second)) == ("cat", "castle")
        assert 0.35 <= draw.shares[1] <= 0.65 and sum(draw.shares) == pytest.approx(1)
        one, other = known.vectors(np.array(draw.rows))
        np.testing.assert_allclose(draw.vector, draw.shares[0] * one + draw.shares[1] * other, atol=1e-6)


def test_what_is_mixed_is_alike() -> None:
    """Of sixteen pairs of a cat and a castle the six that are most alike, and each of them."""
    known = appearances()
    cats, castles = known.vectors(np.arange(4)), known.vectors(np.arange(20, 24))
    apart = {(i, 20 + j): float(np.square(cats[i] - castles[j]).sum()) for i in range(4) for j in range(4)}
    assert {draw.rows for draw in draws(words(0), {}, mixed=words(5))} == set(sorted(apart, key=lambda pair: apart[pair])[:6])


def test_without_words_anything_of_the_label_is_drawn_from_and_no_two_alike() -> None:
    for said in (None, np.zeros(16, dtype=np.float32)):
        found = draws(said, {"style": 2}, count=100)
        assert all(row % STYLES == 2 for draw in found for row in draw.rows)
        assert len({draw.vector.tobytes() for draw in found}) > 80 and len(set(things(found))) == 6
    assert len({draw.rows[0] for draw in draws(None, {})}) == 24


def test_the_same_stream_chooses_the_same() -> None:
    for first, again in zip(draws(words(0, 2), {"style": 0}, count=20), draws(words(0, 2), {"style": 0}, count=20), strict=True):
        assert first.rows == again.rows and first.vector.tobytes() == again.vector.tobytes()


def test_saved_and_loaded_it_chooses_the_same() -> None:
    known = appearances()
    again = Appearances.load(known.save(), where="appearances")
    assert again.save() == known.save() == appearances().save() and again.names == THINGS
    for number in range(50):
        first, second = (one.sample(words(0, 3), {"style": 3}, stream(1, "x", step=number)) for one in (known, again))
        assert first.rows == second.rows and first.vector.tobytes() == second.vector.tobytes()


def test_a_model_without_words_has_appearances_too() -> None:
    known = appearances()
    silent = Appearances(np.zeros(0, np.float32), np.zeros((0, 0), np.float32), np.zeros((24, 2, 0), np.float32), known.codes,
                         known.scale, known.concept, known.family, {"class": known.family})  # fmt: skip
    again = Appearances.load(silent.save(), where="appearances")
    found = [again.sample(None, {"class": 1}, stream(0, "x", step=n)) for n in range(40)]
    assert {int(again.family[row]) for draw in found for row in draw.rows} == {1}
    assert again.name_of(0) == ""


@pytest.mark.parametrize("change", [
    {"codes": np.zeros((24, WIDTH), np.float32)}, {"codes": np.zeros((0, WIDTH), np.int8)}, {"scale": np.full(WIDTH, np.nan)},
    {"concept": np.full(24, 6)}, {"concept": np.full(24, -1)}, {"family": np.zeros(23, int)}, {"mean": np.zeros(3)},
    {"labels": {"style": np.zeros(3, int)}}, {"tagged": np.array([[0, 0]])},
    {"tags": np.zeros((1, 16)), "tagged": np.array([[0, 9]])},
    {"keys": np.zeros((24, 3, 16), np.float32)}, {"labels": {"../x": np.zeros(24, int)}}, {"names": ("a\x1b[31m",) * 6},
])  # fmt: skip
def test_a_file_of_strangers_is_refused(change: dict[str, object]) -> None:
    odd = Appearances(**{**vars(appearances()), **change})  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError):
        Appearances.load(odd.save(), where="appearances")


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"\xff" * 8, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no appearances"):
        Appearances.load(content, where="appearances")


def test_the_styles_in_which_a_thing_is_known_are_named() -> None:
    known = appearances()
    some = replace(
        known, labels={"style": np.where(known.concept == 2, np.minimum(known.labels["style"], 1), known.labels["style"])}
    )
    assert some.styles_of(words(2)) == {0, 1} and some.styles_of(words(1)) == {0, 1, 2, 3}
    assert replace(known, labels={}).styles_of(words(2)) == frozenset() == known.styles_of(np.zeros(16, np.float32))
