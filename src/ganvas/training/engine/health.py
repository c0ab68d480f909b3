"""Health of a training: the numbers of every update are checked, and troubles are diagnosed from the log.

`diagnose` reads nothing but log entries, so that a resumed run finds what an uninterrupted one would have found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

from ganvas.ground.errors import HealthError

Entry = Mapping[str, float | int]
"""One line of the log: step, images, seconds, and the mean of each part since the line before."""


class NotFinite(HealthError):
    """A loss or a gradient was not finite; nothing was updated."""


def check(total: Tensor, parameters: Iterable[Tensor], *, player: str, step: int) -> Tensor:
    """Return the gradient's norm. Raises NotFinite when it or the loss is not finite."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = torch.nn.utils.get_total_norm(gradients)
    if not (torch.isfinite(total.detach()) and torch.isfinite(norm)):
        raise NotFinite(
            f"the {player}'s loss is {float(total.detach()):.4g} and its gradient's norm {float(norm):.4g} at step {step}",
            do="nothing was updated; the last checkpoint is good: lower the learning rate, or train in float32",
        )
    return norm


SCORE = "score/"
"""What the log's key of a score begins with; a run has one."""


@dataclass(frozen=True)
class Trouble:
    """Something that can go wrong in a training. lasting: entries in a row that must show it."""

    name: str
    words: str
    lasting: int


COLLAPSE = Trouble(
    "collapse",
    "the drawings are nearly alike: under a fifth of the real pictures' spread. Lower rate_discriminator, or raise gamma",
    lasting=3,
)
OVERFITTING = Trouble(
    "overfitting",
    "the discriminator has memorised its pictures: it ranks real pictures that it has not seen far below them. Augment more, "
    "take more pictures, or start from a model (--from)",
    lasting=3,
)
WON = Trouble(
    "the discriminator has won",
    "it orders nearly every pair rightly, and the generator learns little from it. Raise gamma, augment more, or lower "
    "rate_discriminator",
    lasting=20,
)
VANISHING = Trouble(
    "vanishing gradients",
    "the generator gets hardly any gradient. Take another objective (relativistic), or lower rate_discriminator",
    lasting=5,
)
DIVERGENCE = Trouble(
    "divergence", "the drawings have left the range of pictures. Lower both learning rates, or raise gamma", lasting=2
)
WORSE = Trouble(
    "divergence",
    "the drawings are far worse than they once were. Lower rate_discriminator, or raise gamma",
    lasting=3,
)

SPREAD, RANGE, ASIDE, WINS, FADED = 0.2, 2.5, 0.25, 0.995, 1e-4
TWICE, FAR, NEAR = 2.0, 0.25, 0.5
"""Thresholds of the signs: see `diagnose`."""
SETTLED = 50
"""Steps before which a score says nothing about divergence."""


def diagnose(entries: Sequence[Entry]) -> tuple[Trouble, ...]:
    """Return the troubles of a training at its last entry.

    collapse: g/spread, the spread of drawings over that of real pictures, is under SPREAD. divergence: g/range, the same of their
    root mean squares, is over RANGE; or the score is over TWICE its best, over FAR of its first and over NEAR: a restyler
    begins with real pictures as they are, which score well, so that its score first rises.
    overfitting: d/known is ASIDE or more above d/aside: the shares of pairs with a drawing that it orders rightly, of pictures
    that it learns from and of held out ones. won: d/right, the first at every update, is over WINS. vanishing: the norm
    of the generator's gradient is under FADED of the median so far.
    """
    found: list[Trouble] = []
    spread, reach = (_values(entries, name) for name in ("g/spread", "g/range"))
    right, faded = _values(entries, "d/right"), _values(entries, "generator/gradient")
    gaps = [entry["d/known"] - entry["d/aside"] for entry in entries if "d/aside" in entry and "d/known" in entry]
    signs = (
        (COLLAPSE, [value < SPREAD for value in spread]),
        (DIVERGENCE, [value > RANGE for value in reach]),
        (WORSE, _worse(_scores(entries))),
        (OVERFITTING, [gap > ASIDE for gap in gaps]),
        (WON, [value > WINS for value in right]),
        (VANISHING, [value < FADED * median(faded) for value in faded]),
    )
    for trouble, seen in signs:
        if len(seen) >= trouble.lasting and all(seen[-trouble.lasting :]):
            found.append(trouble)
    return tuple(found)


def _values(entries: Sequence[Entry], name: str) -> list[float]:
    return [float(entry[name]) for entry in entries if name in entry]


def score_key(name: str) -> str:
    """Return the key of a task's score in the log: "KID" is "score/kid"."""
    return SCORE + name.lower()


def _scores(entries: Sequence[Entry]) -> list[float]:
    """Return the scores so far, but for those of the first steps, in which nothing is learned that could be lost."""
    settled = (entry for entry in entries if int(entry.get("step", SETTLED)) >= SETTLED)
    return [float(value) for entry in settled for name, value in entry.items() if name.startswith(SCORE)]


def _worse(scores: Sequence[float]) -> list[bool]:
    """Return of each score whether it is high, and far above the best before it."""
    return [score > max(TWICE * min(scores[: place + 1]), FAR * scores[0], NEAR) for place, score in enumerate(scores)]
