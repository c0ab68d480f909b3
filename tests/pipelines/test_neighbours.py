"""Neighbours are draws of known pictures that are alike; words lie where the pictures are that they name."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.models.read import read_model
from ganvas.pipelines import image
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.neighbours import distances, labels_of, nearest, neighbour, word_direction
from ganvas.vocabulary.condition import Condition, Weighted
from tests.pipelines.fakes import FakeEncoder, write_model, write_painter

CAT = Condition(words=(Weighted(phrase="cat"),), labels={"style": "solid"})


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImagePipeline:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    return ImagePipeline(read_model(write_painter(tmp_path / "m", encode=FakeEncoder().encode, pixels=3)))


def test_the_part_that_is_passed_on_is_found(painter: ImagePipeline, tmp_path: Path) -> None:
    assert painter.sketched == 3
    plain = write_painter(tmp_path / "plain", encode=FakeEncoder().encode)
    assert ImagePipeline(read_model(plain)).sketched == 0
    assert ImagePipeline(read_model(write_model(tmp_path / "words", words=True))).sketched == 0


def test_a_neighbour_is_another_picture_and_several_are_different_ones(painter: ImagePipeline) -> None:
    known = painter.appearances
    assert known is not None
    w = painter.latents([CAT], painter.noise(1, number=0))[0]
    own = int(distances(painter, known, w).argmin())
    rows = nearest(painter, known, w)
    assert own not in rows and len(rows) == len(known.codes) - 1
    found = [neighbour(painter, w, CAT, seed=1, name="x", number=number) for number in range(3)]
    origins = {int(distances(painter, known, one).argmin()) for one in found}
    assert len(origins) == 3
    again = neighbour(painter, w, CAT, seed=1, name="x", number=1)
    np.testing.assert_array_equal(again, found[1])


def test_words_lead_to_what_they_name(painter: ImagePipeline) -> None:
    known = painter.appearances
    assert known is not None
    w = painter.latents([CAT], painter.noise(1, number=0))[0]
    moved = w + word_direction(painter, w, CAT, ("cat", "robot"))
    robots = [row for row in range(len(known.codes)) if known.name_of(row) == "robot"]
    before, after = (distances(painter, known, one)[robots].min() for one in (w, moved))
    assert after < before
    np.testing.assert_allclose(word_direction(painter, w, CAT, ("cat", "cat")), 0, atol=1e-6)
    assert set(labels_of(painter, robots[0])) == {"style", "colour"}


def test_a_model_without_words_has_no_word_directions(tmp_path: Path) -> None:
    mute = ImagePipeline(read_model(write_model(tmp_path / "m", labels={"style": ("a", "b")})))
    with pytest.raises(InputError, match="takes no words"):
        word_direction(mute, np.zeros(6, dtype=np.float32), Condition(), ("a", "b"))
