"""What the evaluator sees of pictures: EfficientNet-Lite2 trained on ImageNet, and a palette.

Nothing that trains or judges reads these features; those read EfficientNet-Lite0. The graph is our own file, known by its sha256,
and so is not looked through as those of strangers are.
"""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.ground.images import lay_over
from ganvas.models.session import GraphSession, open_own

GRAPH = Path(__file__).parents[1] / "zoo" / "lite2" / "features.onnx"
DIGEST = "8f781d37cfd368018c93875f9b6c6bc149de6b48b209a978060939726294b75d"
EXTRACTOR = "EfficientNet-Lite2"

GRAIN, SIDE = 64, 128
"""Every picture is brought to GRAIN, so that none is known by its sharpness, and enlarged to SIDE, where Lite2 sees best."""
BATCH = 16
COLOURS = 8

FeatureTables = dict[str, np.ndarray]
"""Parts by name, float32 (N, width): "features", "grid10" ..., "mean0", "deviation0" ..., "palette"."""


def extract_features(pixels: np.ndarray) -> FeatureTables:
    """Extract features of pictures, uint8 (N, H, W, 3 or 4) of any size; what is transparent is laid over white."""
    session = _session()
    names = session.outputs
    parts: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(pixels), BATCH):
        small = np.stack([_small(picture) for picture in pixels[start : start + BATCH]])
        large = np.stack([_resized(picture, SIDE) for picture in small])
        given = (large.astype(np.float32) / 127.5 - 1).transpose(0, 3, 1, 2)
        for name, part in zip(names, session.run(names, {"pixels": given}), strict=True):
            parts.setdefault(name.removesuffix("/flat"), []).append(part)
        parts.setdefault("palette", []).append(palette(small))
    return {name: np.concatenate(part) for name, part in parts.items()}


def palette(pixels: np.ndarray) -> np.ndarray:
    """Return the square root of each colour's share, COLOURS levels a channel, float32 (N, COLOURS^3); white hardly counts."""
    level = pixels.astype(np.int64) * COLOURS // 256
    code = (level[..., 0] * COLOURS + level[..., 1]) * COLOURS + level[..., 2]
    counts = np.stack([np.bincount(picture.ravel(), minlength=COLOURS**3) for picture in code]).astype(np.float32)
    shares = np.sqrt(counts / code[0].size)
    shares[:, -1] *= 0.2
    return shares


def _small(picture: np.ndarray) -> np.ndarray:
    return _resized(lay_over(picture), GRAIN)


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    if picture.shape[:2] == (side, side):
        return picture
    filtering = Image.Resampling.BOX if picture.shape[0] > side else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(picture).resize((side, side), filtering))


@cache
def _session() -> GraphSession:
    return open_own(GRAPH, sha256=DIGEST)
