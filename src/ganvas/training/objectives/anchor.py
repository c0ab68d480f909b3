"""The anchor: a reconstruction loss for conditions that name one picture (pix2pix, Isola et al. 2017, eq. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ganvas.training.objectives.base import Images, Loss


@dataclass(frozen=True)
class Anchor:
    """Weighs distances at a coarse scale, so that the discriminator alone decides the detail.

    layout: mean square on 2x2-pooled pictures. colour: L1 on 4x4-pooled ones. features: L1 on
    feature maps of both. pixels: L1 at full resolution, only of pictures drawn from their own
    appearance, whose detail is known.
    """

    layout: float = 5.0
    colour: float = 1.0
    features: float = 0.1
    pixels: float = 0.0

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
        if not self.pixels or own is None:
            return Loss(total, {"g/anchor": total})
        exact = ((fake - real).abs().mean(dim=(1, 2, 3)) * own).sum() / own.sum().clamp(min=1)
        return Loss(total + self.pixels * exact, {"g/anchor": total, "g/pixels": exact})
