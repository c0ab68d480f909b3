"""The shared feature network (EfficientNet-Lite0): pictures in, what they look like out. Torch-free.

Our own file, opened without `inspect` as no model's graph is: its sha256 stands here instead.
"""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from ganvas.ground.images import lay_over
from ganvas.models.session import GraphSession, open_own

FILE = Path(__file__).parents[1] / "zoo" / "lite0" / "features.onnx"
SHA256 = "06ccddcfb55cf3246b39289055fc959f11709b25413d9bcde9474c8e85c63b5b"
WIDTH = 1792
SIDE = 128
"""Every picture is looked at in this size: at 64 pixels the network's last layers have four places left to see with."""
BEHIND = (255, 255, 255)
_AT_ONCE = 16


def extract_features(pixels: np.ndarray) -> np.ndarray:
    """Return the features of pictures uint8 (N, H, W, 3 or 4): float32 (N, WIDTH), means over places of several layers."""
    network = _network()
    found = np.zeros((len(pixels), WIDTH), dtype=np.float32)
    for start in range(0, len(pixels), _AT_ONCE):
        (part,) = network.run(["features"], {"images": _seen(pixels[start : start + _AT_ONCE])})
        found[start : start + _AT_ONCE] = part
    return found


def _seen(pixels: np.ndarray) -> np.ndarray:
    """Lay pictures over BEHIND and bring them to SIDE: float32 (N, 3, SIDE, SIDE) in [-1, 1]."""
    laid = [Image.fromarray(one).resize((SIDE, SIDE), Image.Resampling.BILINEAR) for one in lay_over(pixels, BEHIND)]
    stacked = np.stack([np.asarray(one) for one in laid]).astype(np.float32)
    return np.ascontiguousarray((stacked / 127.5 - 1).transpose(0, 3, 1, 2))


@cache
def _network() -> GraphSession:
    return open_own(FILE, sha256=SHA256)
