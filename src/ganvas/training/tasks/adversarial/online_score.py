"""The score of a task while it trains: a kernel distance (KID) between drawings and real pictures over pretrained features.

It shows whether a training gets better, and when to stop. A projected discriminator reads the same features, so that it is
leaky there. Scores of finished models come from `ganvas.scoring`, whose features train and choose nothing.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganvas.scoring.scores import kid
from ganvas.training.augment.differentiable import lay_on_white
from ganvas.training.networks.base import Images
from ganvas.training.networks.projected import Lite0

SAMPLE, LEAST, SIDE = 256, 16, 64
"""Real pictures and drawings, of each at most and at least, and the shorter side that small ones are enlarged to."""
_AT_ONCE = 64


class OnlineScore:
    """KID (Binkowski et al. 2018) between drawings and one sample of real pictures, over Lite0's features, standardised by it."""

    def __init__(self, extractor: Lite0, real: Images) -> None:
        """Compute the features of real pictures (N, 3 or 4, H, W) in [-1, 1], transparent ones over white."""
        self.extractor, real = extractor, lay_on_white(real)
        self.real = self._features([real[start : start + _AT_ONCE] for start in range(0, len(real), _AT_ONCE)])
        self.centre, self.scale = self.real.mean(axis=0), self.real.std(axis=0) + 1e-3

    def __call__(self, draw: Callable[[int, int], Images]) -> float:
        """Score as many drawings as there are real pictures. draw: from, to -> drawings, the same each time."""
        count = len(self.real)
        starts = range(0, count, _AT_ONCE)
        with torch.no_grad():
            drawn = self._features([lay_on_white(draw(start, min(start + _AT_ONCE, count))).clamp(-1, 1) for start in starts])
        return kid((drawn - self.centre) / self.scale, (self.real - self.centre) / self.scale).value

    def _features(self, parts: list[Images]) -> np.ndarray:
        with torch.no_grad():
            return np.concatenate([self._features_of(part) for part in parts])

    def _features_of(self, works: Images) -> np.ndarray:
        factor = SIDE / min(works.shape[2:])
        if factor > 1:
            works = F.interpolate(works, scale_factor=factor, mode="bilinear", align_corners=False)
        means: list[Tensor] = [tap.mean(dim=(2, 3)) for tap in self.extractor(works)]
        return torch.cat(means, dim=1).float().cpu().numpy()  # (n, 192)
