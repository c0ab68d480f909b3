"""From a trained generator to a model folder: two ONNX graphs that hold the weights as float16, the vocabulary, the manifest.

The graphs hold the only copy of the weights; each goes through a Cast to float32 when the graph is loaded, so computing stays in
float32. A matrix of LARGE numbers or more is kept as int8 with one float16 scale a row. `read_generator` reads them back for
`train --from`.
"""

import inspect
import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ganvas.ground.errors import GanvasError
from ganvas.ground.seeds import stream
from ganvas.models.graph import Inspected
from ganvas.models.session import GraphSession
from ganvas.models.trial import Port
from ganvas.pipelines.features import WIDTH
from ganvas.training.export.weights import SCALE, is_large, quantise, round_weights
from ganvas.training.networks.base import Generator, Given
from ganvas.vocabulary.manifest import Takes

PARITY = 1e-4
_OPSET = 18


class PositionalMapping(nn.Module):
    """The mapping with its condition as positional inputs, as a graph wants it."""

    def __init__(self, mapping: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.mapping, self.names = mapping, names

    def forward(self, z: Tensor, *parts: Tensor) -> Tensor:
        return self.mapping(z, dict(zip(self.names, parts, strict=True)))


def export_graphs(generator: Generator, folder: Path, *, takes: Takes, latent: int, mapped: int) -> float:
    """Write mapping.onnx and synthesis.onnx of a generator, rounding its weights in place.

    Returns the largest difference between the graphs and torch with the same rounded weights, over batches of 1, 3 and 8.
    Raises GanvasError when it exceeds PARITY.
    """
    round_weights(generator)
    generator.cpu().eval()
    widths = takes.widths
    mapping = PositionalMapping(generator.mapping, tuple(widths))
    example = make_example(latent, widths, count=2)
    mapping_bytes = trace_graph(mapping, tuple(example.values()), inputs=("z", *widths), output="w")
    synthesis_bytes = trace_graph(generator.synthesis, (torch.zeros(2, mapped),), inputs=("w",), output="work")
    (folder / "mapping.onnx").write_bytes(mapping_bytes)
    (folder / "synthesis.onnx").write_bytes(synthesis_bytes)
    worst = max(
        _difference(generator, mapping_bytes, synthesis_bytes, make_example(latent, widths, count=count)) for count in (1, 3, 8)
    )
    if not worst <= PARITY:
        raise GanvasError(f"the exported graphs differ from torch by {worst:.2e}, more than {PARITY:.0e}", where=folder)
    return worst


def export_judge(judge: nn.Module, *, takes: Takes) -> tuple[bytes, float]:
    """Return judge.onnx of a judge, rounding its weights in place, and its largest difference from torch.

    The difference is relative where verdicts are larger than 1. Raises GanvasError when it exceeds PARITY.
    """
    round_weights(judge)
    judge.cpu().eval()
    widths = takes.widths
    whole = PositionalMapping(judge, tuple(widths))
    example = make_example(WIDTH, widths, count=2)
    content = trace_graph(whole, tuple(example.values()), inputs=("features", *widths), output="verdicts")
    worst = 0.0
    for count in (1, 3, 8):
        features, *parts = make_example(WIDTH, widths, count=count).values()
        with torch.no_grad():
            wanted = whole(features, *parts).numpy()
        feed = dict(zip(("features", *widths), (features.numpy(), *(part.numpy() for part in parts)), strict=True))
        worst = max(worst, float((np.abs(run_graph(content, "verdicts", feed) - wanted) / np.maximum(np.abs(wanted), 1)).max()))
    if not worst <= PARITY:
        raise GanvasError(f"the exported judge differs from torch by {worst:.2e}, more than {PARITY:.0e}")
    return content, worst


def export_enlarger(enlarger: nn.Module, folder: Path, *, size: int) -> float:
    """Write enlarge.onnx of an enlarger, rounding its weights in place; it takes pictures of any size.

    Returns the largest difference from torch with the same rounded weights, at `size` and at another. Raises GanvasError when it
    exceeds PARITY.
    """
    round_weights(enlarger)
    enlarger.cpu().eval()
    content = trace_graph(enlarger, (torch.zeros(2, 4, size, size),), inputs=("small",), output="large", multiple=1)
    (folder / "enlarge.onnx").write_bytes(content)
    worst = max(_enlarged_apart(enlarger, content, count=count, side=side) for count, side in ((1, size), (3, size), (2, 24)))
    if not worst <= PARITY:
        raise GanvasError(f"the exported graph differs from torch by {worst:.2e}, more than {PARITY:.0e}", where=folder)
    return worst


def export_restylers(restylers: Sequence[nn.Module], folder: Path, *, names: Sequence[str], channels: int, columns: int,
                     multiple: int) -> float:  # fmt: skip
    """Write a graph for each restyler, rounding its weights in place; they take pictures of any sides that are multiples.

    Returns the largest difference from torch with the same rounded weights. Raises GanvasError when it exceeds PARITY.
    """
    worst = 0.0
    for restyler, name in zip(restylers, names, strict=True):
        round_weights(restyler)
        restyler.cpu().eval()
        example = (torch.zeros(2, channels, 8 * multiple, 16 * multiple), torch.zeros(2, columns))
        content = trace_graph(restyler, example, inputs=("picture", "style"), output="work", multiple=multiple)
        (folder / name).write_bytes(content)
        for number, shape in enumerate(((16, 16), (6, 11), (25, 8))):
            numbers = stream(0, "parity", step=number)
            picture = numbers.normal((number + 1, channels, *(side * multiple for side in shape))).clip(-1, 1)
            style = numbers.uniform((number + 1, columns)).astype(np.float32)
            with torch.no_grad():
                wanted = restyler(torch.from_numpy(picture), torch.from_numpy(style)).numpy()
            worst = max(worst, float(np.abs(run_graph(content, "work", {"picture": picture, "style": style}) - wanted).max()))
    if not worst <= PARITY:
        raise GanvasError(f"the exported graphs differ from torch by {worst:.2e}, more than {PARITY:.0e}", where=folder)
    return worst


def export_composer(generator: nn.Module, critic: nn.Module, folder: Path, *, ports: Mapping[str, Port]) -> float:
    """Write the graphs of a generator and a discriminator of music, rounding their weights in place.

    They take any number of beats. ports: what each graph takes and gives, by the name of its file. Returns the largest difference
    from torch with the same rounded weights, relative where numbers are larger than 1. Raises GanvasError when it exceeds PARITY.
    """
    worst = 0.0
    for network, (name, port) in zip((generator, critic), ports.items(), strict=True):
        round_weights(network)
        network.cpu().eval()
        example = tuple(torch.zeros(2, *shape[1:]) for shape in port.takes.values())
        content = trace_graph(network, example, inputs=tuple(port.takes), output=port.gives[0])
        (folder / name).write_bytes(content)
        for count, beats in ((1, 16), (3, 52), (2, 8)):
            numbers = stream(0, "parity", step=count)
            given = {part: numbers.uniform((count, shape[1], beats)).astype(np.float32) for part, shape in port.takes.items()}
            with torch.no_grad():
                wanted = network(*(torch.from_numpy(part) for part in given.values())).numpy()
            apart = np.abs(run_graph(content, port.gives[0], given) - wanted) / np.maximum(np.abs(wanted), 1)
            worst = max(worst, float(apart.max()))
    if not worst <= PARITY:
        raise GanvasError(f"the exported graphs differ from torch by {worst:.2e}, more than {PARITY:.0e}", where=folder)
    return worst


def make_example(latent: int, widths: Mapping[str, int], *, count: int) -> dict[str, Tensor]:
    """Return fixed random inputs of a mapping graph by name: z, and a unit vector of each width."""
    parts = {"z": stream(0, "parity", step=count).normal((count, latent))}
    for name, width in widths.items():
        part = stream(0, f"parity/{name}", step=count).normal((count, width))
        parts[name] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return {name: torch.from_numpy(part) for name, part in parts.items()}


def trace_graph(
    network: nn.Module, example: tuple[Tensor, ...], *, inputs: tuple[str, ...], output: str | tuple[str, ...],
    multiple: int | None = None, kernels: bool = False,
) -> bytes:  # fmt: skip
    """Trace a network into ONNX with a free batch size, then keep its weights as float16. Series (N, C, T) have a free length.

    multiple: pictures have free sides too, which are multiples of it. kernels: as in round_weights.
    """
    outputs = [output] if isinstance(output, str) else list(output)
    batch = {0: torch.export.Dim("batch", min=1, max=4096)}
    sides = batch
    if multiple is not None:
        height, width = (torch.export.Dim(name, min=8, max=1024) for name in ("height", "width"))
        sides = {**batch, 2: multiple * height, 3: multiple * width}
    series = {**batch, 2: torch.export.Dim("length", min=2, max=4096)}
    first, *rest = ({4: sides, 3: series}.get(one.dim(), batch) for one in example)
    several = any(one.kind is one.VAR_POSITIONAL for one in inspect.signature(network.forward).parameters.values())
    shapes = (first, tuple(rest)) if several and rest else (first, *rest)  # all of *parts are one entry
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network, example, dynamo=True, opset_version=_OPSET, input_names=list(inputs), output_names=outputs,
            dynamic_shapes=shapes, verbose=False, optimize=False, external_data=False,
        )  # fmt: skip
        assert program is not None
    return _halved(program.model_proto, kernels=kernels).SerializeToString()


