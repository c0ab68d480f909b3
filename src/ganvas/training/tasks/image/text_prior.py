"""The text prior in closed form: kernel ridge regression from the conditions of pictures to their appearances.

It also gives the prediction for each picture had it, or its whole family, been left out. Such appearances are
fainter and mixed, as those of new words are, and a generator must learn to draw them.
Source: Rasmussen and Williams 2006, eq. 2.25 and 5.12.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganvas.data.cache import Pictures, cache_array
from ganvas.ground.files import digest_of
from ganvas.ground.seeds import stream
from ganvas.training.networks.conditioner import whitening
from ganvas.training.networks.text_prior import TextPrior, TextPriorConfig
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.vocabulary.manifest import Takes

KNOWN = 5_000
"""Pictures that the regression is fitted on, at most: a random choice where there are more."""
CERTAIN = 0.25
"""Share of an appearance that the fit may leave over where words count as naming the picture."""
LEAST = 0.1
"""Variance of sentences that counts, as a share of the first component's: with less, "orange circle" is no "an orange circle"."""
PAIRS, COMMON = 20, 0.5
"""Pictures of one caption under two values that say how much these have in common; below that COMMON is taken."""


@dataclass(frozen=True)
class FittedPrior:
    """A fitted text prior, and its predictions for the pictures that it knows had these been left out.

    without_picture, without_family: (P, K). certain: whether the condition of each determines its appearance, (P,): where
    several pictures share their words the prediction is a mean of theirs. place: for each picture of the set its row in these,
    or -1.
    """

    imagination: TextPrior
    without_picture: np.ndarray
    without_family: np.ndarray
    certain: np.ndarray
    place: np.ndarray


def fit_prior(
    config: TextPriorConfig,
    takes: Takes,
    *,
    pictures: Pictures,
    conditions: Conditions,
    appearances: np.ndarray,
    seed: int,
) -> FittedPrior:
    """Fit the text prior of a set's training pictures. appearances: appearance vectors (N, K) of all its pictures."""
    train = pictures.select("train")
    known = np.sort(train[stream(seed, "known").permutation(len(train))[:KNOWN]])
    imagination = TextPrior(config, takes, known=len(known))
    captions_of = conditions.main_of(known)
    if takes.words:
        _set_keys(imagination, conditions, captions_of)
    labels = {f"common_{name}": conditions.labels[name][known] for name in takes.labels}
    for (name, columns), values in zip(labels.items(), takes.labels.values(), strict=True):
        common = _common(columns, len(values), appearances[known], captions=captions_of[0])
        imagination.get_buffer(name).copy_(torch.from_numpy(common[:, columns]))  # -1, no value, is the last column

    records = [pictures.records[number] for number in known]
    families = np.unique([record.kin for record in records], return_inverse=True)[1]
    state = [imagination.get_buffer(name).numpy().tobytes() for name, _ in imagination.named_buffers()]
    depends = (*state, appearances[known].tobytes(), families.tobytes(), str(config.ridge).encode())
    solved = cache_array(
        "imaginations",
        " ".join(digest_of(part) for part in depends),
        lambda: _solve(_among(imagination, labels) + config.ridge * torch.eye(len(known)), appearances[known], families),
    )
    imagination.weights.copy_(torch.from_numpy(np.array(solved[0])))
    left = config.ridge * np.array(solved[0])  # what the fit leaves of each: wanted - (alike - ridge) @ weights
    certain = np.square(left).sum(axis=1) < CERTAIN * np.square(appearances[known]).sum(axis=1)
    place = np.full(len(pictures.records), -1)
    place[known] = np.arange(len(known))
    return FittedPrior(imagination, solved[1], solved[2], certain, place)


def _set_keys(imagination: TextPrior, conditions: Conditions, captions_of: np.ndarray) -> None:
    """Whiten by the main captions, and keep the meanings of the known pictures' two main ones."""
    imagination.mean.copy_(torch.from_numpy(conditions.main.mean(axis=0)))
    axes = whitening(conditions.main, count=imagination.whitening.shape[1], least=LEAST)
    imagination.whitening.copy_(torch.from_numpy(axes))
    for keys, sentences in zip((imagination.first, imagination.second), captions_of, strict=True):
        vectors = torch.from_numpy(np.array(conditions.vectors[np.maximum(sentences, 0)]))
        keys.copy_(imagination.embed_words(vectors * torch.from_numpy(sentences >= 0)[:, None]))


def _common(columns: np.ndarray, values: int, appearances: np.ndarray, *, captions: np.ndarray) -> np.ndarray:
    """Return how much appearances under two values of a label have in common, (V + 1, V + 1); the last row and column: no value.

    It is the correlation of the appearances of pictures with the same main caption, as a matrix without negative eigenvalues.
    """
    apart = appearances - appearances.mean(axis=0)
    common = np.full((values, values), COMMON)
    for one in range(values):
        for other in range(one):
            mine, theirs = ({captions[row]: row for row in np.flatnonzero(columns == value)} for value in (one, other))
            both = sorted(caption for caption in mine.keys() & theirs.keys() if caption >= 0)
            if len(both) >= PAIRS:
                a, b = (apart[[rows[caption] for caption in both]] for rows in (mine, theirs))
                correlation = (a * b).sum() / np.sqrt(np.square(a).sum() * np.square(b).sum())
                common[one, other] = common[other, one] = max(float(correlation), 0.0)
    np.fill_diagonal(common, 1.0)
    scales, axes = np.linalg.eigh(common)
    common = axes * np.maximum(scales, 0) @ axes.T
    midway = np.concatenate([np.eye(values), np.full((1, values), 1 / values)])
    return (midway @ common @ midway.T).astype(np.float32)


def _among(imagination: TextPrior, labels: Mapping[str, np.ndarray]) -> Tensor:
    """Return the kernel among the known pictures, (P, P): each stands for the mean of its two captions."""
    alike = torch.ones(())
    if imagination.words:
        alike = (imagination.caption_kernel(imagination.first) + imagination.caption_kernel(imagination.second)) / 2
    for name, columns in labels.items():
        alike = alike * imagination.get_buffer(name)[columns]
    return alike


def _solve(alike: Tensor, appearances: np.ndarray, families: np.ndarray) -> np.ndarray:
    """Return the weights, and the predictions with the picture or its family left out: (3, P, K)."""
    wanted, inverse = torch.from_numpy(appearances).double(), torch.linalg.inv(alike.double())
    weights = inverse @ wanted
    without_picture = wanted - weights / inverse.diagonal()[:, None]
    without_family = torch.empty_like(wanted)
    for family in np.unique(families):
        rows = np.flatnonzero(families == family)
        without_family[rows] = wanted[rows] - torch.linalg.solve(inverse[rows][:, rows], weights[rows])
    return torch.stack([weights, without_picture, without_family]).float().numpy()
