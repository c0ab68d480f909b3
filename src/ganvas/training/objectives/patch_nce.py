"""Patch-wise contrast: a place of the redrawn picture is to be known by the same place of the picture it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganvas.training.objectives.base import Loss


def patch_nce(asked: Float[Tensor, "n p d"], known: Float[Tensor, "n p d"], *, temperature: float) -> Float[Tensor, ""]:
    """Return the mean of -log softmax(asked . known / temperature) at the own place; the negatives are of the same picture."""
    logits = asked @ known.mT / temperature  # (N, P, P)
    own = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
    return cross_entropy(logits.flatten(0, 1), own.flatten())


@dataclass(frozen=True)
class PatchNCE:
    """InfoNCE over places of several layers (CUT, Park et al. 2020, eq. 3 and 4). Vectors are of unit length."""

    temperature: float = 0.07

    def generator(self, asked: Sequence[Tensor], known: Sequence[Tensor], *, name: str = "g/patches") -> Loss:
        """Compare places of redrawn pictures with those of the pictures they were made from, layer by layer (N, P, D)."""
        each = [patch_nce(a, k.detach(), temperature=self.temperature) for a, k in zip(asked, known, strict=True)]
        loss = torch.stack(each).mean()
        return Loss(loss, {name: loss})
