"""Weights as a model folder keeps them: rounded to float16 or int8 steps, and read back from its graphs."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ganvas.ground.errors import InputError

LARGE = 100_000
"""Numbers from which a matrix is kept in steps of a 127th of its row's largest: half the bytes, under 1 % of error a weight."""
SCALE = "/scale"


def round_weights(network: nn.Module, *, kernels: bool = False) -> None:
    """Round every floating tensor of a network to what its file can hold, in place: float16, or a large matrix's steps.

    kernels: large kernels of convolutions are kept in steps too.
    """
    with torch.no_grad():
        for value in network.state_dict().values():
            if is_large(value, kernels=kernels):
                steps, scale = quantise(value.cpu().numpy())
                value.copy_(torch.from_numpy(steps * scale.astype(np.float32)))
            elif value.is_floating_point():
                value.copy_(value.half().to(value.dtype))


def is_large(tensor: Tensor | np.ndarray, *, kernels: bool = False) -> bool:
    """Say whether a tensor is a matrix, or with `kernels` a kernel, that is kept as int8 steps."""
    return (tensor.ndim == 2 or (kernels and tensor.ndim == 4)) and math.prod(tensor.shape) >= LARGE


def quantise(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix as whole steps, int8 (R, C), and each row's step, float16 (R, 1). Rounded twice it stays the same.

    Of a kernel (O, I, H, W) each output channel has one step, (O, 1, 1, 1).
    """
    rest = tuple(range(1, matrix.ndim))
    scale = np.maximum(np.abs(matrix).max(axis=rest, keepdims=True) / 127, 1e-6).astype(np.float16)
    return np.clip(np.rint(matrix / scale.astype(np.float32)), -127, 127).astype(np.int8), scale


def read_generator(graphs: Mapping[str, bytes], *, where: Path) -> dict[str, Tensor]:
    """Read a generator's weights back out of its graphs, by the names of their files: its weights by their torch names.

    where: the model's folder, for errors. Raises InputError.
    """
    found: dict[str, Tensor] = {}
    alone = [name for name in ("enlarge", "restyle") if f"{name}.onnx" in graphs]
    for name in alone or ("mapping", "synthesis"):
        try:
            model = onnx.load_from_string(graphs[f"{name}.onnx"])
        except Exception as error:
            raise InputError("is no graph that this version can go on from", where=where / f"{name}.onnx") from error
        prefix = "synthesis." if name == "synthesis" else ""
        kept = {tensor.name: numpy_helper.to_array(tensor).astype(np.float32) for tensor in model.graph.initializer}
        for tensor, values in kept.items():
            if not tensor.endswith(SCALE):
                found[prefix + tensor] = torch.from_numpy(np.asarray(values * kept.get(tensor + SCALE, np.float32(1))))
    return found
