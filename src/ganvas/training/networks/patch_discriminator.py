"""Patch discriminators, on pixels and on pretrained features, with one logit a style."""

from itertools import pairwise

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.layers import Conv, leaky
from ganvas.training.networks.pixel_discriminator import Halve
from ganvas.training.networks.projected import TAP_WIDTHS, Extractor, Head
from ganvas.training.networks.restyler import STYLE


class PatchDiscriminatorConfig(Frozen):
    """Configures a patch discriminator: widths from half the picture's size down, each at half the size before."""

    widths: tuple[int, ...] = Field(default=(48, 96, 128), min_length=1, max_length=5)


class PatchDiscriminator(Discriminator):
    """Scores patches of pixels: unshuffle, residual halvings, one logit a style and place. Its condition is STYLE alone."""

    def __init__(self, config: PatchDiscriminatorConfig, *, styles: int, apart: bool = False) -> None:
        """Build a discriminator. apart: with a separate network for each style."""
        super().__init__()
        self.trunks = nn.ModuleList(_trunk(config.widths) for _ in range(styles if apart else 1))
        self.logits = nn.ModuleList(Conv(config.widths[-1], 1 if apart else styles) for _ in self.trunks)

    def features(self, images: Images) -> Float[Tensor, "n k p q"]:
        """Return a map of logits for each style, of RGB pictures (N, 3, H, W) in [-1, 1]."""
        small = F.pixel_unshuffle(images, 2)
        return torch.cat([logit(leaky(trunk(small))) for trunk, logit in zip(self.trunks, self.logits, strict=True)], dim=1)

    def score(self, features: Float[Tensor, "n k p q"], given: Given) -> Float[Tensor, "n places"]:
        """Return the logits of the condition's style."""
        return (features * given[STYLE][:, :, None, None]).sum(dim=1).flatten(1).float()


def _trunk(widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(Conv(12, widths[0]), *(Halve(a, b) for a, b in pairwise(widths)))


class ProjectedPatchesConfig(Frozen):
    """Configures a projected patch discriminator: the width of its heads."""

    width: int = Field(default=64, ge=8, le=512)


class ProjectedPatches(Discriminator):
    """Scores patches of pretrained features: a head for each tapped layer, one logit a place (after Sauer et al. 2021).

    The features at 1/2, 1/4, 1/8 and 1/16 of the picture are brought to one grid, an eighth of it,
    so that each layer has the same number of logits. The receptive fields are 35, 43, 83 and some
    300 pixels. The condition, STYLE alone, enters by projection.
    """

    def __init__(self, config: ProjectedPatchesConfig, *, styles: int, extractor: Extractor) -> None:
        """Build the heads; extractor: gives the frozen features, whose weights are no part of this network's state."""
        super().__init__()
        self.across = nn.ModuleList(Conv(wide, config.width, 1) for wide in TAP_WIDTHS)
        self.each = tuple(Head(config.width, halvings=max(2 - tap, 0), condition=styles) for tap in range(len(TAP_WIDTHS)))
        self.heads = nn.ModuleList(self.each)
        self.extractor = extractor

    def features(self, images: Images) -> Float[Tensor, "n l f p q"]:
        """Return (N, layers, width, H/8, W/8) of RGB pictures (N, 3, H, W) in [-1, 1], sides multiples of 16."""
        grid = images.shape[2] // 8, images.shape[3] // 8
        seen = [head(across(tap)) for tap, across, head in zip(self.extractor(images), self.across, self.each, strict=True)]
        return torch.stack([F.interpolate(one, size=grid) if one.shape[2:] != grid else one for one in seen], dim=1)

    def score(self, features: Float[Tensor, "n l f p q"], given: Given) -> Float[Tensor, "n s"]:
        """Score every place of every layer: (N, layers x places)."""
        return torch.cat([head.score(features[:, layer], given[STYLE]) for layer, head in enumerate(self.each)], dim=1)
