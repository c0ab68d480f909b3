"""Composing: the same for the same seed, what is given stays, and the discriminator says where to write again."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.pipelines.music import Composer, Start, with_melody, without_chords
from ganvas.pipelines.music_grid import CHORD_FEATURES, features, outline_of_plan, outline_of_score, symbols_of
from ganvas.pipelines.registry import load, load_composer
from ganvas.vocabulary.plan import Plan
from tests.data.pieces import piece
from tests.pipelines.composers import write_composer

PLAN = Plan(tonic="D", mode="minor", bars=2, chords=("Dm", "A", "Gm", "Dm"), phrases=(3,))


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Composer:
    return load_composer(write_composer(tmp_path_factory.mktemp("models") / "tiny"))


def test_seeds_and_names_compose_and_the_same_again(composer: Composer) -> None:
    outline = outline_of_plan(PLAN)
    first = composer.compose(outline, seed=1, rounds=2)
    assert first.shape == (4, 28) and np.array_equal(first, composer.compose(outline, seed=1, rounds=2))
    for other in ({"seed": 2}, {"seed": 1, "name": "other"}, {"seed": 1, "guided": False}):
        assert not np.array_equal(first, composer.compose(outline, rounds=2, **other)), other
    assert isinstance(composer.judge(first, outline), float)


def test_what_is_written_already_stays(composer: Composer) -> None:
    outline = outline_of_score(piece(0))
    symbols = symbols_of(piece(0).notes, 0)
    free = np.zeros((4, 24), dtype=bool)
    free[2, 5:9] = True
    made = composer.compose(outline, seed=3, rounds=3, start=Start(symbols, free))
    changed = (made != symbols).reshape(4, 24, 4).any(axis=2)
    assert changed.any() and not (changed & ~free).any()


def test_a_melody_is_kept_and_its_chords_are_free(composer: Composer) -> None:
    melody = piece(1, up=2).notes[0]
    start = with_melody(melody, 2, where="a.mid")
    outline = without_chords(outline_of_score(piece(1, up=2)), beats=24)
    made = composer.compose(outline, seed=0, rounds=1, start=start)
    assert np.array_equal(made[0], start.symbols[0]) and not features(outline)[:CHORD_FEATURES].any()
    with pytest.raises(InputError, match="soprano leaves the range"):
        with_melody(np.where(melody > 0, 20, melody), 0, where="a.mid")


def test_models_of_other_kinds_compose_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"draws nothing by itself"):
        load(write_composer(tmp_path / "tiny"))
    with pytest.raises(InputError, match="composes nothing"):
        load_composer("emoji-x4")
