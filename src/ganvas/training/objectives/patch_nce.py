"""PatchNCE: a patch of the redrawn picture must match the same patch of its input better than other patches of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganvas.training.objectives.base import Loss


def patch_nce(queries: Float[Tensor, "n p d"], keys: Float[Tensor, "n p d"], *, temperature: float) -> Float[Tensor, ""]:
    """Return the mean of -log softmax(queries . keys / temperature) at the same place; negatives come from the same picture."""
    logits = queries @ keys.mT / temperature  # (N, P, P)
    own = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
    return cross_entropy(logits.flatten(0, 1), own.flatten())


@dataclass(frozen=True)
class PatchNCE:
    """Applies InfoNCE to places of several layers (CUT, Park et al. 2020, eq. 3 and 4). Vectors have unit length."""

    temperature: float = 0.07

    def generator(self, queries: Sequence[Tensor], keys: Sequence[Tensor], *, name: str = "g/patches") -> Loss:
        """Compare places of redrawn pictures (queries) with those of their inputs (keys), layer by layer (N, P, D)."""
        each = [patch_nce(q, k.detach(), temperature=self.temperature) for q, k in zip(queries, keys, strict=True)]
        loss = torch.stack(each).mean()
        return Loss(loss, {name: loss})
