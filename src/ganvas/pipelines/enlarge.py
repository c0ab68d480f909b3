"""The x4 stage: what makes a model's small pictures larger. Torch-free."""

from collections.abc import Mapping

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import premultiply, unpremultiply
from ganvas.models.find import bundled
from ganvas.models.read import ModelFiles
from ganvas.models.trial import Port
from ganvas.pipelines.pretrained import Pretrained
from ganvas.vocabulary.manifest import AnyManifest, EnlargeManifest, Manifest

GRAPH = "enlarge.onnx"
FACTOR = 4
SIDES = range(8, 257)
"""Pixels a side of what may be enlarged."""
SHIPPED = "emoji-x4"


class Enlarger(Pretrained):
    """Makes pictures four times as large."""

    task = "enlarge"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        assert isinstance(files.manifest, EnlargeManifest)
        self.manifest, self.name = files.manifest, files.manifest.name

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what its graph takes and gives."""
        return {GRAPH: Port({"small": (1, 4, 64, 64)}, ("large",))}

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Make uint8 RGBA (N, H, W, 4) with straight alpha into uint8 RGBA (N, 4 H, 4 W, 4).

        Each picture goes through the graph alone, so its pixels never depend on what it came with. Raises InputError for a
        picture whose sides are not among SIDES.
        """
        assert pixels.dtype == np.uint8 and pixels.ndim == 4 and pixels.shape[3] == 4 and len(pixels) > 0
        height, width = pixels.shape[1:3]
        if height not in SIDES or width not in SIDES:
            raise InputError(f"a picture of {width} x {height} is not enlarged, only {SIDES[0]} to {SIDES[-1]} pixels a side are")
        return np.concatenate([self._one(picture[np.newaxis]) for picture in pixels])

    def _one(self, picture: np.ndarray) -> np.ndarray:
        (large,) = self.session(GRAPH).run(["large"], {"small": premultiply(picture)})
        wanted = (1, 4, picture.shape[1] * FACTOR, picture.shape[2] * FACTOR)
        if large.shape != wanted or not np.isfinite(large).all():
            raise InputError(f"it made numbers of shape {large.shape}, not finite ones of {wanted}", where=self._where)
        return unpremultiply(large, clear=0.0, solid=1.0)  # the haze was taken off when the small picture was made


def find_enlarger(manifest: Manifest) -> Enlarger | None:
    """Return the enlarger that came along for pictures of a model's kind, or None when there is none."""
    folder = bundled(SHIPPED)
    if manifest.channels != 4 or folder is None:
        return None
    enlarger = Enlarger.from_pretrained(folder)
    return enlarger if enlarger.manifest.size == manifest.size else None
