"""The appearances of a set's pictures, and the sampler that chooses among those of its training pictures by their captions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.data.cache import Pictures
from ganvas.language.text.appearance import Appearances, in_steps
from ganvas.training.networks.conditioner import whitening
from ganvas.training.recipes.sections import AppearanceRecipe
from ganvas.training.tasks.image.appearance import AppearanceVectors, describe_appearances, describe_by_sketch
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.text_prior import LEAST
from ganvas.training.tasks.priors import Priors

LABEL_ENERGY = 0.125
"""Square of the number that stands for a label, as a share of that of the whole appearance: as one of 768 it would not count."""

_MEANINGS = "mean", "whitening", "keys"
_TAGS = "tags", "tagged"


@dataclass(frozen=True)
class KnownAppearances:
    """What a task knows of the appearances of its pictures.

    vectors: of all pictures (N, A), as their int8 steps give them. sketch: see AppearanceVectors. others: for each picture, the
    training pictures of its concept with other labels. family: for each picture the number of its family in `sampler`, -1 where
    no training picture belongs to it. sampler: what words choose from. rows: the numbers of the pictures that it holds.
    """

    vectors: np.ndarray
    sketch: np.ndarray
    others: list[np.ndarray]
    family: np.ndarray
    sampler: Appearances
    rows: np.ndarray


def fit_known(
    pictures: Pictures, conditions: Conditions, config: AppearanceRecipe, *, train: np.ndarray, sketch: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Find what `unpack_known` needs and records do not say: appearances in int8 steps, and what the main captions mean.

    Appearances are fitted on the pictures of the split "train", whatever is learned from. train: the numbers of the pictures that
    are learned from. sketch: that of the model to start from, by which pictures are then described.
    """
    first = pictures.select("train")
    if sketch is None:
        found = describe_appearances(pictures, first, pixels=config.pixels, features=config.features)
    else:
        found = AppearanceVectors(describe_by_sketch(pictures, sketch, width=config.pixels + config.features), sketch)
    vectors = np.asarray(found.vectors)
    if config.source_labels:
        vectors = np.concatenate([vectors, _say_labels(conditions, scale=(LABEL_ENERGY * vectors.shape[1]) ** 0.5)], axis=1)
    _, scale = in_steps(vectors[first])
    codes = np.clip(np.rint(vectors / scale), -127, 127).astype(np.int8)
    meanings = _fit_meanings(conditions, train, components=config.components)
    kept = {"appearance/codes": codes, "appearance/scale": scale, "appearance/sketch": found.sketch}
    concepts = _number([record.concept or record.file_name for record in pictures.records])
    concept = np.unique(concepts[train], return_inverse=True)[1]
    meanings |= _find_tags(conditions, train, concept, meanings)
    return kept | {f"sampler/{name}": meaning for name, meaning in meanings.items()}


def unpack_known(
    priors: Priors, pictures: Pictures, conditions: Conditions, *, train: np.ndarray, own_style: float
) -> KnownAppearances:
    """Return fitted appearances with what the records say: concepts, families, labels and names.

    train: as in `fit_known`. own_style: see Appearances.
    """
    codes, scale = priors["appearance/codes"], priors["appearance/scale"]
    concepts = _number([record.concept or record.file_name for record in pictures.records])
    families = _number([record.kin for record in pictures.records])
    kept, concept = np.unique(concepts[train], return_inverse=True)
    _, family = np.unique(families[train], return_inverse=True)
    labels = {name: columns[train] for name, columns in conditions.labels.items() if (columns[train] >= 0).any()}
    backwards = zip(concept[::-1].tolist(), train[::-1].tolist(), strict=True)
    called = {number: _main_caption(conditions, picture) for number, picture in backwards}  # by the first picture of each
    meanings = {name: priors[f"sampler/{name}"] for name in (*_MEANINGS, *_TAGS) if f"sampler/{name}" in priors}
    sampler = Appearances(
        codes=codes[train], scale=scale, concept=concept, family=family, labels=labels,
        names=tuple(called[number] for number in range(len(kept))), own_style=own_style, **meanings,
    )  # fmt: skip
    known = dict(zip(families[train].tolist(), family.tolist(), strict=True))
    return KnownAppearances(
        codes * scale, priors["appearance/sketch"], _find_others(pictures, concepts, train),
        np.array([known.get(int(number), -1) for number in families]), sampler, train,
    )  # fmt: skip


