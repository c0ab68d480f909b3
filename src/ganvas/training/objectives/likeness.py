"""Reconstruction losses of an enlarged picture: to its true rendering where there is one, else to its own input."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ganvas.training.objectives.base import Images, Loss


@dataclass(frozen=True)
class Likeness:
    """Weights of three L1 distances (pix2pix, Isola et al. 2017, eq. 3; features after Johnson et al. 2016, eq. 2).

    pixels: to the true rendering, pixel by pixel. features: between feature maps of both. reduced:
    of the output, pooled to the input's size, to the input; the only one that needs no true
    rendering.
    """

    pixels: float = 20.0
    features: float = 1.0
    reduced: float = 20.0

    def generator(
        self,
        small: Float[Tensor, "n c p q"],
        real: Images,
        fake: Images,
        *,
        paired: Float[Tensor, " n"],
        seen: Sequence[tuple[Tensor, Tensor]] = (),
    ) -> Loss:
        """Compare fakes with their true renderings where `paired` is 1, and with their inputs where it is 0.

        `seen` holds pairs of feature maps (real, fake), each (N, C, H, W).
        """
        pixels = _mean((fake - real).abs().mean(dim=(1, 2, 3)), paired)
        reduced = _mean((avg_pool2d(fake, fake.shape[-1] // small.shape[-1]) - small).abs().mean(dim=(1, 2, 3)), 1 - paired)
        total = self.pixels * pixels + self.reduced * reduced
        parts = {"g/pixels": pixels, "g/reduced": reduced}
        if seen:
            distances = [
                _mean((of_fake.float() - of_real.float()).abs().mean(dim=(1, 2, 3)), paired) for of_real, of_fake in seen
            ]
            parts["g/features"] = sum(distances[1:], start=distances[0])
            total = total + self.features * parts["g/features"]
        return Loss(total, parts)


def _mean(each: Float[Tensor, " n"], counted: Float[Tensor, " n"]) -> Float[Tensor, ""]:
    return (each * counted).sum() / counted.sum().clamp(min=1)
