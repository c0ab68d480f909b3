"""The x4 stage's training: the same loop, bitwise resumed; a network that starts as bilinear; a folder that loads."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from ganvas.data.sets import make_set
from ganvas.ground.errors import InputError
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.pipelines.enlarge import Enlarger as Pipeline
from ganvas.pipelines.registry import open_model
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress, Ramp
from ganvas.training.engine.state import State, equal
from ganvas.training.export.initial_weights import open_initial_weights
from ganvas.training.networks.base import initialise
from ganvas.training.networks.enlarger import Enlarger, EnlargerConfig
from ganvas.training.networks.pixel_discriminator import PixelDiscriminatorConfig
from ganvas.training.objectives import Likeness
from ganvas.training.recipes.adversaries import PixelAdversary
from ganvas.training.recipes.enlarge import EnlargeRecipe, LikenessRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import dump, resume_recipe
from ganvas.training.start.train import train
from ganvas.training.tasks.enlarge.data import EnlargeData
from ganvas.training.tasks.enlarge.task import EnlargeTask, drawings
from ganvas.vocabulary.manifest import Takes
from tests.pipelines.fakes import write_model
from tests.training.engine.test_loop import CutAt, goes_on_to_the_bit
from tests.training.fakes import pictures, read_recipe

RECIPES = Path(__file__).parents[3] / "recipes"
TINY = EnlargerConfig(width=8, blocks=1, twice=6, fourfold=4)


def recipe(**changes: object) -> EnlargeRecipe:
    made = EnlargeRecipe(
        task="enlarge", name="tiny-x4", sources=("nowhere",), size=16, crop=8, look=16, batch=4, images=800, precision="float32",
        generator=TINY, half_life=100, likeness=LikenessRecipe(alone=0.01),
        pixel=PixelAdversary(gamma=Ramp(start=1, end=0.1), lazy=2, network=PixelDiscriminatorConfig(widths=(8, 8), features=16)),
    )  # fmt: skip
    return made.model_copy(update=changes)


def task(made: EnlargeRecipe) -> EnlargeTask:
    drawn = stream(9, "drawn").integers(256, (5, 16, 16, 4)).astype(np.uint8)
    return EnlargeTask(made, pictures(size=64), drawn, device="cpu", precision="float32")


def run_to(step: int, folder: Path, made: EnlargeRecipe) -> State:
    loop = Loop(task(made), run=Run(folder, log_every=1), budget=800)
    loop.fit(CutAt(step=step))
    return loop.state


@pytest.mark.parametrize("cut", [1, 2, 3], ids=["in the warm start", "at its end", "in the game"])
def test_resume_is_bitwise(cut: int, tmp_path: Path) -> None:
    goes_on_to_the_bit(partial(run_to, made=recipe()), cut=cut, steps=5, folder=tmp_path)


def test_with_l1_alone_there_is_no_discriminator_and_no_drawn_input(tmp_path: Path) -> None:
    made = recipe(likeness=LikenessRecipe(alone=1.0))
    start = {name: value.clone() for name, value in task(made).networks["pixel"].state_dict().items()}
    loop = Loop(task(made), run=Run(tmp_path), budget=800)
    loop.fit(CutAt(step=3))
    assert all(torch.equal(start[name], value) for name, value in loop.task.networks["pixel"].state_dict().items())
    assert loop.task.batch(150).paired.min() == 1


def test_its_warm_start_is_the_l1_arms_own(tmp_path: Path) -> None:
    """The two differ in nothing before the game is on, so that what comes after is the game's doing."""
    one, two = run_to(2, tmp_path / "a", recipe()), run_to(2, tmp_path / "b", recipe(likeness=LikenessRecipe(alone=1.0)))
    assert equal(one, two)


def test_a_batch_holds_pieces_of_the_same_place() -> None:
    made = recipe(degrade=recipe().degrade.model_copy(update={"clean": 1.0}))
    batch = task(made).batch(0)
    assert batch.small.shape == (4, 4, 8, 8) and batch.real.shape == (4, 4, 32, 32)
    torch.testing.assert_close(torch.nn.functional.avg_pool2d(batch.real, 4), batch.small, atol=1e-4, rtol=0)
    later = task(made).batch(100)
    assert later.paired.tolist() == [0, 1, 1, 1]


def test_likeness_asks_for_the_true_picture_or_for_the_input() -> None:
    small, real = torch.zeros(2, 4, 4, 4), torch.ones(2, 4, 16, 16)
    fake = torch.full((2, 4, 16, 16), 0.25)
    pull = Likeness(pixels=2.0, features=3.0, reduced=5.0)
    seen = [(torch.zeros(2, 3, 2, 2), torch.ones(2, 3, 2, 2))]

    def total(paired: list[int], **rest: object) -> float:
        return float(pull.generator(small, real, fake, paired=torch.tensor(paired, dtype=torch.float32), **rest).total)  # pyright: ignore

    assert total([1, 1]) == pytest.approx(2 * 0.75)
    assert total([0, 0]) == pytest.approx(5 * 0.25)
    assert total([1, 0]) == pytest.approx(2 * 0.75 + 5 * 0.25)
    assert total([1, 1], seen=seen) == pytest.approx(2 * 0.75 + 3)