def _halved(model: onnx.ModelProto, *, kernels: bool = False) -> onnx.ModelProto:
    """Keep every float weight as float16 behind a Cast, large ones as int8, and drop what only a debugger reads."""
    graph = model.graph
    _without_empty_biases(graph)
    casts: list[onnx.NodeProto] = []
    for tensor in list(graph.initializer):
        exact = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or exact.size < 8:
            continue
        wide = f"{tensor.name}/float32"
        if is_large(exact, kernels=kernels):
            steps, scale = quantise(exact)
            kept = {tensor.name: steps, tensor.name + SCALE: scale}
            graph.initializer.append(numpy_helper.from_array(scale, tensor.name + SCALE))
        elif np.array_equal(exact.astype(np.float16), exact):
            kept = {tensor.name: exact.astype(np.float16)}
        else:
            continue  # what the exporter computed from weights ahead of time need not fit float16
        parts = [wide] if len(kept) == 1 else [f"{name}/wide" for name in kept]
        casts += [helper.make_node("Cast", [name], [part], to=TensorProto.FLOAT) for name, part in zip(kept, parts, strict=True)]
        if len(kept) > 1:
            casts.append(helper.make_node("Mul", parts, [wide]))
        for node in graph.node:
            node.input[:] = [wide if name == tensor.name else name for name in node.input]
        tensor.CopyFrom(numpy_helper.from_array(kept[tensor.name], tensor.name))
    nodes = [*casts, *graph.node]
    for node in nodes:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    for value in (*graph.input, *graph.output):
        del value.metadata_props[:]
    del graph.node[:], graph.value_info[:], graph.metadata_props[:], model.metadata_props[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def _without_empty_biases(graph: onnx.GraphProto) -> None:
    """Drop the biases of zeros that the exporter computes for convolutions without one, and the nodes that only they need.

    They are the only reason for operators whose output size is computed, which no loader should have to allow.
    """
    made_by = {name: node.op_type for node in graph.node for name in node.output}
    for node in graph.node:
        if node.op_type == "Conv" and len(node.input) == 3 and made_by.get(node.input[2]) == "Expand":
            del node.input[2:]
    wanted = {value.name for value in graph.output}
    kept: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def _difference(generator: Generator, mapping: bytes, synthesis: bytes, example: Mapping[str, Tensor]) -> float:
    given: Given = {name: part for name, part in example.items() if name != "z"}
    with torch.no_grad():
        wanted = generator(example["z"], given).numpy()
    w = run_graph(mapping, "w", {name: part.numpy() for name, part in example.items()})
    return float(np.abs(run_graph(synthesis, "work", {"w": w}) - wanted).max())


def _enlarged_apart(enlarger: nn.Module, content: bytes, *, count: int, side: int) -> float:
    small = stream(0, "parity", step=count).normal((count, 4, side, side)).clip(-1, 1)
    with torch.no_grad():
        wanted = enlarger(torch.from_numpy(small)).numpy()
    return float(np.abs(run_graph(content, "large", {"small": small}) - wanted).max())


def run_graph(content: bytes, output: str, feed: Mapping[str, np.ndarray]) -> np.ndarray:
    """Run a graph from bytes, and return one of its outputs."""
    session = GraphSession(Inspected(content), where=output, threads=torch.get_num_threads())
    return session.run([output], feed)[0]
