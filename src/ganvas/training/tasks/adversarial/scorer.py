"""A discriminator bound to one batch's condition: what objectives are given to ask their questions of."""

from collections.abc import Callable
from typing import TypeVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator

Seen = TypeVar("Seen")


class BoundScorer:
    """Pictures in, scores out, under the condition of the batch. A view is looked at once, whatever is asked of it."""

    def __init__(self, network: Discriminator, given: Given, distinct: Bool[Tensor, "n n"]) -> None:
        self.network, self.given, self.distinct = network, given, distinct
        self._look = once(network.features)

    def __call__(self, view: Images) -> Float[Tensor, "n k"]:
        """Score each picture under its own condition."""
        return self.network.score(self._look(view), self.given)

    def wrong(self, view: Images) -> Float[Tensor, "n k"]:
        """Score each picture under its neighbour's condition. Conditions roll, not pictures: no second look is needed."""
        rolled = {name: part.roll(1, dims=0) for name, part in self.given.items()}
        return self.network.score(self._look(view), rolled)

    def similarity(self, view: Images) -> Float[Tensor, "n n"]:
        """Return the cosine of each picture with each condition."""
        assert isinstance(self.network, PixelDiscriminator)
        return self.network.similarity(self._look(view), self.given)

    def classes(self, view: Images) -> list[tuple[Tensor, Tensor]]:
        """Return the logits of each label's values, and the label that the batch was told."""
        assert isinstance(self.network, PixelDiscriminator)
        logits = self.network.classes(self._look(view))
        return [(each, self.given[name]) for name, each in logits.items()]


def once(look: Callable[[Tensor], Seen]) -> Callable[[Tensor], Seen]:
    """Remember what a function said of each tensor object, as long as the returned function lives."""
    seen: list[tuple[Tensor, Seen]] = []

    def remembered(view: Tensor) -> Seen:
        for before, answer in seen:
            if before is view:
                return answer
        answer = look(view)
        seen.append((view, answer))
        return answer

    return remembered


def distinct(groups: Tensor, spoken: Bool[Tensor, " n"]) -> Bool[Tensor, "n n"]:
    """Say which pairs of a batch are both spoken for and of different groups (concepts of one family count as the same)."""
    apart = groups[:, None] != groups[None, :]
    return torch.logical_and(apart, spoken[:, None] & spoken[None, :])
