"""The priors of an image model as arrays: sentence vectors and their whitening, appearances, and the text prior."""

import numpy as np
import torch

from ganvas.data.cache import Pictures
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.networks.conditioner import MAX_COMPONENTS, Whitening, fit_whitening
from ganvas.training.networks.text_prior import TextPrior, TextPriorConfig
from ganvas.training.recipes.image import Recipe
from ganvas.training.tasks.adversarial.pictures import split_held_out
from ganvas.training.tasks.image.appearance import AppearanceVectors, describe_appearances, sketch_shape
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.known_appearances import fit_known
from ganvas.training.tasks.image.text_prior import FittedPrior, fit_prior
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes

_FITTED = "without_picture", "without_family", "certain", "place"


def fit_image_priors(
    recipe: Recipe, pictures: Pictures, conditions: Conditions, *, initial_weights: InitialWeights | None = None
) -> Priors:
    """Fit all that a recipe wants, on the pictures that are learned from. initial_weights: the model to start from."""
    found: dict[str, np.ndarray] = {}
    train, _ = split_held_out(pictures, seed=recipe.seed, everything=recipe.everything)
    if conditions.takes.words:
        whitening = fit_whitening(conditions.main, count=MAX_COMPONENTS)
        found |= {"words/vectors": conditions.vectors, "words/mean": whitening.mean, "words/axes": whitening.axes}
    if (config := recipe.text_prior) is not None:
        seen = describe_appearances(pictures, train, pixels=config.pixels, features=config.features)
        fitted = fit_prior(
            config, conditions.takes, pictures=pictures, conditions=conditions, appearances=seen.vectors, seed=recipe.seed
        )
        found |= {"appearance/vectors": seen.vectors, "appearance/sketch": seen.sketch}
        found |= {f"text_prior/{name}": buffer.numpy() for name, buffer in fitted.imagination.named_buffers()}
        found |= {f"fitted/{name}": getattr(fitted, name) for name in _FITTED}
    if (ask := recipe.appearance) is not None:
        shape = int(pictures.images.shape[3]), *sketch_shape(*recipe.size.grid)
        sketch = initial_weights.sketch_of(shape, pixels=ask.pixels) if initial_weights else None
        found |= fit_known(pictures, conditions, ask, train=train, sketch=sketch)
    return found


def count_described(priors: Priors) -> int | None:
    """Return how many pictures fitted arrays are about; None where they are about sentences alone."""
    return next((len(priors[name]) for name in ("fitted/place", "appearance/codes") if name in priors), None)


def unpack_whitening(priors: Priors, takes: Takes) -> Whitening | None:
    """Return the whitening of sentences; None where a model takes none."""
    return Whitening(priors["words/mean"], priors["words/axes"]) if takes.words else None


def unpack_text_prior(priors: Priors, config: TextPriorConfig, takes: Takes) -> tuple[AppearanceVectors, FittedPrior]:
    """Return the appearances and the text prior over them, a network of its own: a task moves it to its device."""
    network = TextPrior(config, takes, known=len(priors["text_prior/weights"]))
    for name, buffer in network.named_buffers():
        buffer.copy_(torch.from_numpy(np.array(priors[f"text_prior/{name}"])))
    fitted = FittedPrior(network, *(priors[f"fitted/{name}"] for name in _FITTED))
    return AppearanceVectors(priors["appearance/vectors"], priors["appearance/sketch"]), fitted
