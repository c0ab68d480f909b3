"""The layers that several networks share."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.sizes import Size

GAIN = math.sqrt(2 / (1 + 0.2**2))
"""Keeps the variance through LeakyReLU with slope 0.2 (He et al. 2015, eq. 15)."""


MAX_COARSEST_SIDE = 5
"""Cells of the shorter side of the coarsest grid, at most: sizes are halved until it has 3 to 5 (4 for powers of two)."""


def grids(size: Size | int) -> list[tuple[int, int]]:
    """Return the grids (rows, columns) that a picture is generated through, the coarsest first.

    Each is half the next, rounded up. Powers of two start at 4, 48 and 96 at 3, 80 at 5; 32x128
    (width x height) at 16 rows of 4.
    """
    found = [Size.of(size).grid]
    while min(found[0]) > MAX_COARSEST_SIDE:
        rows, columns = found[0]
        found.insert(0, (-(-rows // 2), -(-columns // 2)))
    return found


def leaky(x: Tensor) -> Tensor:
    """LeakyReLU with slope 0.2, scaled to keep the variance."""
    return F.leaky_relu(x, 0.2) * GAIN


def normalised(x: Float[Tensor, "n d"]) -> Float[Tensor, "n d"]:
    """Give each row mean square 1 (Karras et al. 2018, pixel norm); a row of zeros stays zeros."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


class Linear(nn.Linear):
    """A linear layer with zero bias at the start and a gain for `initialise`."""

    def __init__(self, wide: int, out: int, *, gain: float = 1.0, bias: bool = True) -> None:
        super().__init__(wide, out, bias=bias)
        self.init_gain = gain
        if bias:
            nn.init.zeros_(self.bias)


class Conv(nn.Conv2d):
    """A same-size convolution with zero bias at the start and a gain for `initialise`."""

    def __init__(self, wide: int, out: int, size: int = 3, *, stride: int = 1, gain: float = 1.0, bias: bool = True) -> None:
        super().__init__(wide, out, size, stride=stride, padding=size // 2, bias=bias)
        self.init_gain = gain
        if self.bias is not None:
            nn.init.zeros_(self.bias)


class SpectralConv(Conv):
    """A convolution divided by its largest singular value (Miyato et al. 2018, eq. 8), one power iteration a look.

    `follows` False starts each iteration anew: the singular value is then underestimated, and the layer is not 1-Lipschitz.
    """

    u: Tensor
    follows = True

    def __init__(self, wide: int, out: int, size: int = 3, *, stride: int = 1, gain: float = 1.0, bias: bool = True) -> None:
        super().__init__(wide, out, size, stride=stride, gain=gain, bias=bias)
        self.register_buffer("u", torch.ones(out) / math.sqrt(out))

    def forward(self, input: Tensor) -> Tensor:
        """Convolve with the normalised kernel."""
        weight = _divided(self.weight, self.u, learning=self.training and self.follows)
        return F.conv2d(input, weight, self.bias, self.stride, self.padding)


class SpectralLinear(Linear):
    """A linear layer divided by its largest singular value, as SpectralConv is."""

    u: Tensor

    def __init__(self, wide: int, out: int, *, gain: float = 1.0, bias: bool = True) -> None:
        super().__init__(wide, out, gain=gain, bias=bias)
        self.register_buffer("u", torch.ones(out) / math.sqrt(out))

    def forward(self, input: Tensor) -> Tensor:
        """Apply the normalised matrix."""
        return F.linear(input, _divided(self.weight, self.u, learning=self.training), self.bias)


def _divided(weight: Tensor, u: Float[Tensor, " o"], *, learning: bool) -> Tensor:
    """Divide a weight by its largest singular value; in training `u` is updated towards its left singular vector."""
    learning = learning and torch.is_grad_enabled()
    with torch.autocast(weight.device.type, enabled=False):
        matrix = weight.float().flatten(1)
        with torch.no_grad():
            v = F.normalize(matrix.mT @ u, dim=0)
            new = F.normalize(matrix @ v, dim=0)
            if learning:
                u.copy_(new)
        return weight / torch.dot(new, matrix @ v)


class ModulatedConv(nn.Module):
    """A convolution whose input channels are scaled by a style (Karras et al. 2020, StyleGAN2, eq. 1 and 3).

    Modulation and demodulation act on the activations and not on the kernel: scale, convolve,
    scale. One kernel then serves the whole batch, which is fast on a CPU.
    """

    def __init__(self, wide: int, out: int, mapped: int, *, size: int = 3) -> None:
        super().__init__()
        self.style = Linear(mapped, wide)
        nn.init.ones_(self.style.bias)
        self.weight = nn.Parameter(torch.empty(out, wide, size, size))
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x: Float[Tensor, "#n c h w"], w: Float[Tensor, "n m"]) -> Float[Tensor, "n o h w"]:
        """Convolve `x` with the style of `w`; each output channel has unit scale before the bias."""
        style = self.style(w)  # (N, C)
        power = self.weight.square().sum(dim=(2, 3))  # (O, C)
        scale = torch.rsqrt(F.linear(style.square(), power) + 1e-8)  # (N, O)
        x = F.conv2d(x * style[:, :, None, None].to(x.dtype), self.weight, padding=self.weight.shape[-1] // 2)
        return x * scale[:, :, None, None].to(x.dtype) + self.bias[:, None, None].to(x.dtype)


def spread_of_batch(x: Float[Tensor, "n c h w"], *, group: int = 8) -> Float[Tensor, "n c1 h w"]:
    """Append one channel: the mean standard deviation over groups of the batch (Karras et al. 2018, section 3).

    A batch that does not divide into groups is one group. The pictures of a group are spread evenly
    over the batch, so that the share of one of W ranks, every W-th picture, consists of whole
    groups too if it divides into groups (engine.parallel).
    """
    count = len(x)
    size = group if count % group == 0 else count
    deviation = x.unflatten(0, (size, -1)).float().var(dim=0, unbiased=False).add(1e-8).sqrt()  # (N/size, C, H, W)
    each = deviation.mean(dim=(1, 2, 3)).repeat(size)  # (N,)
    return torch.cat([x, each[:, None, None, None].expand(-1, 1, *x.shape[2:]).to(x.dtype)], dim=1)
