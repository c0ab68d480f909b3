"""From words to what they look like: the prior of a generator that draws looks.

Words seldom say where things are and which colour they have, so a generator that hears words alone learns slowly. The looks of
pictures (ganvas.training.looks) do say it: drawing from looks is learned ten times sooner, and imagining a look from words
costs next to nothing. Sources: unCLIP (Ramesh et al. 2022, section 2) for a prior beside a decoder; IC-GAN (Casanova et al. 2021)
for a GAN under the features of a picture.
"""

from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.training.networks.base import Given
from ganvas.training.networks.conditioner import Conditioner, ConditionerConfig
from ganvas.training.networks.layers import Linear
from ganvas.vocabulary.manifest import Takes


class ImaginationConfig(Frozen):
    """How many numbers a look has, from pixels and from features, and how wide what imagines it is."""

    pixels: int = Field(default=192, ge=1, le=1024)
    features: int = Field(default=256, ge=0, le=1024)
    hidden: int = Field(default=768, ge=1, le=4096)
    condition: ConditionerConfig = ConditionerConfig(components=256, words=160)

    @property
    def width(self) -> int:
        """Numbers of a look."""
        return self.pixels + self.features


class Imagination(nn.Module):
    """E[look | condition]: three layers."""

    def __init__(self, config: ImaginationConfig, takes: Takes) -> None:
        super().__init__()
        self.conditioner = Conditioner(config.condition, takes)
        self.enter = Linear(self.conditioner.width, config.hidden, gain=2**0.5)
        self.middle = Linear(config.hidden, config.hidden, gain=2**0.5)
        self.leave = Linear(config.hidden, config.width)

    def forward(self, given: Given) -> Float[Tensor, "n k"]:
        """Imagine the looks of conditions; what has mean square 1 is a picture's, and less means less sure."""
        x = F.leaky_relu(self.enter(self.conditioner(given)), 0.2)
        return self.leave(F.leaky_relu(self.middle(x), 0.2))
