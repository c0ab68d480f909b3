"""A discriminator bound to the condition of one batch, as objectives take it."""

from collections.abc import Callable
from typing import TypeVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ganvas.training.networks.base import Discriminator, Given, Images
from ganvas.training.networks.pixel_discriminator import PixelDiscriminator

Seen = TypeVar("Seen")


class BoundScorer:
    """Pictures in, scores out, under the condition of the batch. The features of a view are computed once."""

    def __init__(
        self, network: Discriminator, given: Given, distinct: Bool[Tensor, "n n"], *, wrong_labels: Given | None = None
    ) -> None:
        """Bind a discriminator. wrong_labels: the labels of the condition with one exchanged in each row, for `mislabelled`."""
        self.network, self.given, self.distinct = network, given, distinct
        self.wrong_labels: Given = wrong_labels or {}
        self._look = once(network.features)

    def __call__(self, view: Images) -> Float[Tensor, "n k"]:
        """Score each picture under its own condition."""
        return self.network.score(self._look(view), self.given)

    def wrong(self, view: Images) -> Float[Tensor, "n k"]:
        """Score each picture under its neighbour's condition. Conditions roll, not pictures: features are used again."""
        rolled = {name: part.roll(1, dims=0) for name, part in self.given.items()}
        return self.network.score(self._look(view), rolled)

    def mislabelled(self, view: Images) -> Float[Tensor, "n k"]:
        """Score each picture under its own condition with one label exchanged."""
        return self.network.score(self._look(view), {**self.given, **self.wrong_labels})

    def exchanged(self) -> Float[Tensor, "n 1"]:
        """Return 1 where a label was exchanged, else 0."""
        apart = [(self.given[name] != part).any(dim=1, keepdim=True) for name, part in self.wrong_labels.items()]
        return torch.stack(apart).any(dim=0).float()

    def similarity(self, view: Images) -> Float[Tensor, "n n"]:
        """Return the cosine of each picture with each condition."""
        assert isinstance(self.network, PixelDiscriminator)
        return self.network.similarity(self._look(view), self.given)

    def classes(self, view: Images) -> list[tuple[Tensor, Tensor]]:
        """Return the logits of each label's values, and the label of the batch's condition."""
        assert isinstance(self.network, PixelDiscriminator)
        logits = self.network.classes(self._look(view))
        return [(each, self.given[name]) for name, each in logits.items()]


def once(look: Callable[[Tensor], Seen]) -> Callable[[Tensor], Seen]:
    """Return a function that remembers its answer for each tensor object, as long as it lives."""
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
    """Return which pairs of a batch have both a condition and are of different groups (concepts of one family are one)."""
    apart = groups[:, None] != groups[None, :]
    return torch.logical_and(apart, spoken[:, None] & spoken[None, :])
