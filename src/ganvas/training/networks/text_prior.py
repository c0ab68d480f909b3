"""From words to what they look like: the prior of a generator that draws looks.

Words seldom say where things are and which colour they have, so a generator that hears words alone learns slowly. The looks of
pictures (ganvas.training.looks) do say it. They are imagined by kernel regression over the training pictures, which is fitted in
closed form before the first step (ganvas.training.prior). Sources: unCLIP (Ramesh et al. 2022, section 2) for a prior beside a
decoder; IC-GAN (Casanova et al. 2021) for a GAN under the features of a picture; Rasmussen and Williams 2006, eq. 2.25, for the
mean of a Gaussian process, which this is.
"""

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from ganvas.ground.config import Frozen
from ganvas.training.networks.base import Given
from ganvas.vocabulary.manifest import Takes

KERNEL_WIDTHS = (0.1, 0.3)
"""How fast likeness of meanings falls with 1 - cosine: a short reach tells captions apart, a longer one carries to new ones."""


class TextPriorConfig(Frozen):
    """How many numbers a look has, from pixels and from features; how captions are compared.

    components: of the whitened sentence vectors. ridge: how far from exact the fit may stay, against numbers that explode.
    """

    pixels: int = Field(default=768, ge=1, le=2048)
    features: int = Field(default=128, ge=0, le=1024)
    components: int = Field(default=64, ge=1, le=512)
    ridge: float = Field(default=0.05, gt=0, le=10)

    @property
    def width(self) -> int:
        """Numbers of a look."""
        return self.pixels + self.features


class TextPrior(nn.Module):
    """E[look | condition] = sum over known pictures of k(condition, theirs) times a weight of theirs. Nothing here is trained.

    k is a product: of the likeness of two captions, the mean over each picture's two main ones, and of how much the looks of each
    label's two values have in common. A dropped label stands midway between its values; without words nothing is imagined.
    """

    mean: Tensor
    whitening: Tensor
    first: Tensor
    second: Tensor
    weights: Tensor

    def __init__(self, config: TextPriorConfig, takes: Takes, *, known: int) -> None:
        super().__init__()
        self.words = takes.words > 0
        self.labels = tuple(f"label_{name}" for name in takes.labels)
        if self.words:
            self.register_buffer("mean", torch.zeros(takes.words))
            self.register_buffer("whitening", torch.zeros(takes.words, config.components))
            self.register_buffer("first", torch.zeros(known, config.components))
            self.register_buffer("second", torch.zeros(known, config.components))
        for name, values in takes.labels.items():
            self.register_buffer(f"common_{name}", torch.zeros(len(values) + 1, known))
        self.register_buffer("weights", torch.zeros(known, config.width))

    def meant(self, words: Float[Tensor, "n d"]) -> Float[Tensor, "n c"]:
        """Return the meanings of sentence vectors: whitened, unit rows, or zeros where nothing is said."""
        present = (words.square().sum(dim=1, keepdim=True) > 0.25).to(words.dtype)
        white = (words - self.mean) @ self.whitening
        return white * torch.rsqrt(white.square().sum(dim=1, keepdim=True) + 1e-8) * present

    def likeness(self, given: Given) -> Float[Tensor, "n p"]:
        """Compare conditions with those of the known pictures."""
        alike = given[self.labels[0]].new_ones(1, 1) if not self.words else self.near(self.meant(given["words"]))
        for name in self.labels:
            common = self.get_buffer(f"common_{name.removeprefix('label_')}")
            unsaid = 1 - given[name].sum(dim=1, keepdim=True)
            alike = alike * (given[name] @ common[:-1] + unsaid * common[-1:])
        return alike

    def near(self, meant: Float[Tensor, "n c"]) -> Float[Tensor, "n p"]:
        """Compare meanings with what the known pictures are called."""
        said = meant.square().sum(dim=1, keepdim=True)  # 1, or 0 where nothing is said
        parts = [
            torch.exp((F.linear(meant, keys) - 1) * (1 / reach)) for keys in (self.first, self.second) for reach in KERNEL_WIDTHS
        ]
        return said * sum(parts[1:], parts[0]) * (1 / len(parts))

    def forward(self, given: Given) -> Float[Tensor, "n k"]:
        """Imagine the looks of conditions; what has mean square 1 is a picture's, and less means less sure."""
        return self.likeness(given) @ self.weights
