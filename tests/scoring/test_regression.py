import numpy as np
import pytest

from ganvas.ground.seeds import stream
from ganvas.scoring.regression import Joined, Likeness, Regression
from ganvas.scoring.scores import unit


def normal(name: str, *shape: int) -> np.ndarray:
    return stream(0, name).normal(shape)


def test_leaving_one_out_is_as_if_it_had_never_been_fitted() -> None:
    known, wanted = unit(normal("known", 30, 5)), normal("wanted", 30, 3)
    rows = unit(normal("rows", 4, 5))
    whole = Regression(known.astype(np.float64), wanted)
    for out in (0, 17):
        kept = np.arange(30) != out
        without = Regression(known[kept].astype(np.float64), wanted[kept])
        asked = whole(rows.astype(np.float64), np.full(4, out))
        assert asked == pytest.approx(without(rows.astype(np.float64), np.full(4, -1)), abs=1e-9)


def test_a_regression_knows_what_it_was_fitted_on() -> None:
    known = unit(normal("known", 50, 5))
    wanted = np.eye(2)[(known[:, 0] > 0).astype(int)]
    found = Regression(known, wanted)(known, np.full(50, -1))
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()


def test_likeness_is_of_concepts_and_not_of_hands() -> None:
    """Pictures are a small concept part plus a large hand part: the space undoes it, for concepts it has not seen too."""
    things, hands = normal("things", 80, 20), 6 * normal("hands", 4, 6)
    rows = np.concatenate([np.repeat(things, 4, axis=0), np.tile(hands, (80, 1))], axis=1).astype(np.float32)
    rows += 0.1 * normal("noise", *rows.shape)
    concepts = np.repeat(np.arange(80), 4)
    seen = concepts < 60
    space = Likeness.fit(rows[seen], concepts[seen])

    def same_concept(places: np.ndarray) -> float:
        near = places[~seen] @ places[~seen].T - 2 * np.eye(80)
        return float((concepts[~seen][near.argmax(axis=1)] == concepts[~seen]).mean())

    assert same_concept(space(rows)) > 0.95
    assert same_concept(unit(rows - rows.mean(axis=0))) < 0.6


def test_likeness_without_concepts_is_principal_components() -> None:
    rows = normal("rows", 40, 6)
    places = Likeness.fit(rows, np.arange(40))(rows)
    assert places.shape == (40, 6)
    assert places @ places.T == pytest.approx(unit(rows - rows.mean(axis=0)) @ unit(rows - rows.mean(axis=0)).T, abs=1e-5)


def test_parts_have_the_say_they_are_given() -> None:
    parts = [1000 * normal("a", 50, 8), normal("b", 50, 3)]
    joined = Joined.fit(parts, (1.0, 2.0))
    rows = joined(parts)
    assert rows.shape == (50, 11)
    assert np.linalg.norm(rows[:, 8:], axis=1) / np.linalg.norm(rows[:, :8], axis=1) == pytest.approx(2)


def test_fewer_pictures_than_numbers_span_the_same_axes() -> None:
    rows = normal("rows", 12, 30)
    few = Likeness.fit(rows, np.arange(12))(rows)
    many = Likeness.fit(np.concatenate([rows] * 3), np.arange(36))(rows)  # the same axes by the other way
    assert few.shape == (12, 11)
    assert few @ few.T == pytest.approx(many @ many.T, abs=1e-4)
