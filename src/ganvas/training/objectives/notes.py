"""The reconstruction loss of music: how unlikely the true symbols are where they are hidden (the anchor of generated notes)."""

from dataclasses import dataclass

from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from ganvas.training.objectives.base import Loss


@dataclass(frozen=True)
class Notes:
    """Cross-entropy of the hidden symbols, a mean over each piece's own, as an orderless model has it (Uria et al. 2014)."""

    def generator(
        self,
        logits: Float[Tensor, "n voices symbols steps"],
        real: Float[Tensor, "n voices symbols steps"],
        hidden: Bool[Tensor, "n voices beats"],
    ) -> Loss:
        """Compare logits with the true symbols, one-hot."""
        unlikely = -(F.log_softmax(logits, dim=2) * real).sum(dim=2)  # (N, V, T)
        counted = hidden.repeat_interleave(logits.shape[3] // hidden.shape[2], dim=2)
        each = (unlikely * counted).sum(dim=(1, 2)) / counted.sum(dim=(1, 2)).clamp(min=1)
        return Loss(each.mean(), {"g/notes": each.mean()})
