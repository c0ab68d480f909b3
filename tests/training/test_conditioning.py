"""How a pixel discriminator hears its condition, reads labels, and stays within its slope."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import CONSTANT_ZERO, Ramp
from ganvas.training.engine.state import State
from ganvas.training.networks.base import initialise
from ganvas.training.networks.conditioner import LEAST, whitening
from ganvas.training.networks.layers import SpectralConv, SpectralLinear
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator, PixelDiscriminatorConfig
from ganvas.training.recipes.adversaries import PixelAdversary
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import Adaptive, Augment
from ganvas.training.tasks.image.task import ImageTask
from ganvas.vocabulary.manifest import Takes
from tests.training.engine.test_loop import CutAt, goes_on_to_the_bit
from tests.training.fakes import SMALL, image_task, pictures, read_recipe, recipe

TAKES = Takes(labels={"style": ("outline", "solid")})


def network(**config: object) -> PixelDiscriminator:
    made = PixelDiscriminatorConfig.model_validate(
        {"widths": (8, 8), "features": 16, "embedding": 8, "condition": SMALL} | config
    )
    built = PixelDiscriminator(made, size=16, takes=TAKES, classes=True)
    initialise(built, seed=1, name="pixel")
    return built


def pixel(**changes: object) -> Recipe:
    """A small recipe whose pixel discriminator is another."""
    plain = recipe("hinge")
    assert plain.pixel is not None
    config = {name: changes.pop(name) for name in ("conditioning", "spectral") if name in changes}
    rules = plain.pixel.model_copy(update={"network": plain.pixel.network.model_copy(update=config), **changes})
    return plain.model_copy(update={"pixel": rules})


@pytest.mark.parametrize("conditioning", ["projection", "modulation", "concatenation"])
def test_a_score_hears_its_condition_after_one_look(conditioning: str) -> None:
    rival, images = network(conditioning=conditioning), torch.rand(4, 3, 16, 16)
    seen = rival.features(images)
    one, other = (rival.score(seen, {"label_style": torch.eye(2)[[place] * 4]}) for place in (0, 1))
    assert one.shape == (4, 1) and not torch.allclose(one, other)


def test_a_score_without_conditioning_hears_nothing() -> None:
    rival, images = network(conditioning="none"), torch.rand(4, 3, 16, 16)
    one, other = (rival(images, {"label_style": torch.eye(2)[[place] * 4]}) for place in (0, 1))
    assert torch.equal(one, other)
    assert rival.classes(rival.features(images))["label_style"].shape == (4, 2)


def test_projection_by_hand() -> None:
    rival = network(conditioning="projection")
    seen, given = torch.rand(4, 16), {"label_style": torch.eye(2)[[0, 1, 0, 1]]}
    agrees = (seen * (rival.conditioner(given) @ rival.project.weight.T)).sum(dim=1, keepdim=True) / 4  # the root of 16
    assert torch.allclose(rival.score(seen, given), seen @ rival.logit.weight.T + rival.logit.bias + agrees, atol=1e-5)


def test_modulation_by_hand() -> None:
    rival = network(conditioning="modulation")
    seen, given = torch.rand(4, 16), {"label_style": torch.eye(2)[[0, 1, 0, 1]]}
    told = rival.conditioner(given) @ rival.modulate.weight.T + rival.modulate.bias
    hidden = torch.nn.functional.leaky_relu((1 + told[:, :16]) * seen + told[:, 16:], 0.2) * (2 / 1.04) ** 0.5
    assert torch.allclose(rival.score(seen, given), hidden @ rival.logit.weight.T + rival.logit.bias, atol=1e-5)


def test_concatenation_by_hand() -> None:
    rival = network(conditioning="concatenation")
    seen, given = torch.rand(4, 16), {"label_style": torch.eye(2)[[0, 1, 0, 1]]}
    both = torch.cat([seen, rival.conditioner(given)], dim=1)
    hidden = torch.nn.functional.leaky_relu(both @ rival.join.weight.T + rival.join.bias, 0.2) * (2 / 1.04) ** 0.5
    assert torch.allclose(rival.score(seen, given), hidden @ rival.logit.weight.T + rival.logit.bias, atol=1e-5)


def test_spectral_layers_have_slope_one() -> None:
    layer = SpectralLinear(6, 4)
    initialise(layer, seed=0, name="x")
    for _ in range(60):
        layer(torch.zeros(1, 6))
    heard = layer(torch.eye(6)) - layer(torch.zeros(1, 6))
    assert torch.linalg.matrix_norm(heard, 2).item() == pytest.approx(1, abs=1e-4)
    before = layer.u.clone()
    layer.eval()(torch.zeros(1, 6))
    assert torch.equal(before, layer.u)  # only training moves the estimate


def test_a_spectral_kernel_is_divided_by_the_largest_singular_value_of_its_matrix() -> None:
    layer = SpectralConv(3, 4, bias=False)
    initialise(layer, seed=0, name="x")
    for _ in range(200):
        layer(torch.zeros(1, 3, 5, 5))
    dots = torch.eye(27).view(27, 3, 3, 3)  # what the middle of a convolution says to each number under it is its kernel
    matrix = layer(dots)[:, :, 1, 1].T.flip(1)
    wanted = layer.weight.detach().flatten(1)
    values = torch.linalg.svdvals(wanted)
    assert torch.linalg.svdvals(matrix)[0].item() == pytest.approx(1, abs=1e-4)
    assert values[0] != pytest.approx(float(wanted.norm()), rel=0.1)  # dividing by the whole norm would not pass
    assert torch.allclose(torch.linalg.svdvals(matrix), values / values[0], atol=1e-4)


def test_spectral_normalisation_holds_whatever_the_weights() -> None:
    rival = network(spectral=True)
    images = torch.rand(4, 3, 16, 16)
    for _ in range(30):
        before = rival(images, {"label_style": torch.eye(2)[[0, 1, 0, 1]]})
    with torch.no_grad():
        for name, weight in rival.named_parameters():
            if weight.dim() > 1 and "side" not in name and "conditioner" not in name:
                weight *= 10
    after = rival(images, {"label_style": torch.eye(2)[[0, 1, 0, 1]]})
    assert torch.allclose(before, after, atol=1e-3)


def run_to(step: int, folder: Path, made: Recipe) -> State:
    loop = Loop(image_task(made), run=Run(folder, log_every=1), budget=800)
    loop.fit(CutAt(step=step))
    return loop.state


ADAPTIVE = Augment(translation=0.2, cutout=0.5, colour=0.5, adaptive=Adaptive(target=0.0, images=32))
EVERYTHING_NEW = {
    "wasserstein": pixel(objective="wasserstein", penalty="one-centred", lazy=1).model_copy(update={"turns": 2}),
    "leastsquares, spectral": pixel(objective="leastsquares", spectral=True, conditioning="modulation"),
    "auxiliary classifier": pixel(objective="nonsaturating", conditioning="none", classify=Ramp(start=1, end=1)),
    "adaptive": pixel(objective="relativistic", conditioning="concatenation").model_copy(update={"augment": ADAPTIVE}),
}


@pytest.mark.parametrize("name", EVERYTHING_NEW)
def test_resume_is_bitwise(name: str, tmp_path: Path) -> None:
    made = EVERYTHING_NEW[name]
    goes_on_to_the_bit(lambda step, folder: run_to(step, folder, made), cut=5, steps=9, folder=tmp_path)


def test_adaptive_strength_moves_and_is_saved(tmp_path: Path) -> None:
    state = run_to(9, tmp_path, EVERYTHING_NEW["adaptive"])
    assert state.tensors()["augment/heard"][1] == 1  # two moves of four batches each, and one that is heard
    assert 0 < state.tensors()["augment/often"] <= 1, "a discriminator that wins is shown more"


def test_the_generator_plays_every_other_turn() -> None:
    task = image_task(EVERYTHING_NEW["wasserstein"])
    assert [player.every for player in task.players] == [1, 2]


def test_labels_become_readable(tmp_path: Path) -> None:
    """Where one style is dark and one light, both are soon read, though the fakes' are asked for too."""
    material = pictures(channels=3)
    material.images[::2], material.images[1::2] = 20, 250
    made = EVERYTHING_NEW["auxiliary classifier"].model_copy(update={"rate_discriminator": 0.01})
    task = image_task(made, material)
    Loop(task, run=Run(tmp_path), budget=800).fit(CutAt(step=30))
    rival, batch = task.adversaries["pixel"].network, task.batch(0)
    assert isinstance(rival, PixelDiscriminator)
    read = rival.classes(rival.features(batch.real))["label_style"].argmax(dim=1)
    assert torch.equal(read == 1, batch.real.mean(dim=(1, 2, 3)) > 0)


