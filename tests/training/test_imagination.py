"""Looks, and a generator that draws looks which it imagines from words."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.training.looks import looks_of
from ganvas.training.model import read_weights
from ganvas.training.networks.imagination import ImaginationConfig
from ganvas.training.networks.residual import LOOK, LookMapping
from ganvas.training.recipe import AnchorRecipe, ImaginationRecipe, Recipe
from ganvas.training.schedule import Progress
from ganvas.training.tasks.image import ImageTask
from tests.training.fakes import SMALL, image_task, pictures, recipe
from tests.training.test_loop import goes_on_to_the_bit, run_to

SMALL_IMAGINATION = ImaginationRecipe(
    network=ImaginationConfig(pixels=10, features=0, hidden=16, condition=SMALL), captions=6, rate=0.05, noise=0.0
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))


def imagining(**changes: object) -> Recipe:
    return recipe(imagination=SMALL_IMAGINATION, anchor=AnchorRecipe(alone=0.01), **changes)


def task_of(made: Recipe) -> tuple[ImageTask, LookMapping]:
    task = image_task(made)
    mapping = task.generator.mapping
    assert isinstance(mapping, LookMapping)
    return task, mapping


def test_looks_tell_pictures_apart_as_their_pixels_do() -> None:
    material = pictures(14, size=16)
    train = np.arange(14)
    looks = looks_of(material, train, pixels=13, features=0)
    flat = material.images.astype(np.float64)
    flat[..., :3] *= flat[..., 3:] / 255
    wanted = np.square(flat.reshape(14, 1, -1) - flat.reshape(1, 14, -1)).sum(axis=2)
    found = np.square(looks[:, None] - looks[None]).sum(axis=2)
    apart = ~np.eye(14, dtype=bool)
    assert np.corrcoef(wanted[apart], found[apart])[0, 1] > 0.5
    assert np.square(looks).mean() == pytest.approx(1, rel=1e-3)


def test_components_come_from_training_pictures_alone() -> None:
    material = pictures(14, size=16)
    other = pictures(14, size=16)
    other.images[13] = 255 - other.images[13]
    train = np.arange(13)
    mine, theirs = (looks_of(one, train, pixels=5, features=0) for one in (material, other))
    assert not np.shares_memory(mine, theirs)
    other = type(other)(other.images, other.records, "1" * 64)  # its pixels have changed, and so its digest
    theirs = looks_of(other, train, pixels=5, features=0)
    assert np.array_equal(mine[:13], theirs[:13]) and not np.allclose(mine[13], theirs[13])


def test_more_components_than_pictures_are_zeros() -> None:
    looks = looks_of(pictures(4, size=16), np.arange(4), pixels=10, features=0)
    assert looks.shape == (4, 10) and not looks[:, 3:].any() and looks[:, :3].any(axis=0).all()


def test_features_describe_large_pictures() -> None:
    looks = looks_of(pictures(6, size=64), np.arange(6), pixels=3, features=5)
    assert looks.shape == (6, 8) and looks.dtype == np.float32 and looks[:, 3:].any(axis=0).all()


def test_a_shown_look_replaces_the_words() -> None:
    task, mapping = task_of(imagining())
    batch = task.batch(0)
    z = torch.zeros(len(batch.real), 8)
    look = torch.randn(len(batch.real), 10, generator=torch.Generator().manual_seed(0))
    shown = {**batch.given, LOOK: look}
    other = {**shown, "words": shown["words"].roll(1, dims=0)}
    assert torch.equal(mapping(z, shown), mapping(z, other))
    assert not torch.allclose(mapping(z, batch.given), mapping(z, shown))


def test_the_generator_is_shown_looks_only_while_it_is_alone() -> None:
    task, _ = task_of(imagining())
    assert task.alone == 8
    assert task.batch(0).shown is not None and task.batch(1).shown is not None and task.batch(2).shown is None


def test_each_player_moves_its_own_part() -> None:
    task, mapping = task_of(imagining())
    players = {player.name: player for player in task.players}
    imagined = {id(parameter) for parameter in mapping.imagination.parameters()}
    assert {id(parameter) for parameter in players["imagination"].parameters} == imagined
    drawn = {id(parameter) for parameter in players["generator"].parameters}
    assert not drawn & imagined
    assert drawn | imagined == {id(parameter) for parameter in task.generator.parameters()}


def test_imagination_learns_looks_from_words() -> None:
    task, _ = task_of(imagining())
    player = next(player for player in task.players if player.name == "imagination")
    losses: list[float] = []
    for step in range(60):
        loss = player.loss(task.batch(step), Progress(step=step, budget=800))
        player.optimiser.zero_grad()
        loss.total.backward()
        player.optimiser.step()
        losses.append(loss.total.item())
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_resume_is_bitwise(cut: int, tmp_path: Path) -> None:
    goes_on_to_the_bit(partial(run_to, made=imagining()), cut=cut, steps=5, folder=tmp_path)


def test_rivals_see_before_the_generator_hears_them() -> None:
    made = recipe(imagination=SMALL_IMAGINATION, anchor=AnchorRecipe(alone=0.5, ahead=0.1))
    task = image_task(made)
    rival = next(player for player in task.players if player.name == "discriminator")
    assert (task.alone, rival.start) == (400, 320)
    loss = task.generator_loss(task.batch(80), Progress(step=80, images=320, budget=800))
    assert set(loss.parts) == {"g/anchor"}


def test_features_need_pictures_that_they_can_see() -> None:
    with pytest.raises(ValueError, match=r"imagination\.network\.features"):
        Recipe(sources=("x",), size=32, imagination=ImaginationRecipe())


def test_a_model_of_another_kind_is_named(tmp_path: Path) -> None:
    from tests.training.test_export import trained_a_little, write

    generator = trained_a_little()
    write(generator, tmp_path)
    wanted = generator.state_dict()
    said: list[str] = []
    changed = dict(wanted) | {"mapping.enter.weight": torch.zeros(3, 3)}
    found = read_weights(tmp_path, changed, say=said.append)
    assert torch.equal(found["mapping.enter.weight"], torch.zeros(3, 3))
    assert torch.equal(found["synthesis.start.weight"], wanted["synthesis.start.weight"])
    assert len(said) == 1 and "mapping.enter" in said[0]
    with pytest.raises(InputError, match="none of its layers fits"):
        read_weights(tmp_path, {"other.weight": torch.zeros(2, 2)}, say=said.append)
