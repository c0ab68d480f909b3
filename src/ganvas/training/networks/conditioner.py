"""A condition becomes one vector: words (whitened), hashed words and labels, each of equal norm."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from ganvas.ground.config import Frozen
from ganvas.training.networks.base import Given
from ganvas.training.networks.layers import Linear, normalised
from ganvas.vocabulary.manifest import Takes

LEAST = 0.02
"""Variance that counts, as a share of the first component's: see `whitening`."""
MAX_COMPONENTS = 512


@dataclass(frozen=True)
class Whitening:
    """The mean of the training sentences (D,) and their axes scaled to unit variance (D, K), both float32."""

    mean: np.ndarray
    axes: np.ndarray


def fit_whitening(vectors: np.ndarray, *, count: int = MAX_COMPONENTS) -> Whitening:
    """Find the whitening of sentences (S, D), with up to `count` axes."""
    axes = whitening(vectors, count=min(count, vectors.shape[1]), least=LEAST)
    return Whitening(vectors.mean(axis=0).astype(np.float32), axes.astype(np.float32))


def whitening(vectors: np.ndarray, *, count: int, least: float) -> np.ndarray:
    """Return the principal axes of sentences (S, d), each scaled to unit variance: (d, count), zeros where there are no more.

    Sentence encoders leave most sentences close together; whitening spreads them (Su et al. 2021, "Whitening sentence
    representations", eq. 4). An axis with less than `least` of the first one's variance is scaled as if it had that much: a few
    sentences say nothing about what lies beside them, and to blow that up would drown what they say.
    """
    centred = vectors - vectors.mean(axis=0)
    _, scales, axes = np.linalg.svd(centred.T @ centred / len(vectors), hermitian=True)
    found = np.zeros((vectors.shape[1], count))
    basis = axes[:count].T / np.sqrt(np.maximum(scales[:count], max(least * scales[0], 1e-9)))
    found[:, : basis.shape[1]] = basis
    return found


class ConditionerConfig(Frozen):
    """How wide each part of a condition becomes; a part that the model does not take is left out."""

    components: int = Field(default=150, ge=1, le=MAX_COMPONENTS)
    words: int = Field(default=112, ge=1, le=1024)
    hashes: int = Field(default=64, ge=1, le=1024)
    label: int = Field(default=16, ge=1, le=1024)


class Conditioner(nn.Module):
    """Condition parts in, one vector out: (N, width). A dropped part gives zeros, so null is a condition like any other."""

    mean: Tensor
    whitening: Tensor

    def __init__(self, config: ConditionerConfig, takes: Takes, *, sentences: Whitening | None = None) -> None:
        """Build it; sentences: how words are whitened, without which they are zeros until a state is loaded."""
        super().__init__()
        self.labels = tuple(f"label_{name}" for name in takes.labels)
        self.register_buffer("mean", torch.zeros(max(takes.words, 1)))
        self.register_buffer("whitening", torch.zeros(max(takes.words, 1), config.components))
        if sentences is not None and takes.words:
            self.mean.copy_(torch.from_numpy(np.array(sentences.mean)))
            known = torch.from_numpy(np.array(sentences.axes[:, : config.components]))
            self.whitening[:, : known.shape[1]] = known
        parts = nn.ModuleDict()
        if takes.words:
            parts["words"] = Linear(config.components, config.words, bias=False)
        if takes.hashes:
            parts["hashes"] = Linear(takes.hashes, config.hashes, bias=False)
        for name, values in takes.labels.items():
            parts[f"label_{name}"] = Linear(len(values), config.label, bias=False)
        self.parts = parts
        self.width = sum(layer.out_features for layer in parts.values() if isinstance(layer, Linear))

    def forward(self, given: Given) -> Float[Tensor, "n c"]:
        """Join the parts, each normalised before and after its layer."""
        joined: list[Tensor] = []
        for name, layer in self.parts.items():
            part = given[name]
            if name == "words":
                present = (part.square().sum(dim=1, keepdim=True) > 0.25).to(part.dtype)
                part = normalised((part - self.mean) @ self.whitening) * present
            elif name == "hashes":
                part = normalised(part)
            joined.append(normalised(layer(part)))
        return torch.cat(joined, dim=1)