def test_it_adds_to_bilinear_and_beyond_the_edge_all_is_clear() -> None:
    network = Enlarger(TINY)
    initialise(network, seed=0, name="generator")
    small = torch.from_numpy(stream(0, "s").normal((2, 4, 9, 12))).clamp(-1, 1)
    clear = torch.full((1, 4, 12, 12), -1.0)
    with torch.no_grad():
        network.colour.weight.zero_()
        twice = interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False)
        plain = interpolate(twice, scale_factor=2.0, mode="bilinear", align_corners=False)
        torch.testing.assert_close(network(small), plain, atol=1e-5, rtol=0)
        initialise(network, seed=0, name="generator")
        torch.testing.assert_close(network(clear), torch.full((1, 4, 48, 48), -1.0))


def test_the_bundled_recipes_differ_in_the_adversarial_phase_only() -> None:
    ours, arm = (read_recipe([str(RECIPES / f"emoji-x4{arm}.toml")], overrides={}).model_dump() for arm in ("", "-l1"))
    different = {name for name in ours if ours[name] != arm[name]}
    assert different == {"name", "likeness"}
    assert {**ours["likeness"], "alone": 1.0} == arm["likeness"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("size = 16\ncrop = 32", "more than the picture's 16"),
        ("crop = 16\nlook = 128", "more than the 64 of an enlarged piece"),
        ("[pixel.network]\nwidths = [8]", "widths has 1 entries"),
        ("look = 16\n[pixel.network]\nshrunk = 8", "shrunk = 8 leaves the grids 2x2"),
        ('[generator]\nlatent = 3', "generator.latent: there is no such setting"),
    ],
)  # fmt: skip
def test_a_recipe_that_cannot_be_built_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(f'task = "enlarge"\nsources = ["x"]\n{text}', encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_recipe([str(tmp_path / "r.toml")], overrides={})


def test_a_task_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text('task = "sing"\nsources = ["x"]', encoding="utf-8")
    with pytest.raises(InputError, match=r"'sing' is none that can be trained .*image, enlarge"):
        read_recipe([str(tmp_path / "r.toml")], overrides={})


def test_a_run_of_another_task_is_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(dump(recipe()), encoding="utf-8")
    assert resume_recipe(recipe(), tmp_path / "recipe.toml") == recipe()
    with pytest.raises(InputError, match="task"):
        resume_recipe(Recipe(sources=("nowhere",)), tmp_path / "recipe.toml")


def test_small_pictures_are_no_true_renderings(tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", np.zeros((32, 32, 4), dtype=np.uint8))
    with pytest.raises(InputError, match="no true renderings at 64 pixels"):
        EnlargeData.open(recipe(sources=(str(tmp_path),)), None, say=print)


def test_a_model_draws_inputs_once(tmp_path: Path) -> None:
    model = str(write_model(tmp_path / "m"))
    first = drawings(model, pictures(size=64), size=16, seed=0, count=3)
    assert first.shape == (3, 16, 16, 4)
    np.testing.assert_array_equal(first, drawings(model, pictures(size=64), size=16, seed=0, count=3))
    with pytest.raises(InputError, match="RGBA of 64 pixels"):
        drawings(model, pictures(size=64), size=64, seed=0, count=3)


def test_a_trained_enlarger_loads_and_makes_what_torch_makes(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "data", size=64, count=8)
    (tmp_path / "r.toml").write_text(dump(recipe(sources=(str(tmp_path / "data"),), images=12)), encoding="utf-8")
    said: list[str] = []
    done = train([str(tmp_path / "r.toml")], out=tmp_path / "run", explain=True, say=said.append)
    assert done.model is not None and any("parity" in line for line in said)
    enlarger = open_model(done.model)
    assert isinstance(enlarger, Pipeline) and enlarger.manifest.images_seen == 12
    assert enlarger(np.full((1, 16, 16, 4), 255, dtype=np.uint8)).shape == (1, 64, 64, 4)

    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Compared with bicubic enlargement" in page
    assert "what it made of that" in (done.model / "README.md").read_text(encoding="utf-8")

    network = Enlarger(TINY)
    weights = open_initial_weights(str(done.model)).fitting(network.state_dict(), Takes(), say=said.append)
    assert weights.keys() == network.state_dict().keys()
    again = train([str(tmp_path / "r.toml")], out=tmp_path / "again", overrides={"start_from": str(done.model)}, say=said.append)
    assert again.model is not None
    with pytest.raises(InputError, match="is no model"):
        train([str(tmp_path / "r.toml")], out=tmp_path / "other", overrides={"start_from": "nowhere"}, say=said.append)
    graph = done.model / "enlarge.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    with pytest.raises(InputError, match="sha256 differs"):
        train([str(tmp_path / "r.toml")], out=tmp_path / "third", overrides={"start_from": str(done.model)}, say=said.append)
    assert Progress(step=3, images=12, budget=12) == Progress(**{**vars(done.outcome.progress), "seconds": 0.0})
