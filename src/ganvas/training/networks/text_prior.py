"""The text prior: from a condition to the expected appearance of a picture.

A caption seldom says where things are and which colours they have, so a generator with captions
alone learns slowly. The appearance vector of a picture (tasks.image.appearance) holds both. The
prior predicts it from the condition by kernel regression over the training pictures, fitted in
closed form before the first step (tasks.image.text_prior). Sources: unCLIP (Ramesh et al. 2022,
section 2) for a prior before a decoder; IC-GAN (Casanova et al. 2021) for a GAN conditioned on the
features of a picture; Rasmussen and Williams 2006, eq. 2.25, for the mean of a Gaussian process,
which this is.
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
"""Widths of the kernel in 1 - cosine: the narrow one separates captions, the wide one generalises to new ones."""


class TextPriorConfig(Frozen):
    """Configures a text prior. pixels, features: numbers of an appearance that come from each.

    components: of the whitened sentence vectors. ridge: regularisation of the fit.
    """

    pixels: int = Field(default=768, ge=1, le=2048)
    features: int = Field(default=128, ge=0, le=1024)
    components: int = Field(default=64, ge=1, le=512)
    ridge: float = Field(default=0.05, gt=0, le=10)

    @property
    def width(self) -> int:
        """Numbers of an appearance."""
        return self.pixels + self.features


class TextPrior(nn.Module):
    """E[appearance | condition] = sum over training pictures of k(condition, theirs) times their weight; fitted, not trained.

    k is a product of the caption kernel, averaged over the two main captions of each picture, and
    of a kernel for each label: how much the appearances of its two values have in common. A dropped
    label gets the mean over its values; a condition without words gets an appearance of zeros.
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

    def embed_words(self, words: Float[Tensor, "n d"]) -> Float[Tensor, "n c"]:
        """Whiten sentence vectors and scale them to unit length; a dropped caption stays zeros."""
        present = (words.square().sum(dim=1, keepdim=True) > 0.25).to(words.dtype)
        white = (words - self.mean) @ self.whitening
        return white * torch.rsqrt(white.square().sum(dim=1, keepdim=True) + 1e-8) * present

    def kernel(self, given: Given) -> Float[Tensor, "n p"]:
        """Return the kernel between conditions and those of the training pictures."""
        kernel = given[self.labels[0]].new_ones(1, 1) if not self.words else self.caption_kernel(self.embed_words(given["words"]))
        for name in self.labels:
            common = self.get_buffer(f"common_{name.removeprefix('label_')}")
            dropped = 1 - given[name].sum(dim=1, keepdim=True)
            kernel = kernel * (given[name] @ common[:-1] + dropped * common[-1:])
        return kernel

    def caption_kernel(self, embedded: Float[Tensor, "n c"]) -> Float[Tensor, "n p"]:
        """Return the kernel between captions and those of the training pictures."""
        present = embedded.square().sum(dim=1, keepdim=True)  # 1, or 0 where the caption is dropped
        parts = [
            torch.exp((F.linear(embedded, keys) - 1) * (1 / reach))
            for keys in (self.first, self.second)
            for reach in KERNEL_WIDTHS
        ]
        return present * sum(parts[1:], parts[0]) * (1 / len(parts))

    def forward(self, given: Given) -> Float[Tensor, "n k"]:
        """Predict the appearances of conditions. Those of pictures have mean square 1; a smaller one is less certain."""
        return self.kernel(given) @ self.weights
