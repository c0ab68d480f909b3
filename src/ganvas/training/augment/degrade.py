"""Degradations that imitate a generator's flaws: soft edges, wobbling lines, mottled colour, haze where all should be clear.

An enlarger that was trained on clean renderings only would take such flaws for shapes and draw them
large and sharp.
"""

from typing import Annotated

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.ground.seeds import Stream
from ganvas.training.networks.base import Images

Amount = Annotated[float, Field(ge=0, le=4)]


class Degrade(Frozen):
    """Holds the largest amount of each degradation; the amount of each picture is uniform from 0 up to it.

    clean: share of pictures that are left as they are. warp: pixels that lines are moved by. blur:
    the Gaussian's deviation in pixels. colour: share of brightness, for each colour. noise: of a
    grain two pixels wide, in alpha too. haze: alpha of a cloud over clear parts.
    """

    clean: Annotated[float, Field(ge=0, le=1)] = 0.35
    warp: Amount = 0.8
    blur: Amount = 1.0
    colour: Amount = 0.1
    noise: Amount = 0.06
    haze: Amount = 0.1


def degrade(small: Images, rule: Degrade, numbers: Stream) -> Images:
    """Degrade RGBA pictures with premultiplied colour in [-1, 1] (N, 4, S, S), S >= 8; the result has the same form."""
    count, side = len(small), small.shape[-1]
    degraded = torch.from_numpy((numbers.uniform(count) >= rule.clean).astype(np.float32))[:, None, None, None]

    def amount(most: float) -> Float[Tensor, "n 1 1 1"]:
        return torch.from_numpy((most * numbers.uniform(count)).astype(np.float32))[:, None, None, None] * degraded

    def clouds(channels: int, cells: int) -> Images:
        """Draw smooth noise of about unit variance from cells x cells normals."""
        coarse = torch.from_numpy(numbers.normal((count, channels, cells, cells)))
        return F.interpolate(coarse, size=(side, side), mode="bicubic", align_corners=False)

    x = _moved(small * 0.5 + 0.5, clouds(2, side // 8) * amount(rule.warp))
    x = _blurred(x, amount(rule.blur))
    gain = 1 + amount(rule.colour) * torch.from_numpy(numbers.normal((count, 3, 1, 1)))
    x = torch.cat([x[:, :3] * gain, x[:, 3:]], dim=1) + clouds(4, side // 2) * amount(rule.noise)
    haze = clouds(1, side // 8).clamp(0, 1) * amount(rule.haze) * (1 - x[:, 3:].clamp(0, 1))
    tint = torch.from_numpy(numbers.uniform((count, 3, 1, 1)).astype(np.float32))
    x = x + torch.cat([haze * tint, haze], dim=1)
    alpha = x[:, 3:].clamp(0, 1)
    return torch.cat([x[:, :3].clamp(min=0).minimum(alpha), alpha], dim=1) * 2 - 1


def _moved(x: Images, shift: Float[Tensor, "n 2 h w"]) -> Images:
    """Move pixels by `shift` pixels; beyond the edge all is clear."""
    count, side = len(x), x.shape[-1]
    straight = torch.eye(2, 3).expand(count, 2, 3)
    grid = F.affine_grid(straight, [count, 1, side, side], align_corners=False) + shift.permute(0, 2, 3, 1) * (2 / side)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _blurred(x: Images, deviation: Float[Tensor, "n 1 1 1"], *, reach: int = 3) -> Images:
    """Blur each picture with its own Gaussian, one axis after the other; a deviation of 0 changes nothing."""
    count, channels, side, _ = x.shape
    places = torch.arange(-reach, reach + 1, dtype=torch.float32)
    kernel = torch.exp(-places.square() / (2 * deviation.flatten()[:, None].square() + 1e-6))  # (N, 2 reach + 1)
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(channels, dim=0)[:, None, None]
    flat = F.pad(x.reshape(1, count * channels, side, side), (reach,) * 4)
    flat = F.conv2d(F.conv2d(flat, kernel, groups=count * channels), kernel.mT, groups=count * channels)
    return flat.reshape(count, channels, side, side)
