"""Export: the graphs draw what torch draws, whatever the batch, and give the weights back."""

from pathlib import Path

import pytest
import torch

from ganvas.ground.errors import GanvasError
from ganvas.models.graph import inspect
from ganvas.pipelines.image import input_names
from ganvas.training.export import graphs as export
from ganvas.training.recipes.image import Recipe
from tests.training.fakes import image_task, recipe, weights_in


def trained_a_little(size: int = 16) -> export.Generator:
    """Return a generator whose biases and buffers are not what they were at the start."""
    generator = image_task(recipe(size=size)).generator
    torch.manual_seed(0)
    for parameter in generator.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    return generator


def write(generator: export.Generator, folder: Path) -> float:
    takes = image_task(recipe()).conditions.takes
    return export.export_graphs(generator, folder, takes=takes, latent=8, mapped=16)


def test_graphs_draw_what_torch_draws(tmp_path: Path) -> None:
    assert write(trained_a_little(), tmp_path) <= 1e-4  # over batches of 1, 3 and 8


def test_a_linear_mapping_is_linear_in_the_latent_and_a_deep_one_is_not(tmp_path: Path) -> None:
    made = recipe()
    told = {name: torch.zeros(1, width) for name, width in image_task(made).conditions.takes.widths.items()}
    z = torch.randn(1, 8, generator=torch.Generator().manual_seed(1))
    bent: dict[str, float] = {}
    for mapping in ("linear", "deep"):
        generator = image_task(mapped_by(mapping)).generator
        assert write(generator, tmp_path) <= 1e-4
        with torch.no_grad():
            ends = (generator.mapping(z, told) + generator.mapping(-z, told)) / 2
            bent[mapping] = float((ends - generator.mapping(0 * z, told)).abs().max())
    assert bent["linear"] < 1e-5 < 1e-2 < bent["deep"]


def mapped_by(mapping: str) -> Recipe:
    made = recipe()
    return made.model_copy(update={"generator": made.generator.model_copy(update={"mapping": mapping})})


def test_what_is_exported_is_let_in(tmp_path: Path) -> None:
    write(trained_a_little(), tmp_path)
    takes = image_task(recipe()).conditions.takes
    for name, inputs, output in (("mapping", input_names(takes), "w"), ("synthesis", ("w",), "work")):
        inspect((tmp_path / f"{name}.onnx").read_bytes(), inputs=inputs, output=output, where=name)


def test_a_graph_that_draws_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = trained_a_little()
    whole = export.trace_graph

    def damaged(network: torch.nn.Module, *rest: object, **names: object) -> bytes:
        with torch.no_grad():
            next(network.parameters())[(0, 0)] += 0.5
        graph = whole(network, *rest, **names)  # pyright: ignore[reportArgumentType]
        with torch.no_grad():
            next(network.parameters())[(0, 0)] -= 0.5
        return graph

    monkeypatch.setattr(export, "trace_graph", damaged)
    with pytest.raises(GanvasError, match="differ from torch"):
        write(generator, tmp_path)


def test_weights_come_back_to_the_bit(tmp_path: Path) -> None:
    generator = trained_a_little()
    write(generator, tmp_path)
    wanted = generator.state_dict()
    found = weights_in(tmp_path)
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


def test_large_matrices_are_kept_as_bytes_and_come_back_to_the_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = trained_a_little()
    before = generator.state_dict()["synthesis.start.weight"].clone()
    monkeypatch.setattr("ganvas.training.export.weights.LARGE", before.numel())
    assert write(generator, tmp_path) <= 1e-4
    kept = {one.name: one.data_type for one in export.onnx.load(tmp_path / "synthesis.onnx").graph.initializer}
    assert kept["start.weight"] == export.TensorProto.INT8
    inspect((tmp_path / "synthesis.onnx").read_bytes(), inputs=("w",), output="work", where="synthesis")
    wanted = generator.state_dict()
    assert all(torch.equal(tensor, wanted[name]) for name, tensor in weights_in(tmp_path).items())
    apart = (wanted["synthesis.start.weight"] - before).abs()
    assert float(apart.max()) > 0 and bool((apart <= 0.51 / 127 * before.abs().amax(dim=1, keepdim=True)).all())