def _say_labels(conditions: Conditions, *, scale: float) -> np.ndarray:
    """Return a one-hot part for each label that pictures have, (N, values of all), zeros where a picture has none."""
    parts = [
        (conditions.labels[name][:, None] == np.arange(len(values))) * np.float32(scale)
        for name, values in conditions.takes.labels.items()
        if (conditions.labels[name] >= 0).any()
    ]
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(conditions.captions), 0), np.float32)


def _number(names: Sequence[str]) -> np.ndarray:
    """Number names in their order: (N,)."""
    return np.unique(names, return_inverse=True)[1]


def _main_caption(conditions: Conditions, picture: int) -> str:
    return conditions.captions[picture][0] if conditions.captions[picture] else "picture"


def _fit_meanings(conditions: Conditions, train: np.ndarray, *, components: int) -> dict[str, np.ndarray]:
    """Fit the whitening of the main captions, and find the unit meanings of each picture's two main ones (see Appearances)."""
    if not conditions.takes.words:
        none = np.zeros((0, 0), np.float32)
        return {"mean": np.zeros(0, np.float32), "whitening": none, "keys": np.zeros((len(train), 2, 0), np.float32)}
    mean = conditions.main.mean(axis=0).astype(np.float32)
    axes = whitening(conditions.main, count=components, least=LEAST).astype(np.float32)
    main = conditions.main_of(train)  # (2, P)
    white = (np.asarray(conditions.vectors)[np.maximum(main, 0)] - mean) @ axes
    keys = white / np.maximum(np.linalg.norm(white, axis=2, keepdims=True), 1e-4)
    there = np.stack([main[0] >= 0, (main[1] >= 0) & (main[1] != main[0])])
    keys = np.ascontiguousarray((keys * there[:, :, None]).transpose(1, 0, 2), np.float32)
    return {"mean": mean, "whitening": axes, "keys": keys}


def _find_tags(
    conditions: Conditions, train: np.ndarray, concept: np.ndarray, meanings: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the unit meanings of the English tags, each once, and which concepts they belong to (see Appearances).

    The encoder brings words of other languages near to the English ones; a caption of the concept is no tag of it.
    """
    if not conditions.takes.words:
        return {}
    pairs = {
        (conditions.number[tag], int(number))
        for number, picture in zip(concept, train, strict=True)
        for tag in conditions.tags[picture]
        if tag.isascii() and tag not in conditions.captions[picture]
    }
    sentences = sorted({sentence for sentence, _ in pairs})
    place = {sentence: row for row, sentence in enumerate(sentences)}
    white = (np.asarray(conditions.vectors[sentences], dtype=np.float32) - meanings["mean"]) @ meanings["whitening"]
    tags = white / np.maximum(np.linalg.norm(white, axis=1, keepdims=True), 1e-4)
    tagged = sorted((place[sentence], number) for sentence, number in pairs)
    return {"tags": tags.astype(np.float32), "tagged": np.array(tagged, dtype=np.int32).reshape(-1, 2)}


def _find_others(pictures: Pictures, concepts: np.ndarray, train: np.ndarray) -> list[np.ndarray]:
    """Return for each picture the training pictures of its concept whose labels are not its own."""
    of_concept: dict[int, list[int]] = {}
    for picture in train.tolist():
        of_concept.setdefault(int(concepts[picture]), []).append(picture)
    labels = [record.labels for record in pictures.records]
    return [
        np.array([other for other in of_concept.get(int(concept), ()) if labels[other] != labels[number]], dtype=np.int64)
        for number, concept in enumerate(concepts)
    ]
