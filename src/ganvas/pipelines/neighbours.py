"""Latents that lie near a latent, or in the direction that words name. Torch-free.

A model that draws from appearances has a latent of two parts: what is where in which colours, which is the appearance's, and
styles. Neighbours are found among known pictures, since what lies between two pictures that are alike is a picture.
"""

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.text.appearance import Appearances
from ganvas.language.text.embed import embed
from ganvas.pipelines.image import ImagePipeline
from ganvas.vocabulary.condition import Condition, Weighted

NEAR = 12
"""A neighbour is one of so many of the known pictures that are most like a latent."""
SAME_CONCEPT, SAME_FAMILY = 0.4, 0.6
"""By what the distance of a picture of the same concept, or of one of its family, counts."""
FEATURES = 4.0
"""How much each number of an appearance that is no pixel counts beside one that is: cats and biscuits have the same colours."""
ITSELF = 1e-3
"""A squared distance below which a picture is the one that was drawn from."""
CALLED = 0.85
"""Pictures are called by words whose likeness is at least this share of the best one's."""
MOST_CALLED, MEANT = 64, 3
"""So many pictures that are called so at most; the mean of those most like a latent says where the words lie from it."""
DRAWS = 8
"""Latents whose mean stands for words where the model draws from no appearances."""


def neighbour(
    pipeline: ImagePipeline, w: np.ndarray, condition: Condition, *, seed: int, name: str, number: int = 0, place: int = 0
) -> np.ndarray:
    """Return a latent (mapped,) near a latent (mapped,): another draw of its condition, from a known picture that is like it.

    seed, name: whose neighbours. number: which of them; NEAR in a row are of different pictures. place: of which element.
    """
    z = stream(seed, name, step=number, rank=place).normal((1, pipeline.manifest.latent))
    known = pipeline.appearances
    if known is None or not pipeline.sketched:
        return pipeline.latents([condition], z)[0]
    rows = nearest(pipeline, known, w)
    row = rows[stream(seed, f"{name}/order", rank=place).permutation(len(rows))[number % len(rows)]]
    return pipeline.latents([condition], z, appearances=known.vectors(np.array([row])))[0]


def nearest(pipeline: ImagePipeline, known: Appearances, w: np.ndarray) -> np.ndarray:
    """Return the known pictures that are most like a latent, the one that it was drawn from left out, those of its concept
    rather than others: their numbers, NEAR at most.
    """
    apart = distances(pipeline, known, w)
    own = int(apart.argmin())
    features = known.vectors(np.arange(len(known.codes)))[:, pipeline.sketched :]
    alike = apart + FEATURES * np.square(features - features[own]).sum(axis=1)
    weight = np.where(known.family == known.family[own], SAME_FAMILY, 1.0)
    weight = np.where(known.concept == known.concept[own], SAME_CONCEPT, weight)
    others = apart >= ITSELF if (apart >= ITSELF).any() else np.ones_like(apart, dtype=bool)
    return np.argsort(np.where(others, alike * weight, np.inf), kind="stable")[: min(NEAR, int(others.sum()))]


def distances(pipeline: ImagePipeline, known: Appearances, w: np.ndarray) -> np.ndarray:
    """Return how far each known picture is from a latent (mapped,), squared: float32 (P,)."""
    width = pipeline.sketched
    return np.square(known.vectors(np.arange(len(known.codes)))[:, :width] - w[-width:]).sum(axis=1)


def labels_of(pipeline: ImagePipeline, row: int) -> dict[str, str]:
    """Return the labels of a known picture, by name."""
    known, values = pipeline.appearances, pipeline.manifest.takes.labels
    assert known is not None
    return {name: values[name][int(numbers[row])] for name, numbers in known.labels.items() if numbers[row] >= 0}


def known_latents(pipeline: ImagePipeline, rows: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Return the latents (N, mapped) of drawings of known pictures, each with its own labels."""
    known = pipeline.appearances
    assert known is not None
    z = stream(seed, "known latents").normal((len(rows), pipeline.manifest.latent))
    conditions = [Condition(labels=labels_of(pipeline, int(row))) for row in rows]
    return pipeline.latents(conditions, z, appearances=known.vectors(rows))


def word_direction(pipeline: ImagePipeline, w: np.ndarray, condition: Condition, words: tuple[str, str]) -> np.ndarray:
    """Return the direction (mapped,) at a latent (mapped,) from what the first words name to what the second do.

    Raises InputError where the model takes no words.
    """
    if not pipeline.manifest.takes.words:
        raise InputError(f"{pipeline.manifest.name} takes no words", where="--push", do="name one of its directions")
    start, end = (_meant(pipeline, w, condition, phrase) for phrase in words)
    return end - start


def _meant(pipeline: ImagePipeline, w: np.ndarray, condition: Condition, phrase: str) -> np.ndarray:
    """Return the mean latent of what words name, near a latent and in its condition's labels."""
    named = Condition(words=(Weighted(phrase=phrase),), labels=condition.labels)
    known = pipeline.appearances
    count = DRAWS if known is None or not pipeline.sketched else MEANT
    z = stream(0, "push").normal((count, pipeline.manifest.latent))
    if known is None or not pipeline.sketched:
        return pipeline.latents([named] * count, z).mean(axis=0)
    meaning = embed([named], takes=pipeline.manifest.takes, encoder=pipeline.encoder)["words"][0]
    alike = known.cosines(meaning)
    called = np.argsort(-alike, kind="stable")[:MOST_CALLED]
    called = called[alike[called] >= CALLED * alike[called[0]]]
    apart = distances(pipeline, known, w)[called]
    rows = called[np.argsort(apart, kind="stable")[:MEANT]]
    return pipeline.latents([named] * len(rows), z[: len(rows)], appearances=known.vectors(rows)).mean(axis=0)
