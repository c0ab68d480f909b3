"""Palette heads: pictures are composed as without torch, graphs draw what torch draws, and begin with the sketch's colours."""

from pathlib import Path

import numpy as np
import torch

from ganvas.ground.palette import compose_palette
from ganvas.ground.seeds import stream
from ganvas.models.graph import inspect
from ganvas.training.export.palette_graphs import OUTPUTS, export_palette_graphs, palette_inputs
from ganvas.training.networks.base import initialise
from ganvas.training.networks.image_generator import APPEARANCE
from ganvas.training.networks.palette_head import Painted, PaletteGenerator, PaletteHead, compose
from tests.training.tasks.image.palettes import CONFIG, appearance_task, palette_recipe


def test_what_is_composed_here_is_composed_without_torch() -> None:
    numbers = stream(0, "painted")
    parts = [3 * numbers.normal((2, 5, 8, 6)), numbers.normal((2, 5, 4)), numbers.normal((2, 4, 8, 6))]
    here = compose(Painted(*(torch.from_numpy(part) for part in parts))).numpy()
    assert here.shape == (2, 4, 8, 6)
    assert np.abs(here - compose_palette(*parts)).max() < 1e-4


def test_graphs_are_let_in_and_give_what_torch_gives(tmp_path: Path) -> None:
    task = appearance_task(palette_recipe())
    generator, takes = task.generator, task.conditions.takes
    assert isinstance(generator, PaletteGenerator)
    assert export_palette_graphs(generator, tmp_path, takes=takes, latent=8, appearance=CONFIG.pixels + CONFIG.features) < 1e-4
    inputs = palette_inputs(takes, appearance=CONFIG.pixels + CONFIG.features)
    assert list(inputs) == [APPEARANCE, "label_style", "label_colour"], "words reach it through the appearance alone"
    inspect((tmp_path / "mapping.onnx").read_bytes(), inputs=("z", *inputs), output="w", where="mapping")
    inspect((tmp_path / "synthesis.onnx").read_bytes(), inputs=("w",), output=OUTPUTS, where="synthesis")


def test_before_anything_is_learned_surfaces_have_the_sketchs_colours() -> None:
    head = PaletteHead(4, 8, 16, channels=4, entries=12, size=(24, 24), reduced=(6, 6))
    initialise(head, seed=0, name="head")
    small = torch.tensor([[0.31, -0.44, 0.12, 1.0], [-0.6, 0.2, 0.7, 1.0]])[:, :, None, None].expand(2, 4, 6, 6).clone()
    small[:, :, :2] = -1  # clear above
    large = torch.nn.functional.interpolate(small, scale_factor=4.0)
    drawn = compose(head(torch.zeros(2, 4, 24, 24), torch.zeros(2, 8, 6, 6), torch.zeros(2, 16), small=small, large=large))
    assert (drawn - large).abs().max() < 0.12, "and so they are at first, though no entry begins at either colour"


def test_what_a_picture_lacks_of_its_sketch_is_given_back() -> None:
    head = PaletteHead(4, 8, 16, channels=4, entries=4, size=(24, 24), reduced=(6, 6))
    initialise(head, seed=0, name="head")
    small = stream(0, "sketch").normal((1, 4, 6, 6)) * 0.5
    shown = torch.from_numpy(small)
    large = torch.nn.functional.interpolate(shown, scale_factor=4.0, mode="bilinear")
    given = (torch.zeros(1, 4, 24, 24), torch.zeros(1, 8, 6, 6), torch.zeros(1, 16))
    errors: list[float] = []
    for gate in (-20.0, 20.0):
        with torch.no_grad():
            head.returned.bias.fill_(gate)
            drawn = compose(head(*given, small=shown, large=large))
        errors.append(float((torch.nn.functional.adaptive_avg_pool2d(drawn, (6, 6)) - shown).square().mean()))
    assert errors[1] < 0.3 * errors[0], "four colours alone are not all of a picture"
