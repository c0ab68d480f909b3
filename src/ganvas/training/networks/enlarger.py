"""The x4 network: a residual body at the input's size, two bilinear doublings with thin convolutions, a bilinear skip path.

After EDSR (Lim et al. 2017): residual blocks without normalisation. It ends in bilinear x2 and 3x3
convolutions and not in pixel shuffle, whose dot pattern stays visible (Odena et al. 2016,
"Deconvolution and checkerboard artifacts").
"""

import math

from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.training.networks.layers import Conv, leaky

FACTOR = 4


class EnlargerConfig(Frozen):
    """Configures an enlarger: width and residual blocks of its body, widths at two and at four times the size."""

    width: int = Field(default=48, ge=4, le=256)
    blocks: int = Field(default=3, ge=1, le=32)
    twice: int = Field(default=24, ge=4, le=256)
    fourfold: int = Field(default=16, ge=4, le=256)


class Residual(nn.Module):
    """x + conv(leaky(conv(leaky(x)))); the second convolution starts small, so that a deep body starts near the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = Conv(width, width), Conv(width, width, gain=0.3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(leaky(self.first(leaky(x))))


class Enlarger(nn.Module):
    """Enlarges RGBA pictures of any size four times, premultiplied and in about [-1, 1].

    It learns the residual to bilinear upsampling. Inside, clear is 0, so that zero padding means
    clear beyond the edge.
    """

    def __init__(self, config: EnlargerConfig) -> None:
        super().__init__()
        width, twice, fourfold = config.width, config.twice, config.fourfold
        self.enter = Conv(4, width)
        self.body = nn.Sequential(*(Residual(width) for _ in range(config.blocks)))
        self.narrow = nn.ModuleList((Conv(width, twice), Conv(twice, fourfold)))  # before a doubling, where it costs a quarter
        self.sharpen = nn.ModuleList((Conv(twice, twice), Conv(fourfold, fourfold)))
        self.colour = Conv(fourfold, 4, gain=0.1)

    def forward(self, small: Float[Tensor, "n 4 h w"]) -> Float[Tensor, "n 4 p q"]:
        """Return (N, 4, 4 H, 4 W), unclamped."""
        clear = small * 0.5 + 0.5
        x = self.body(self.enter(clear))
        for narrow, sharpen in zip(self.narrow, self.sharpen, strict=True):
            x = _doubled(leaky(narrow(leaky(x))))
            x = sharpen(x) * math.sqrt(0.5) + x * math.sqrt(0.5)
        return (_doubled(_doubled(clear)) + self.colour(leaky(x)).float()) * 2 - 1


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
