"""What a change of the condition or of the seed does to a drawing, and whether drawings copy pictures of other concepts.

Three things that distances of distributions do not show: does the label move anything, do draws of one prompt differ as real
pictures of one family do, and do drawings lie nearer to a training picture of another concept than real pictures do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganvas.ground.images import lay_over
from ganvas.ground.seeds import stream
from ganvas.pipelines import ImagePipeline
from ganvas.scoring.evaluator import SEED, Evaluator
from ganvas.scoring.scores import Estimate, ratio, share, unit
from ganvas.vocabulary.condition import Condition

SWAPPED = 100
"""Conditions whose label is swapped."""
OF_FAMILY = 40
"""Pictures of a family that are compared each with each, at most."""
COPIED = 0.05
"""Share of real held-out pictures that count as too near to a training picture of another concept, by definition."""
_AT_ONCE = 1000


def label_effect(pipeline: ImagePipeline, conditions: Sequence[Condition], label: str, *, seed: int) -> np.ndarray:
    """Return how far pixels move, mean of 255 over white, when only a label is swapped for another of its values: (n,).

    A model that draws from appearances is given the same appearance twice; one that imagines them inside its mapping imagines
    another. At most SWAPPED conditions are drawn, those that name a value; none where the model takes fewer than two.
    """
    values = pipeline.manifest.takes.labels.get(label, ())
    labelled = [one for one in conditions if one.labels.get(label) in values][:SWAPPED]
    if len(values) < 2 or not labelled:
        return np.zeros(0)
    chance = stream(SEED, f"swapped/{label}")
    steps = 1 + chance.integers(len(values) - 1, len(labelled))
    others = [_with(one, label, values[(values.index(one.labels[label]) + step) % len(values)])
              for one, step in zip(labelled, steps.tolist(), strict=True)]  # fmt: skip
    noise = np.concatenate([pipeline.noise(seed, number=number) for number in range(len(labelled))])
    extra = _held_appearances(pipeline, len(labelled))
    drawn = [lay_over(pipeline.draw(pipeline.latents(given, noise, **extra))).astype(np.float64) for given in (labelled, others)]
    return np.abs(drawn[0] - drawn[1]).mean(axis=(1, 2, 3))


def _with(condition: Condition, label: str, value: str) -> Condition:
    return condition.model_copy(update={"labels": {**condition.labels, label: value}})


def _held_appearances(pipeline: ImagePipeline, count: int) -> Mapping[str, Any]:
    """Return appearances of known pictures, taken by chance, to draw from; nothing for a model that draws from none."""
    known: Any = getattr(pipeline, "appearances", None)
    if known is None:
        return {}
    rows = stream(SEED, "held appearances").integers(len(known.codes), count)
    return {"appearances": known.vectors(rows)}


def seed_effect(evaluator: Evaluator, features: np.ndarray, targets: np.ndarray) -> Estimate | None:
    """Return the mean distance between draws of one prompt, relative to that between real pictures of its concept's family.

    features (N, D): of drawings. targets (N,): the known picture whose caption and labels each was drawn by, several times each.
    None where nothing was drawn twice or no family has two pictures.
    """
    rows, real = unit(features), unit(evaluator.tables["features"])
    prompts = np.unique(targets)
    drawn = {int(one): spread(rows[targets == one]) for one in prompts}
    families = evaluator.families[prompts]
    known = {family: spread(real[_some(np.flatnonzero(evaluator.families == family))]) for family in np.unique(families)}
    usable = [(drawn[int(one)], known[family], family) for one, family in zip(prompts, families, strict=True)
              if np.isfinite(drawn[int(one)]) and known[family] > 0]  # fmt: skip
    if not usable:
        return None
    ours, theirs = np.array([one[:2] for one in usable]).T
    groups = np.array([one[2] for one in usable])
    return ratio(ours, groups, theirs, groups, seed=SEED)


def spread(rows: np.ndarray) -> float:
    """Return the mean distance of rows (N, D) from each other, each pair once; NaN for fewer than two."""
    if len(rows) < 2:
        return float("nan")
    squared = np.maximum(2 - 2 * rows.astype(np.float64) @ rows.T, 0)  # of unit rows
    return float(np.sqrt(squared)[np.triu_indices(len(rows), 1)].mean())


def _some(places: np.ndarray) -> np.ndarray:
    return places[stream(SEED, "of family").permutation(len(places))[:OF_FAMILY]]


class Copies:
    """Compares how near drawings and real held-out pictures come to training pictures of other concepts."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.rows = unit(evaluator.tables["features"])
        self.trained = np.flatnonzero(evaluator.splits == "train")
        held = np.flatnonzero(evaluator.splits != "train")
        self.real = held if len(held) else self.trained
        far = self.distances(self.rows[self.real], self.real)
        self.limit = float(np.quantile(far[np.isfinite(far)], COPIED)) if np.isfinite(far).any() else None

    def distances(self, rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the distance of unit rows (N, D) to the nearest training picture of another concept than the target's (N,)."""
        concepts, learned = self.evaluator.concepts[targets], self.evaluator.concepts[self.trained]
        bank, found = self.rows[self.trained], np.full(len(rows), np.inf)
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            squared = 2 - 2 * rows[part] @ bank.T  # of unit rows
            squared[concepts[part, None] == learned] = np.inf
            found[part] = np.sqrt(np.maximum(squared.min(axis=1), 0))
        return found

    def share(self, features: np.ndarray, targets: np.ndarray) -> Estimate | None:
        """Return the share of pictures nearer to another concept's training picture than COPIED of real held-out pictures are."""
        if self.limit is None:
            return None
        far = self.distances(unit(features), targets)
        return share(far < self.limit, self.evaluator.things[targets], seed=SEED)
