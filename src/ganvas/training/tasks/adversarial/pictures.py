"""What tasks of pictures share: device and precision, which pictures are held out, and the signs of health."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from ganvas.data.cache import Pictures
from ganvas.ground.seeds import stream
from ganvas.training.networks.base import Images, equalise_rates

HEALTH_SAMPLES, COARSE = 32, 8
"""Pictures that the signs of health are computed from, and their side."""


Scores = Float[Tensor, " n"]


class PictureTask:
    """A task's device and precision, and what depends on these alone."""

    def __init__(self, *, device: str, precision: str, betas: tuple[float, float]) -> None:
        """Set the device, the precision, and the momenta of the optimisers."""
        self.device, self.half_precision, self.betas = torch.device(device), precision == "bfloat16", betas

    def _optimiser(self, networks: Sequence[nn.Module], rate: float) -> torch.optim.Optimizer:
        return torch.optim.Adam(equalise_rates(networks, rate=rate), betas=self.betas, fused=self.device.type in ("cpu", "cuda"))

    def _precision(self, *, exact: bool) -> AbstractContextManager[object]:
        """Compute in bfloat16 where the recipe has it, but never where a gradient's gradient is taken."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.half_precision and not exact)

    def _tensor(self, array: np.ndarray | Tensor) -> Tensor:
        """Put an array on the device, pictures in the memory layout of the kernels."""
        tensor = array if isinstance(array, Tensor) else torch.from_numpy(np.ascontiguousarray(array))
        layout = torch.channels_last if tensor.dim() == 4 else torch.contiguous_format
        return tensor.to(self.device).contiguous(memory_format=layout)


def measure_spread(drawn: Images, real: Images) -> dict[str, Tensor]:
    """Compare drawings with real pictures at COARSE pixels: the spread among them, and their root mean square."""
    coarse = [adaptive_avg_pool2d(works, COARSE).flatten(1) for works in (drawn, real)]
    spread, reach = ([rows.std(dim=0).mean(), rows.square().mean().sqrt()] for rows in coarse)
    return {"g/spread": spread[0] / reach[0].clamp(min=1e-6), "g/range": spread[1] / reach[1].clamp(min=1e-6)}


def measure_memorisation(drawn: Scores, learned: Float[Tensor, " m"], aside: Float[Tensor, " k"]) -> dict[str, Tensor]:
    """Return how often scores order real and drawn pictures rightly: for real ones learned from, and for held out ones."""
    real = {"d/known": learned, "d/aside": aside}
    return {name: (scores[:, None] > drawn[None]).float().mean() for name, scores in real.items()}


ASIDE = 20
"""One picture in so many is held out where a folder holds none out, but not in the smallest folders."""


def split_held_out(pictures: Pictures, *, seed: int, everything: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the pictures that are learned from, and of held out ones, by which overfitting shows.

    everything: learn from all, and hold none out.
    """
    if everything:
        return np.arange(len(pictures.records)), np.arange(0)
    train = pictures.select("train")
    held = np.sort(np.concatenate([pictures.select("held out family"), pictures.select("held out pair")]))
    if len(held):
        return train, held[np.linspace(0, len(held) - 1, min(len(held), HEALTH_SAMPLES)).astype(int)]
    if len(train) < 2 * ASIDE:
        return train, held
    order = stream(seed, "aside").permutation(len(train))
    count = min(len(train) // ASIDE, HEALTH_SAMPLES)
    return train[np.sort(order[count:])], train[np.sort(order[:count])]


def turn_round(images: Images, turned: Tensor) -> Images:
    """Mirror the pictures that are marked in `turned`, left and right exchanged."""
    return torch.where(turned[:, None, None, None] > 0, images.flip(3), images)
