"""A picture as a stranger would have painted it: other colours, other light, flatter, softer, or in lines alone.

What is shown stays where it is. To find from such a picture back to the true one is to know its style: which yellow this hand
takes, and how it shades. It needs no pairs (after Vincent et al. 2008, denoising autoencoders), and points one way where a young
adversary points everywhere.
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


INK, LEAST, STEEP = 0.15, 0.08, 4.0
"""Of lines: how light they are, the step of colour between neighbours from which there is one, and how fast it becomes opaque."""


def repainted(pictures: Images, numbers: Stream, *, lines: float = 0.0) -> Images:
    """Repaint RGB pictures, or RGBA ones with premultiplied colour (N, 3 or 4, H, W) in [-1, 1]; alpha is kept.

    Each is repainted as strongly as chance will have it, from not at all up; half of them are flattened besides. lines: the share
    that is drawn in lines alone instead.
    """
    drawn = torch.from_numpy(numbers.uniform((len(pictures), 1, 1, 1)) < lines).to(pictures.device)
    painted = _painted(pictures, numbers) if lines < 1 else pictures
    return torch.where(drawn, outlined(pictures), painted) if lines else painted


def outlined(pictures: Images) -> Images:
    """Draw the edges of pictures, as `repainted` takes them, in dark lines on nothing; on white where all is opaque."""
    clear = F.pad(pictures * 0.5 + 0.5, (1, 1, 1, 1), mode="constant" if pictures.shape[1] == 4 else "replicate")
    across, down = clear[:, :, 1:-1, 2:] - clear[:, :, 1:-1, :-2], clear[:, :, 2:, 1:-1] - clear[:, :, :-2, 1:-1]
    step = (torch.hypot(across, down) / 2).amax(dim=1, keepdim=True)
    alpha = ((step - LEAST) * STEEP).clamp(0, 1)
    if pictures.shape[1] == 3:
        return (1 - alpha * (1 - INK)).expand(-1, 3, -1, -1) * 2 - 1
    return torch.cat([(alpha * INK).expand(-1, 3, -1, -1), alpha], dim=1) * 2 - 1


def _painted(pictures: Images, numbers: Stream) -> Images:
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