def test_no_labels_no_classifier() -> None:
    made = pixel(classify=Ramp(start=1, end=1)).model_copy(update={"conditional": False})
    task: ImageTask = image_task(made)
    assert not [name for name in task.networks["pixel"].state_dict() if name.startswith("read")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[pixel]\nmatching = 0.5\n[pixel.network]\nconditioning = "none"', "not used"),
        ("turns = 5\n[anchor]\nalone = 0.4", "turns = 1"),
        ("[augment]\noften = { start = 0.0, end = 2.0 }", "from 0 to 1"),
        ('[pixel]\npenalty = "r3"', "pixel.penalty"),
        ("size = 64\n[projected]\ncontrast = 0.5", "contrast has no effect here"),
        ('task = "restyle"\n[pixel]\nmatching = 0.5', "matching has no effect here"),
        ('task = "restyle"\n[augment]\ncutout = 0.5', "leave all but augment.translation"),
        ('task = "enlarge"\n[pixel]\nclassify = 1.0', "classify has no effect here"),
        ("[augment]\noften = { start = 0.5, end = 0.5 }\nadaptive = {}", "leave often out"),
        ("[augment]\ntranslation = 0.0\nscale = 0.0\nadaptive = {}", "nothing that could strike"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(f'sources = ["x"]\n{text}', encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_recipe([str(path)], overrides={})


def test_the_defaults_are_what_they_were() -> None:
    rules = PixelAdversary()
    assert (rules.penalty, rules.classify, rules.network.conditioning, rules.network.spectral) == (
        "r1+r2",
        CONSTANT_ZERO,
        "projection",
        False,
    )


def test_a_few_sentences_are_known_again_in_other_words() -> None:
    known = stream(0, "few").normal((6, 64))
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    nearly = known + 0.3 * stream(1, "few").normal(known.shape) / 8  # 0.3 away, in a direction that no sentence has
    axes = whitening(known, count=16, least=LEAST)
    white, other = ((rows - known.mean(axis=0)) @ axes for rows in (known, nearly))
    alike = (white * other).sum(axis=1) / np.linalg.norm(white, axis=1) / np.linalg.norm(other, axis=1)
    assert alike.min() > 0.6
    assert np.array_equal(axes.shape, (64, 16)) and np.allclose(np.square(white).mean(axis=0)[:5], 1)
