"""From a palette generator to its two graphs: mapping.onnx takes an appearance, synthesis.onnx gives the parts of a picture.

The parts are composed by whoever uses the model (ganvas.ground.palette), at any size.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ganvas.ground.errors import GanvasError
from ganvas.ground.palette import compose_palette
from ganvas.training.export.graphs import PARITY, PositionalMapping, make_example, run_graph, trace_graph
from ganvas.training.export.weights import round_weights
from ganvas.training.networks.image_generator import APPEARANCE
from ganvas.training.networks.palette_head import PaletteGenerator, PaletteSynthesis
from ganvas.vocabulary.manifest import Takes

OUTPUTS = ("logits", "palette", "shading")


class _Parts(nn.Module):
    """The synthesis with the parts of a picture as its outputs, as a graph wants it."""

    whole: PaletteSynthesis

    def __init__(self, synthesis: PaletteSynthesis) -> None:
        super().__init__()
        for name, part in synthesis.named_children():  # weights keep the names that they have in the synthesis
            self.add_module(name, part)
        object.__setattr__(self, "whole", synthesis)

    def forward(self, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        painted = self.whole.paint(w)
        return painted.logits, painted.palette, painted.shading


def palette_inputs(takes: Takes, *, appearance: int) -> dict[str, int]:
    """Return the inputs of the mapping graph beside z, with their widths; words only choose the appearance."""
    return {APPEARANCE: appearance, **Takes(labels=takes.labels).widths}


def export_palette_graphs(generator: PaletteGenerator, folder: Path, *, takes: Takes, latent: int, appearance: int) -> float:
    """Write mapping.onnx and synthesis.onnx of a palette generator, rounding its weights in place, large kernels to int8 steps.

    Returns the largest difference of a composed picture from torch's with the same rounded weights, over batches of 1, 3 and 8.
    Raises GanvasError when it exceeds PARITY.
    """
    round_weights(generator, kernels=True)
    generator.cpu().eval()
    widths = palette_inputs(takes, appearance=appearance)
    example = make_example(latent, widths, count=2)
    mapping = trace_graph(
        PositionalMapping(generator.mapping, tuple(widths)), tuple(example.values()), inputs=("z", *widths), output="w"
    )
    assert isinstance(generator.synthesis, PaletteSynthesis)
    parts, w = _Parts(generator.synthesis), torch.zeros(2, generator.mapped)
    synthesis = trace_graph(parts, (w,), inputs=("w",), output=OUTPUTS, kernels=True)
    (folder / "mapping.onnx").write_bytes(mapping)
    (folder / "synthesis.onnx").write_bytes(synthesis)
    worst = max(_difference(generator, mapping, synthesis, make_example(latent, widths, count=count)) for count in (1, 3, 8))
    if not worst <= PARITY:
        raise GanvasError(f"the exported graphs differ from torch by {worst:.2e}, more than {PARITY:.0e}", where=folder)
    return worst


def _difference(generator: PaletteGenerator, mapping: bytes, synthesis: bytes, example: Mapping[str, Tensor]) -> float:
    given = {name: part for name, part in example.items() if name != "z"}
    with torch.no_grad():
        wanted = generator(example["z"], given).numpy()
    w = run_graph(mapping, "w", {name: part.numpy() for name, part in example.items()})
    logits, palette, shading = (run_graph(synthesis, name, {"w": w}) for name in OUTPUTS)
    return float(np.abs(compose_palette(logits, palette, shading) - wanted).max())
