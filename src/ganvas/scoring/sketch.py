"""The sketch alone: what a model that paints over a sketch would draw if its network painted nothing.

Such a model keeps the sketch's mean and components in synthesis.onnx, and its latent w ends in the sketch's coordinates. They are
read from the graph without a runtime: the row beside a model's own says what its network adds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganvas.ground.images import unpremultiply
from ganvas.ground.sizes import Size
from ganvas.models.protobuf import Field, fields, message, numbers, text
from ganvas.pipelines import ImagePipeline

MEAN, COMPONENTS, SCALE = "sketch.mean", "sketch.components", "/scale"
_GRAPH, _INITIALISER = 7, 5
_DIMS, _TYPE, _FLOATS, _NAME, _RAW = 1, 2, 4, 8, 9
_TYPES = {1: np.dtype("<f4"), 3: np.dtype("i1"), 10: np.dtype("<f2")}


@dataclass(frozen=True)
class Sketch:
    """The mean (C * h * w,) and the components (C * h * w, K) of sketches, and the size that they are enlarged to."""

    mean: np.ndarray
    components: np.ndarray
    shape: tuple[int, int, int]
    size: Size

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Draw the sketches that latents (N, mapped) end in: uint8 (N, height, width, C), straight alpha."""
        flat = w[:, w.shape[1] - self.components.shape[1] :] @ self.components.T + self.mean
        planes = flat.astype(np.float32).reshape(-1, *self.shape)
        return unpremultiply(np.stack([[self._enlarged(plane) for plane in picture] for picture in planes]))

    def _enlarged(self, plane: np.ndarray) -> np.ndarray:
        return np.asarray(Image.fromarray(plane).resize((self.size.width, self.size.height), Image.Resampling.BILINEAR))


def find_sketch(pipeline: ImagePipeline) -> Sketch | None:
    """Return the sketch that a model paints over, or None where it paints over none."""
    manifest = pipeline.manifest
    found = read_initialisers(pipeline.content("synthesis.onnx"), wanted=lambda name: name.startswith("sketch."))
    if MEAN not in found or COMPONENTS not in found:
        return None
    mean, components = found[MEAN].astype(np.float32), found[COMPONENTS].astype(np.float32)
    if COMPONENTS + SCALE in found:
        components *= found[COMPONENTS + SCALE].astype(np.float32)
    shape = _shape(len(mean), manifest.channels, manifest.size)
    if shape is None or components.shape[0] != len(mean) or components.shape[1] > manifest.mapped:
        return None
    return Sketch(mean, components, shape, manifest.size)


def _shape(count: int, channels: int, size: Size) -> tuple[int, int, int] | None:
    """Return channels, rows and columns of so many numbers in a size's proportions, or None where there are no such."""
    places = count // channels
    rows, columns = size.grid
    near = round(np.sqrt(places * rows / columns))
    high = next((one for one in (near, near - 1, near + 1) if one > 0 and places % one == 0), None)
    return None if high is None or count % channels else (channels, high, places // high)


def read_initialisers(content: bytes, *, wanted: Callable[[str], bool]) -> Mapping[str, np.ndarray]:
    """Return the tensors that an ONNX file holds, of the wanted names, whose numbers are float32, float16 or int8."""
    found: dict[str, np.ndarray] = {}
    for graph in (field for field in fields(memoryview(content)) if field.number == _GRAPH):
        for tensor in (field for field in fields(message(graph)) if field.number == _INITIALISER):
            parts = list(fields(message(tensor)))
            name = next((text(part) for part in parts if part.number == _NAME), "")
            if wanted(name) and (array := _array(parts)) is not None:
                found[name] = array
    return found


def _array(parts: list[Field]) -> np.ndarray | None:
    kind = next((part.value for part in parts if part.number == _TYPE), 0)
    raw = next((message(part) for part in parts if part.number in (_RAW, _FLOATS) and not isinstance(part.value, int)), None)
    if not isinstance(kind, int) or kind not in _TYPES or raw is None:
        return None
    shape = [side for part in parts if part.number == _DIMS for side in numbers(part)]
    return np.frombuffer(raw, dtype=_TYPES[kind]).reshape(shape)
