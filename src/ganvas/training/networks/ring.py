"""Networks for points in the plane, small enough to try every objective in seconds. A point is a pixel of 2 channels."""

from jaxtyping import Float
from torch import Tensor, nn

from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.layers import Linear, SpectralLinear, leaky

WIDTH = 64
Points = Float[Tensor, "n 2 1 1"]


class PointGenerator(nn.Module):
    """Maps latents to points by two hidden layers."""

    def __init__(self, *, latent: int) -> None:
        super().__init__()
        self.first, self.second, self.last = Linear(latent, WIDTH), Linear(WIDTH, WIDTH), Linear(WIDTH, 2)

    def forward(self, z: Float[Tensor, "n d"]) -> Points:
        """Generate points."""
        return self.last(leaky(self.second(leaky(self.first(z)))))[:, :, None, None]


class PointDiscriminator(Discriminator):
    """Scores points by two hidden layers. spectral: each layer is divided by its largest singular value."""

    def __init__(self, *, spectral: bool = False) -> None:
        super().__init__()
        linear = SpectralLinear if spectral else Linear
        self.first, self.second, self.logit = linear(2, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, 1)

    def features(self, images: Images) -> Float[Tensor, "n f"]:
        """Return the features of points."""
        return leaky(self.second(leaky(self.first(images.flatten(1)))))

    def score(self, features: Float[Tensor, "n f"], given: Given) -> Float[Tensor, "n 1"]:
        """Score features; there is no condition."""
        return self.logit(features)
