"""A picture as a stranger would have painted it: other colours, other light, flatter or softer; what is shown stays where it is.

To find from such a picture back to the true one is to know its style: which yellow this hand takes, and how it shades. It needs
no pairs (after Vincent et al. 2008, denoising autoencoders), and points one way where a young adversary points everywhere.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images

MIXED, CURVED, WAVED, SHADED, SOFT = 0.15, 0.3, 0.08, 0.25, 0.8
"""At most: colours mixed into each other, their curve, shifts by colour, light over the picture, blur in pixels."""
COARSE, FINE = 3, 9
"""Steps of lightness that a flattened picture has."""


def repainted(pictures: Images, numbers: Stream) -> Images:
    """Repaint RGB pictures, or RGBA ones with premultiplied colour (N, 3 or 4, H, W) in [-1, 1]; alpha is kept.

    Each is repainted as strongly as chance will have it, from not at all up; half of them are flattened besides.
    """
    count, _, height, width = pictures.shape
    device = pictures.device

    def drawn(array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32)).to(device)

    clear = pictures * 0.5 + 0.5
    alpha = clear[:, 3:] if pictures.shape[1] == 4 else torch.ones_like(clear[:, :1])
    colour = (clear[:, :3] / alpha.clamp(min=1e-3)).clamp(0, 1)

    far = drawn(numbers.uniform((3, count)))[:, :, None, None, None]
    mix = torch.eye(3, device=device) + MIXED * far[0, :, :, 0] * drawn(numbers.normal((count, 3, 3)))
    colour = torch.einsum("nij,njhw->nihw", mix, colour).clamp(0, 1)
    colour = colour ** torch.exp(CURVED * far[0] * drawn(numbers.normal((count, 3, 1, 1))))
    turns = torch.einsum("nij,njhw->nihw", drawn(numbers.normal((count, 3, 3))), colour)
    phase = drawn(numbers.uniform((count, 3, 1, 1)))
    colour = colour + WAVED * far[1] * torch.sin(2 * math.pi * (turns + phase))
    light = F.interpolate(drawn(numbers.normal((count, 1, 3, 3))), size=(height, width), mode="bicubic", align_corners=False)
    colour = (colour * (1 + SHADED * far[2] * light)).clamp(0, 1)

    steps = drawn(np.floor(COARSE + (FINE - COARSE) * numbers.uniform((count, 1, 1, 1))))
    lightness = colour.mean(dim=1, keepdim=True)
    flat = colour * ((lightness * steps).round() / steps) / lightness.clamp(min=1e-3)
    flattened = drawn(numbers.uniform((count, 1, 1, 1))) < 0.5
    colour = torch.where(flattened, flat.clamp(0, 1), colour)
    colour = torch.lerp(colour, _softened(colour), drawn(numbers.uniform((count, 1, 1, 1))) * SOFT)
    return torch.cat([colour * alpha, clear[:, 3:]], dim=1) * 2 - 1


def _softened(colour: Images) -> Images:
    return F.avg_pool2d(F.pad(colour, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
