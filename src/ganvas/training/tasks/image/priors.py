"""The priors of an image model as arrays: sentence vectors and their whitening, appearance vectors, and the text prior."""

from dataclasses import dataclass

import numpy as np
import torch

from ganvas.data.cache import Pictures
from ganvas.training.networks.conditioner import MAX_COMPONENTS, Whitening, fit_whitening
from ganvas.training.networks.text_prior import TextPrior, TextPriorConfig
from ganvas.training.recipes.image import Recipe
from ganvas.training.tasks.adversarial.pictures import put_aside
from ganvas.training.tasks.image.appearance import AppearanceVectors, describe_appearances
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.text_prior import FittedPrior, fit_prior
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes

_FITTED = "without_picture", "without_family", "certain", "place"


@dataclass(frozen=True)
class ImagePriors:
    """The priors of one task. Its text prior is a network of its own: tasks move theirs to their device."""

    whitening: Whitening | None = None
    appearance: AppearanceVectors | None = None
    text: FittedPrior | None = None


def fit_image_priors(recipe: Recipe, pictures: Pictures, conditions: Conditions) -> Priors:
    """Fit all that a recipe wants, on the pictures that are learned from."""
    found: dict[str, np.ndarray] = {}
    if conditions.takes.words:
        whitening = fit_whitening(conditions.main, count=MAX_COMPONENTS)
        found |= {"words/vectors": conditions.vectors, "words/mean": whitening.mean, "words/axes": whitening.axes}
    if (config := recipe.text_prior) is not None:
        train, _ = put_aside(pictures, seed=recipe.seed)
        seen = describe_appearances(pictures, train, pixels=config.pixels, features=config.features)
        fitted = fit_prior(
            config, conditions.takes, pictures=pictures, conditions=conditions, looks=seen.vectors, seed=recipe.seed
        )
        found |= {"appearance/vectors": seen.vectors, "appearance/sketch": seen.sketch}
        found |= {f"text_prior/{name}": buffer.numpy() for name, buffer in fitted.imagination.named_buffers()}
        found |= {f"fitted/{name}": getattr(fitted, name) for name in _FITTED}
    return found


def unpack_priors(priors: Priors, config: TextPriorConfig | None, takes: Takes) -> ImagePriors:
    """Return fitted arrays as what a task computes with. config: of the text prior, None where there is none."""
    whitening = Whitening(priors["words/mean"], priors["words/axes"]) if takes.words else None
    if config is None:
        return ImagePriors(whitening)
    network = TextPrior(config, takes, known=len(priors["text_prior/weights"]))
    for name, buffer in network.named_buffers():
        buffer.copy_(torch.from_numpy(np.array(priors[f"text_prior/{name}"])))
    fitted = FittedPrior(network, *(priors[f"fitted/{name}"] for name in _FITTED))
    return ImagePriors(whitening, AppearanceVectors(priors["appearance/vectors"], priors["appearance/sketch"]), fitted)
