"""Every size that can be learned: networks are built for it, trained, exported, drawn with, and resumed."""

from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.data.cache import Pictures
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.models.graph import inspect
from ganvas.models.session import GraphSession
from ganvas.training.engine.schedule import Progress
from ganvas.training.export import graphs as export
from ganvas.training.networks.image_generator import GENERATOR_WIDTHS, _factor, resized
from ganvas.training.networks.layers import grids
from ganvas.training.networks.pixel_discriminator import DISCRIMINATOR_WIDTHS
from ganvas.training.networks.projected import MIN_SIDE
from ganvas.training.recipes.base import trainable
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import AnchorRecipe, TextPriorRecipe
from ganvas.training.tasks.image import appearance as looks
from ganvas.training.tasks.image.appearance import sketch_shape
from ganvas.training.tasks.image.task import ImageTask
from tests.training.engine.test_loop import goes_on_to_the_bit, run_to
from tests.training.fakes import image_task, pictures, recipe

SIDES = range(16, 257, 16)
EVERY = [Size(a, b) for a in SIDES for b in SIDES if max(a, b) <= 4 * min(a, b)]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))


def test_every_size_grows_from_a_small_grid_by_doublings() -> None:
    for size in EVERY:
        steps = grids(trainable(size))
        assert steps[-1] == size.grid and 3 <= min(steps[0]) <= 5 and max(steps[0]) <= 20
        assert all(0 <= 2 * small - large <= 1 for one, other in pairwise(steps) for small, large in zip(one, other, strict=True))
        assert len(GENERATOR_WIDTHS[len(steps)]) == len(steps) == len(DISCRIMINATOR_WIDTHS[len(steps)]) + 1


def test_what_was_learned_before_has_the_shape_it_had() -> None:
    for size, widths, rival in (
        (16, (128, 96, 48), (48, 96)),
        (32, (192, 160, 96, 32), (48, 96, 128)),
        (64, (256, 224, 144, 64, 24), (48, 96, 128, 160)),
        (128, (256, 224, 144, 64, 32, 16), (32, 64, 96, 128, 160)),
    ):
        steps = grids(size)
        assert steps == [(4 * 2**step, 4 * 2**step) for step in range(len(widths))]
        assert GENERATOR_WIDTHS[len(steps)] == widths and DISCRIMINATOR_WIDTHS[len(steps)] == rival
    assert [sketch_shape(side, side)[0] for side in (16, 32, 64, 128)] == [6, 12, 24, 24]
    assert [_factor(side, 24) for side in (32, 64, 128)] == [32 / 24, 64 / 24, 128 / 24]


def test_every_sketch_is_enlarged_to_the_very_pixel() -> None:
    for size in EVERY:
        small = sketch_shape(*size.grid)
        assert small[0] * small[1] <= 1.1 * 24**2
        for grid in grids(size)[-2:]:
            assert resized(torch.zeros(1, 1, *small), grid).shape[2:] == grid
            factors = [np.float32(_factor(large, less)) for large, less in zip(grid, small, strict=True)]
            assert [int(factor * np.float32(less)) for factor, less in zip(factors, small, strict=True)] == list(grid)


@pytest.mark.parametrize("size", ["40", "288", "8", "80x16", "96x70", "16x256"])
def test_other_sizes_are_refused_in_one_line(size: str) -> None:
    with pytest.raises(ValueError, match=rf"{size} is not learned: sides are multiples of 16 up to 256"):
        Recipe(sources=("x",), size=size)  # pyright: ignore[reportArgumentType]


def task_of(size: str, *, channels: int = 4) -> ImageTask:
    """Return a task with everything that can be had at a size: looks, a sketch, a projected rival, the anchor."""
    sees = Size.of(size).shorter >= MIN_SIDE
    imagined = TextPriorRecipe(pixels=10, features=6 if sees else 0, components=8, ridge=1e-3)
    made = recipe(size=size, everything=sees, text_prior=imagined, anchor=AnchorRecipe(features=0.1 if sees else 0.0))
    return image_task(made, pictures(size=size, channels=channels))


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Describe pictures by less: to find the components of more takes seconds."""
    monkeypatch.setattr(looks, "COARSE", 8)
    monkeypatch.setattr(looks, "PLACES", 2)


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("size", ["32", "48", "80x48", "32x128", "96", "144x112", "256"])
def test_a_model_of_any_size_trains_and_draws(size: str) -> None:
    task = task_of(size, channels=3 if size == "96" else 4)
    for step in range(2):
        batch, progress = task.batch(step), Progress(step=step, images=4 * step, budget=800)
        for player in task.players:
            player.optimiser.zero_grad()
            player.loss(batch, progress).total.backward()
            moved = [weight.grad for weight in player.parameters if weight.grad is not None]
            assert len(moved) > 10 and all(gradient.isfinite().all() for gradient in moved)
            player.optimiser.step()
    height, width = Size.of(size).grid
    columns = 16 if max(height, width) <= 128 else 8
    assert task.sheet(task.generator).shape == (3 * (height + 4) + 4, columns * (width + 4) + 4, 3)


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("size", ["144x112", "256"])
def test_the_graph_of_any_size_draws_what_torch_draws(size: str) -> None:
    task = task_of(size)
    synthesis = task.generator.synthesis.cpu().eval()
    export.round_weights(synthesis)
    content = export.trace_graph(synthesis, (torch.zeros(2, task.generator.mapped),), inputs=("w",), output="work")
    session = GraphSession(inspect(content, inputs=("w",), output="work", where=size), where=size)
    for count in (1, 3):
        w = stream(0, "w").normal((count, task.generator.mapped))
        (drawn,) = session.run(["work"], {"w": w})
        assert np.asarray(drawn).shape == (count, 4, *Size.of(size).grid)
        with torch.no_grad():
            assert np.abs(np.asarray(drawn) - synthesis(torch.from_numpy(w)).numpy()).max() <= export.PARITY


def test_a_rectangle_resumes_to_the_bit(tmp_path: Path) -> None:
    made = recipe(size="80x48", everything=True)
    goes_on_to_the_bit(partial(run_to, made=made), cut=2, steps=3, folder=tmp_path)


def test_a_rectangle_is_learned_the_right_way_round() -> None:
    """What is left in the pictures is left in the sketches: rows and columns are nowhere exchanged."""
    size = Size(64, 32)
    images = np.zeros((14, *size.grid, 3), dtype=np.uint8)
    images[:, :, :32] = stream(1, "left").integers(256, (14, 1, 1, 3))
    images[:, :16] //= 2
    made = recipe(size=size, text_prior=TextPriorRecipe(pixels=10, features=0, components=8, ridge=1e-3))
    task = image_task(made, Pictures(images, pictures(size=size).records, "2" * 64))
    assert task.appearances is not None and task.generator.synthesis.sketch is not None  # pyright: ignore
    look = torch.from_numpy(np.array(task.appearances.vectors[:, :10]))
    sketch = task.generator.synthesis.sketch(look)  # pyright: ignore
    wanted = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(images).permute(0, 3, 1, 2) / 127.5 - 1, (12, 24))
    assert sketch.shape == (14, 3, 12, 24) and torch.allclose(sketch, wanted, atol=1e-3)
