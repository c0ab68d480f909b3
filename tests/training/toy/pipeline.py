"""A model folder that draws points, and its manifest."""

from typing import Literal

import numpy as np
from safetensors.numpy import load

from ganvas.ground.seeds import stream
from ganvas.models.read import ModelFiles
from ganvas.pipelines.pretrained import Pretrained
from ganvas.vocabulary.manifest import AnyManifest

WEIGHTS = "points.safetensors"


class PointsManifest(AnyManifest):
    """A model that draws points."""

    task: Literal["points"] = "points"


class PointsPipeline(Pretrained):
    """Draws points by a seed."""

    task = "points"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        self.weights = load(files.contents[WEIGHTS])

    def __call__(self, count: int, *, seed: int) -> np.ndarray:
        """Return points, float32 (count, 2)."""
        x = stream(seed, "noise").normal((count, 2))
        for name in ("first", "second", "last"):
            x = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
            x = x if name == "last" else np.where(x > 0, x, 0.2 * x) * np.sqrt(2)
        return x
