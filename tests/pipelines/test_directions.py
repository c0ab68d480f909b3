"""Directions: what is measured, found once, read back, and refused where it is odd."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from ganvas.ground.errors import InputError
from ganvas.models.read import read_model
from ganvas.pipelines import image
from ganvas.pipelines.directions import FILE, directions_of, find_direction, find_directions, measure, sample
from ganvas.pipelines.image import ImagePipeline
from tests.pipelines.fakes import APPEARANCE, FakeEncoder, sign, write_model, write_painter


def disc(radius: float, colour: tuple[int, int, int] = (200, 30, 30), *, tall: float = 1.0) -> np.ndarray:
    down, across = np.mgrid[-1:1:64j, -1:1:64j]
    alpha = np.where(np.hypot(down / tall, across * tall) < radius, 255, 0)
    return np.dstack([np.broadcast_to(colour, (64, 64, 3)), alpha]).astype(np.uint8)


def test_attributes_order_pictures_as_people_would() -> None:
    square = np.dstack([np.broadcast_to((200, 30, 30), (64, 64, 3)), np.full((64, 64), 255)]).astype(np.uint8)
    assert measure(disc(0.8))["larger"] > measure(disc(0.4))["larger"]
    assert measure(disc(0.8, (10, 10, 10)))["darker"] > measure(disc(0.8, (240, 240, 240)))["darker"]
    assert measure(disc(0.8, (220, 20, 20)))["redder"] > measure(disc(0.8, (20, 220, 20)))["redder"]
    assert measure(disc(0.8, (220, 220, 20)))["yellower"] > measure(disc(0.8, (20, 20, 220)))["yellower"]
    assert measure(disc(0.85))["rounder"] > measure(square)["rounder"]
    assert measure(disc(0.6, tall=1.4))["taller"] > measure(disc(0.6))["taller"] > measure(disc(0.6, tall=0.7))["taller"]
    assert set(measure(disc(0.5)[..., :3])) == {"darker", "redder", "yellower"}


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImagePipeline:
    monkeypatch.setattr(image, "open_encoder", lambda _: FakeEncoder())
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    return ImagePipeline(read_model(write_painter(tmp_path / "m", encode=FakeEncoder().encode, pixels=3)))


def test_a_direction_moves_its_attribute_and_no_styles(painter: ImagePipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    found = directions_of(painter)
    assert {"darker", "larger"} <= set(found) and all((one[:-3] == 0).all() for one in found.values())
    w = sample(painter, 6, start=5)
    for name in ("darker", "redder"):
        ends = [np.mean([measure(one)[name] for one in painter.draw(w + way * found[name])]) for way in (-1, 1)]
        assert ends[1] > ends[0]
    monkeypatch.setattr("ganvas.pipelines.directions.find_directions", lambda _: pytest.fail("it was looked for twice"))
    again = directions_of(painter)
    assert set(again) == set(found) and all(np.array_equal(again[name], found[name]) for name in found)
    with pytest.raises(InputError, match="no direction 'sideways'"):
        find_direction(painter, "sideways")


def test_a_folder_may_bring_its_own(painter: ImagePipeline, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    mapped = painter.manifest.mapped
    for content, why in (
        (save({"odd": np.zeros(3, dtype=np.float32)}), "not of the model's width"), (b"nonsense", "no directions"),
        (save({"odd": np.full(mapped, np.nan, dtype=np.float32)}), "no number"), (save({"own": np.ones(mapped, np.float32)}), ""),
    ):  # fmt: skip
        (folder / FILE).write_bytes(content)
        manifest = painter.manifest.model_dump(mode="json", include={"takes", "palette", "appearance", "mapped"})
        opened = ImagePipeline(read_model(sign(folder, manifest=manifest)))
        if why:
            with pytest.raises(InputError, match=why):
                directions_of(opened)
        else:
            assert list(directions_of(opened)) == ["own"]


def test_models_without_appearances_have_directions_too(tmp_path: Path) -> None:
    opened = ImagePipeline(read_model(write_model(tmp_path / "m", labels={"style": ("a", "b")}, channels=3)))
    assert APPEARANCE and set(find_directions(opened)) == {"darker", "redder", "yellower"}
