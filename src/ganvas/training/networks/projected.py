"""The projected discriminator: heads over frozen features of a pretrained network (Sauer et al. 2021, Projected GAN).

The features are EfficientNet-Lite0 trained on ImageNet (Apache-2.0), its batch normalisation folded
into the convolutions.
"""

import math
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from jaxtyping import Float
from onnx import numpy_helper
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.ground.sizes import Size
from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig, Whitening
from ganvas.training.networks.layers import Conv, Linear, SpectralConv, grids
from ganvas.vocabulary.manifest import Takes

WEIGHTS = Path(__file__).parents[2] / "zoo" / "lite0" / "features.onnx"

_STAGES = (
    (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
)  # fmt: skip
"""EfficientNet-Lite0: repeats, kernel, stride, expansion, width of each stage (Tan and Le 2019, table 1, without squeeze)."""

TAPS = (0, 2, 4, 10)
"""Blocks whose outputs are used: 1/2, 1/4, 1/8 and 1/16 of the picture's size."""
TAP_WIDTHS = (16, 24, 40, 112)
MIN_SIDE = 48
"""Pixels of the shorter side from which the coarsest features have 3 places or more."""


class _Same(nn.Conv2d):
    """A convolution padded as the published weights expect: the odd pixel goes right and below."""

    def forward(self, input: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        extra = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in input.shape[-1:-3:-1]]
        pads = [part for total in extra for part in (total // 2, total - total // 2)]
        return super().forward(F.pad(input, pads) if any(pads) else input)


class _Block(nn.Module):
    def __init__(self, wide: int, out: int, *, kernel: int, stride: int, expand: int) -> None:
        super().__init__()
        middle = wide * expand
        self.expand = _Same(wide, middle, 1) if expand > 1 else nn.Identity()
        self.depth = _Same(middle, middle, kernel, stride=stride, groups=middle)
        self.project = _Same(middle, out, 1)
        self.residual = stride == 1 and wide == out

    def forward(self, x: Tensor) -> Tensor:
        y = x if isinstance(self.expand, nn.Identity) else F.relu6(self.expand(x))
        y = self.project(F.relu6(self.depth(y)))
        return x + y if self.residual else y


class Lite0(nn.Module):
    """EfficientNet-Lite0 up to the last tap, frozen. Input is RGB in [-1, 1]: mean and deviation 0.5, unlike its siblings."""

    def __init__(self, *, weights: Path | None = WEIGHTS) -> None:
        super().__init__()
        self.stem = _Same(3, 32, 3, stride=2)
        blocks: list[_Block] = []
        wide = 32
        for repeats, kernel, stride, expand, out in _STAGES:
            for repeat in range(repeats):
                blocks.append(_Block(wide, out, kernel=kernel, stride=1 if repeat else stride, expand=expand))
                wide = out
        self.blocks = nn.ModuleList(blocks[: TAPS[-1] + 1])
        if weights is not None:
            initializers = onnx.load_from_string(weights.read_bytes()).graph.initializer
            found = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()).float() for tensor in initializers}
            self.load_state_dict({name: found[name] for name in self.state_dict()})
        self.eval().requires_grad_(False)

    def forward(self, images: Images) -> list[Tensor]:
        """Return the tapped features: (N, 16, H/2, W/2), (N, 24, H/4, W/4), (N, 40, H/8, W/8), (N, 112, H/16, W/16)."""
        x = F.relu6(self.stem(images))
        taps: list[Tensor] = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in TAPS:
                taps.append(x)
        return taps


Extractor = Callable[[Images], list[Tensor]]
"""Extracts the features of a projected discriminator: `Lite0.forward`, or a cache in front of it."""


class ProjectedDiscriminatorConfig(Frozen):
    """Configures a projected discriminator: width of the mixed features and of its heads."""

    width: int = Field(default=64, ge=8, le=512)
    condition: ConditionerConfig = ConditionerConfig()


class _HeadConv(SpectralConv):
    """Starts each power iteration anew, as in all models so far. Continuing it (Miyato et al. 2018) is still to be tried."""

    follows = False


class Head(nn.Module):
    """Halves one mixed feature map to the coarsest grid, 4x4 for powers of two, and scores each of its places."""

    def __init__(self, width: int, *, halvings: int, condition: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(_HeadConv(width, width, stride=2) for _ in range(halvings))
        self.look = _HeadConv(width, width)
        self.logit = _HeadConv(width, 1, 1)
        self.project = Linear(condition, width, bias=False) if condition else None

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.down:
            x = F.leaky_relu(layer(x), 0.2)
        return F.leaky_relu(self.look(x), 0.2)  # (N, width, P, Q)

    def score(self, features: Tensor, condition: Tensor | None) -> Tensor:
        score = self.logit(features).flatten(1)
        if self.project is not None and condition is not None:
            direction = self.project(condition)[:, :, None, None].to(features.dtype)
            score = score + (features * direction).sum(dim=1).flatten(1) / math.sqrt(features.shape[1])
        return score.float()  # (N, P Q)


class ProjectedDiscriminator(Discriminator):
    """Four spectral-norm heads over fixed random mixtures of frozen features; 64 logits a picture for powers of two.

    The mixtures go across channels and from coarse to fine (Sauer et al. 2021, section 3.2) and are
    never trained.
    """

    def __init__(
        self,
        config: ProjectedDiscriminatorConfig,
        *,
        size: Size | int,
        takes: Takes,
        extractor: Extractor,
        sentences: Whitening | None = None,
    ) -> None:
        """Build the heads; extractor: gives the frozen features, whose weights are no part of this network's state."""
        super().__init__()
        assert Size.of(size).shorter >= MIN_SIDE, "smaller pictures have no usable coarse features"
        steps = grids(size)
        self.places = steps[0]
        self.width = config.width
        self.across = nn.ModuleList(Conv(wide, config.width, 1, bias=False) for wide in TAP_WIDTHS)
        self.downward = nn.ModuleList(Conv(config.width, config.width, bias=False) for _ in TAP_WIDTHS)
        for fixed in (*self.across, *self.downward):
            fixed.requires_grad_(False)
        self.conditioner = Conditioner(config.condition, takes, sentences=sentences)
        halvings = [len(steps) - 2 - tap for tap in range(4)]  # the feature maps are grids too: each half the next, rounded up
        self.each = tuple(Head(config.width, halvings=count, condition=self.conditioner.width) for count in halvings)
        self.heads = nn.ModuleList(self.each)
        self.extractor = extractor

    def features(self, images: Images) -> Float[Tensor, "n k f p"]:
        """Return (N, heads, width, places) of RGB pictures (N, 3, H, W) in [-1, 1]."""
        taps = self.extractor(images)
        seen: list[Tensor] = []
        coarse: Tensor | None = None
        for level in reversed(range(4)):
            x = self.across[level](taps[level])
            if coarse is not None:
                x = (x + F.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)) * math.sqrt(0.5)
            coarse = self.downward[level](x)
            seen.append(self.each[level](coarse).flatten(2))
        return torch.stack(seen[::-1], dim=1)

    def score(self, features: Float[Tensor, "n k f p"], given: Given) -> Float[Tensor, "n s"]:
        """Score every place of every head: (N, heads x places)."""
        condition = self.conditioner(given) if self.conditioner.width else None
        places = features.unflatten(3, self.places)
        return torch.cat([head.score(places[:, level], condition) for level, head in enumerate(self.each)], dim=1)
