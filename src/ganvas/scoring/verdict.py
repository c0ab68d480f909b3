"""Is a model usable? The answer in plain words, from its signs and the curve of its training. Nothing draws here."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from ganvas.scoring.signs import BLURRED_SIDE, LEAST, Signs

Answer = Literal["yes", "not yet", "no", "not judged"]

DISTANCE, RECALL, SPOILT, RECOGNISED = 0.2, 0.35, 0.25, 0.7
"""Usable: at most so far from the pictures, at least so many of them among the drawings, at most so many drawings soft or rough,
at least so often of the right class."""
ALIKE = 0.4
"""Drawings are alike where they are closer to each other than ALIKE times what the pictures are."""
FEWEST_SCORES, FALLING = 4, 0.2
"""Scores of a curve that are asked how fast it falls, and how steeply it must: by time to the power of -FALLING."""
LONGEST = 20.0
"""How many times the time so far a curve is followed ahead; what would take longer is not promised."""
COPIES = 0.5
"""From this share of copies on, a model is said to draw its pictures again."""
HALVED = 0.5
"""What the score is asked to fall to where something else than the score is not good enough yet."""
Point = tuple[float, float]
"""Seconds of training and the score by then, lower is better."""


@dataclass(frozen=True)
class Sign:
    """One sign in words: what it is, what was measured, what a usable model has, whether this one has it, and what it means."""

    name: str
    measured: str
    wanted: str
    good: bool
    means: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer, its reason, what to do, and the signs it rests on. minutes: how many more it takes, where the curve says so."""

    answer: Answer
    why: str
    do: str = ""
    minutes: float | None = None
    signs: tuple[Sign, ...] = ()

    @property
    def text(self) -> str:
        """Return it in one line."""
        return f"Usable? {self.lasting}{f' ({self.do})' if self.do else ''}"

    def plain(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {**asdict(self), "text": self.text, "signs": [asdict(sign) for sign in self.signs]}

    @property
    def lasting(self) -> str:
        """Return the answer and its reason, without what to do and without minutes, which differ between equal runs."""
        return f"{self.answer[0].upper()}{self.answer[1:]}: {self.why}."


def judge(
    signs: Signs | None, curve: Sequence[Point] = (), *, images: int = 0, troubles: Sequence[str] = (), named: bool = False
) -> Verdict:
    """Judge a model that was trained to its end.

    signs: None where there were fewer than LEAST pictures. curve: its score while it trained. images: that it saw. troubles: what
    its training suffers from at its end, by name. named: whether its pictures have captions.
    """
    if signs is None:
        return Verdict("not judged", f"there are fewer than {LEAST} pictures, too few to measure anything by",
                       "look at the last sheet; more pictures make a better model")  # fmt: skip
    shown = describe(signs)
    alike = [name for name, spread in signs.classes if spread < ALIKE]
    if signs.spread < ALIKE or (signs.classes and len(alike) == len(signs.classes)):
        why = "the drawings are nearly all alike" if signs.spread < ALIKE else "the drawings of each class are nearly alike"
        return Verdict("no", f"{why} (collapse)", _against_collapse(named), signs=shown)
    lacks = _lacks(signs, alike)
    if not lacks:
        return Verdict("yes", _what_for(signs, troubles), signs=shown)
    why, factor = "; ".join(words for words, _ in lacks), min(needed for _, needed in lacks)
    if len(curve) < FEWEST_SCORES:
        return Verdict("no", why, f"train it longer; or {_instead(alike, named)}", signs=shown)
    minutes = minutes_until(curve, factor)
    if minutes is None:
        tried = "and more minutes would hardly help, for its score no longer falls"
        return Verdict("no", f"{why}, {tried}", _instead(alike, named), signs=shown)
    budget = math.ceil(images * (1 + 60 * minutes / curve[-1][0]) / 100 - 1e-6) * 100
    do = f"about {in_words(minutes)} more, by its curve: the same command with --images {budget}"
    return Verdict("not yet", why, do, minutes, shown)


def stopped(images: int, budget: int, seconds: float, reason: str) -> Verdict:
    """Judge a run that was stopped before its end, and has no model yet. reason: in words."""
    left = seconds * (budget - images) / images / 60 if images else None
    do = f"the same command goes on: about {in_words(left)} more" if left is not None else "the same command goes on"
    return Verdict("not yet", f"it has seen {images:,} of {budget:,} pictures and has no model: {reason}", do, left)


def minutes_until(curve: Sequence[Point], factor: float) -> float | None:
    """Return in how many more minutes the score falls to `factor` of what it is, or None where it will not.

    The latter half of the curve is taken as a power of the time, a straight line of logarithms.
    """
    points = [(seconds, score) for seconds, score in curve if seconds > 0 and score > 0]
    points = points[-max(FEWEST_SCORES, len(points) // 2) :]
    if len(points) < FEWEST_SCORES:
        return None
    time, score = np.log(np.array(points)).T
    time, last = time - time.mean(), points[-1][0]
    slope = float(time @ score / max(time @ time, 1e-12))
    if slope > -FALLING:
        return None
    times = factor ** (1 / slope)
    return None if times > LONGEST else max(times - 1, 0.01) * last / 60


def in_words(minutes: float) -> str:
    """Return minutes as people say them."""
    if minutes < 90:
        return f"{max(1, round(minutes))} minute{'s' if round(minutes) > 1 else ''}"
    return f"{minutes / 60:.0f} hours"


def describe(signs: Signs) -> tuple[Sign, ...]:
    """Return every sign in words, with its figure, what a usable model has, and what it means."""
    alike = [name for name, spread in signs.classes if spread < ALIKE]
    spoilt, both = signs.soft + signs.rough, f"at most {SPOILT:.0%}, with the other of the two"
    shown = [
        Sign("distance to your pictures", f"{signs.distance:.2f}", f"at most {DISTANCE:g}", signs.distance <= DISTANCE,
             f"0: like them; 1: as far as they are when shrunk to {BLURRED_SIDE} x {BLURRED_SIDE} pixels (KID)"),
        Sign("your pictures that it covers", f"{signs.recall:.0%}", f"at least {RECALL:.0%}", signs.recall >= RECALL,
             "recall: how many of your pictures lie among the drawings"),
        Sign("variety", f"{signs.spread:.2f}", f"at least {ALIKE:g}", signs.spread >= ALIKE,
             "how far drawings lie apart; 1: as far as your pictures do"),
        Sign("blurred drawings", f"{signs.soft:.0%}", both, spoilt <= SPOILT,
             "their edges are less than half as strong as those of your picture nearest to them"),
        Sign("noisy or spotted drawings", f"{signs.rough:.0%}", both, spoilt <= SPOILT,
             "their edges are far too strong, or even surfaces are not even"),
    ]  # fmt: skip
    if signs.classes:
        value = f"{len(alike)} of {len(signs.classes)}{': ' if alike else ''}{', '.join(alike[:5])}"
        shown.append(Sign("classes whose drawings are alike", value, "none", not alike, "each class was drawn several times"))
    if signs.recognised is not None:
        means = "their nearest picture is of that class; 100 %: as often as that of your pictures"
        right = signs.recognised >= RECOGNISED
        name, wanted = "drawings of the class that was asked for", f"at least {RECOGNISED:.0%}"
        shown.append(Sign(name, f"{signs.recognised:.0%}", wanted, right, means))
    again = "nearer to one than half of what your pictures are from each other, in features or in coarse pixels"
    shown.append(
        Sign("drawings that are one of your pictures again", f"{signs.copied:.0%}", "as you like", good=True, means=again)
    )
    return tuple(shown)


def _lacks(signs: Signs, alike: Sequence[str]) -> list[tuple[str, float]]:
    """Return what is not good enough, each with the factor that the score has to fall by for it."""
    found: list[tuple[str, float]] = []
    if alike:
        found.append((f"the drawings of {', '.join(alike[:5])} are nearly alike", HALVED))
    if signs.distance > DISTANCE:
        found.append((f"the drawings do not look like your pictures (distance {signs.distance:.2f}, {DISTANCE:g} is usable)",
                      DISTANCE / signs.distance))  # fmt: skip
    if signs.recall < RECALL:
        found.append((f"most of your pictures are missing from what it draws (recall {signs.recall:.2f})", HALVED))
    if signs.soft + signs.rough > SPOILT:
        what = "blurred" if signs.soft >= signs.rough else "noisy or spotted"
        found.append((f"{signs.soft + signs.rough:.0%} of the drawings are {what}", HALVED))
    if signs.recognised is not None and signs.recognised < RECOGNISED:
        found.append((f"only {signs.recognised:.0%} of the drawings show the class that was asked for", HALVED))
    return found


def _what_for(signs: Signs, troubles: Sequence[str]) -> str:
    """Say what a usable model is good for."""
    again = signs.copied >= COPIES
    use = "for drawing your pictures again, whole or blended, and hardly for new ones: most drawings are near copies of them" \
        if again else "for new pictures like yours"  # fmt: skip
    watch = f"; its training shows {', '.join(troubles)}, so look at the last sheet" if troubles else ""
    return f"{use} (distance {signs.distance:.2f}, recall {signs.recall:.2f}){watch}"


def _against_collapse(named: bool) -> str:
    return "more pictures; or begin with a model: --from" if named else \
        "name the files by what they show, so that each picture has a caption; or more pictures"  # fmt: skip


def _instead(alike: Sequence[str], named: bool) -> str:
    if alike or not named:
        return _against_collapse(named)
    return "more pictures, or begin with a model: --from"
