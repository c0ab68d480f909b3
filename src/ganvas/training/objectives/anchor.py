"""The anchor: a reconstruction loss for conditions that name one picture (pix2pix, Isola et al. 2017, eq. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d, relu

from ganvas.training.objectives.base import Images, Loss

EVEN = 2 / 127.5
"""How far neighbouring pixels of a surface may differ, of pictures from -1 to 1: two levels of 255."""


@dataclass(frozen=True)
class Anchor:
    """Weighs distances at a coarse scale, so that the discriminator alone decides the detail.

    layout: mean square on 2x2-pooled pictures. colour: L1 on 4x4-pooled ones. features: L1 on
    feature maps of both. pixels: L1 at full resolution, only of pictures drawn from their own
    appearance, whose detail is known. surfaces: of the same pictures, how far neighbouring pixels
    differ where those of the real picture do not, so that even surfaces stay even.
    """

    layout: float = 5.0
    colour: float = 1.0
    features: float = 0.1
    pixels: float = 0.0
    surfaces: float = 0.0

    def generator(
        self,
        real: Images,
        fake: Images,
        *,
        weights: Float[Tensor, " n"],
        seen: Sequence[tuple[Tensor, Tensor]] = (),
        own: Float[Tensor, " n"] | None = None,
    ) -> Loss:
        """Compare fakes with the real pictures of their conditions, each times `weights`, 0 to 1.

        `seen` holds pairs of feature maps (real, fake), each (N, C, H, W). own: 1 where a fake is
        drawn from the appearance of its real picture.
        """
        layout = (avg_pool2d(fake, 2) - avg_pool2d(real, 2)).square().mean(dim=(1, 2, 3))
        colour = (avg_pool2d(fake, 4) - avg_pool2d(real, 4)).abs().mean(dim=(1, 2, 3))
        each = self.layout * layout + self.colour * colour
        for of_real, of_fake in seen:
            each = each + self.features * (of_fake.float() - of_real.float()).abs().mean(dim=(1, 2, 3))
        total = (each * weights).sum() / weights.sum().clamp(min=1)
        parts, whole = {"g/anchor": total}, total
        if own is None:
            return Loss(whole, parts)
        if self.pixels:
            parts["g/pixels"] = _mean_of((fake - real).abs().mean(dim=(1, 2, 3)), own)
            whole = whole + self.pixels * parts["g/pixels"]
        if self.surfaces:
            parts["g/surfaces"] = _mean_of(unevenness(real, fake), own)
            whole = whole + self.surfaces * parts["g/surfaces"]
        return Loss(whole, parts)


def unevenness(real: Images, fake: Images) -> Float[Tensor, " n"]:
    """Return how far neighbouring pixels of fakes differ, beyond EVEN, where no channel of the real ones does.

    The gradient difference of Mathieu et al. 2016 (eq. 6), of even places alone, so that it says nothing about edges.
    """
    found = []
    for axis in (2, 3):
        flat = (real.diff(dim=axis).abs().amax(dim=1, keepdim=True) <= EVEN).to(fake.dtype)
        steps = relu(fake.diff(dim=axis).abs() - EVEN)
        found.append((steps * flat).mean(dim=(1, 2, 3)))
    return found[0] + found[1]


def _mean_of(values: Float[Tensor, " n"], weights: Float[Tensor, " n"]) -> Float[Tensor, ""]:
    return (values * weights).sum() / weights.sum().clamp(min=1)
