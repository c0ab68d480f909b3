"""The interfaces of objectives: tensors in, a Loss out. Objectives never call backward and know no network class."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

Images = Float[Tensor, "n c h w"]
Scores = Float[Tensor, "n k"]


@dataclass(frozen=True)
class Loss:
    """A scalar to minimise, and its parts by name for the log."""

    total: Tensor
    parts: dict[str, Tensor] = field(default_factory=dict[str, Tensor])


def weight_loss(weight: float, loss: Loss) -> Loss:
    """Return a loss with its total weighted; the logged parts stay unweighted."""
    return Loss(weight * loss.total, loss.parts)


def sum_losses(losses: Sequence[Loss]) -> Loss:
    """Return the sum of several losses and all their parts, whose names must differ."""
    parts: dict[str, Tensor] = {}
    for loss in losses:
        assert not parts.keys() & loss.parts.keys()
        parts |= loss.parts
    return Loss(torch.stack([loss.total for loss in losses]).sum(), parts)


@runtime_checkable
class Scorer(Protocol):
    """A discriminator bound to one batch's condition y: pictures in, D(x | y) as K logits each out."""

    def __call__(self, view: Images) -> Scores: ...


@runtime_checkable
class ConditionalScorer(Scorer, Protocol):
    """A scorer that can also score pictures under other conditions of the same batch.

    distinct[i, j]: picture i and condition j are both present and mean different things, so j is
    wrong for i.
    """

    distinct: Bool[Tensor, "n n"]

    def wrong(self, view: Images) -> Scores:
        """Score each picture under its neighbour's condition (j = i - 1)."""
        ...

    def similarity(self, view: Images) -> Float[Tensor, "n n"]:
        """Return the cosine of each picture with each condition."""
        ...


@runtime_checkable
class LabelledScorer(Scorer, Protocol):
    """A scorer that can also score pictures under their own condition with a wrong label."""

    def mislabelled(self, view: Images) -> Scores:
        """Score each picture under its own condition with one label exchanged for another value."""
        ...

    def exchanged(self) -> Float[Tensor, "n 1"]:
        """Return 1 where a label was exchanged, and 0 where the condition has no label."""
        ...


@runtime_checkable
class ClassifyingScorer(Scorer, Protocol):
    """A scorer that can also classify pictures by label."""

    def classes(self, view: Images) -> Sequence[tuple[Float[Tensor, "n v"], Float[Tensor, "n v"]]]:
        """Return for each label its logits and its targets: one-hot, a row of zeros where the label was dropped."""
        ...


@runtime_checkable
class Objective(Protocol):
    """One term of the generator's and the discriminator's loss.

    Views are the pictures that the discriminator sees. In the discriminator's turn they are leaves;
    they require a gradient where `needs_gradient` is set: the term differentiates with respect to
    pictures.
    """

    @property
    def needs_gradient(self) -> bool: ...

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss: ...

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss: ...


def zero_loss(view: Images) -> Loss:
    """Return a loss of 0, for a term that does not act in this turn."""
    return Loss(torch.zeros((), device=view.device))


def pair_accuracy(on_real: Scores, on_fake: Scores) -> Float[Tensor, ""]:
    """Return the share of (real, fake) pairs in which the real one scores higher; 1/2 is chance."""
    return (on_real > on_fake).to(on_real.dtype).mean()


def overfitting_heuristic(on_real: Scores, on_fake: Scores, *, middle: float | None) -> Float[Tensor, ""]:
    """Return r_t = E[sign(D(real))] (Karras et al. 2020, ADA, eq. 1): 0 without overfitting, 1 with complete overfitting.

    middle: the score at which real and fake are equally likely. None for objectives of which only
    score differences mean something: each real picture is then compared with its fake.
    """
    return torch.sign(on_real - (on_fake if middle is None else middle)).mean()
