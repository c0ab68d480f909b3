"""Invert a picture: find the latent from which a model draws it.

The pixel part of a latent has a closed form: it is the picture's own sketch, by least squares. Styles begin at those of the most
like known picture. From there all of the latent follows the gradient of the difference (Zhu et al. 2016, "Generative visual
manipulation on the natural image manifold"; Karras et al. 2020, StyleGAN2, appendix D) by Adam (Kingma and Ba 2015).
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ganvas.ground.errors import InputError
from ganvas.ground.images import CLEAR_BELOW, OPAQUE_ABOVE, premultiply
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.neighbours import distances, known_latents
from ganvas.training.export.initial_weights import open_initial_weights
from ganvas.training.networks.image_generator import Sketch
from ganvas.training.networks.palette_head import PaletteSynthesis
from ganvas.training.tasks.image.appearance import sketch_shape

RATE, BETAS = 0.06, (0.9, 0.99)
"""Adam's step size, which falls to nothing over the time there is, and how slowly its two means forget."""
KEPT = 2e-4
"""How much it counts that a latent goes far from where it began, beside the difference of the pictures."""
STARTS = 6
"""Known pictures that are tried as a beginning."""

Watch = Callable[[float], None]
"""Is given the share of the time that is gone."""


def invert(pixels: np.ndarray, pipeline: ImagePipeline, *, model: str, seconds: float, watch: Watch | None = None) -> np.ndarray:
    """Find the latent of a picture, float32 (mapped,).

    pixels: uint8 (H, W, C) of the model's size and channels, straight alpha. model: its name or folder. seconds: how long to
    look. Raises InputError for a model that draws from no appearances.
    """
    synthesis = _open_synthesis(model)
    target = torch.from_numpy(premultiply(pixels[np.newaxis]))
    began = torch.from_numpy(_start(pixels, pipeline, synthesis))
    w, best, least = began.clone(), began.clone(), float("inf")
    first, second = torch.zeros_like(w), torch.zeros_like(w)
    start, step = time.monotonic(), 0
    while (gone := (time.monotonic() - start) / seconds) < 1:
        step += 1
        w.requires_grad_()
        apart = difference(as_shown(synthesis(w)), target)
        (gradient,) = torch.autograd.grad(apart + KEPT * (w - began).square().sum(), w)
        if (reached := float(apart.detach())) < least:
            best, least = w.detach().clone(), reached
        with torch.no_grad():
            first = BETAS[0] * first + (1 - BETAS[0]) * gradient
            second = BETAS[1] * second + (1 - BETAS[1]) * gradient.square()
            size = RATE * (1 - gone) * np.sqrt(1 - BETAS[1] ** step) / (1 - BETAS[0] ** step)
            w = w.detach() - size * first / (second.sqrt() + 1e-8)
        if watch:
            watch(gone)
    return best[0].numpy()


def difference(drawn: Tensor, target: Tensor) -> Tensor:
    """Return how far pictures in [-1, 1] are from others: their mean difference, and the mean square beside it, which minds what
    is far off.
    """
    apart = drawn - target
    return apart.abs().mean() + apart.square().mean()


def as_shown(works: Tensor) -> Tensor:
    """Clip works, (N, C, H, W) in about [-1, 1], and stretch their alpha as `ganvas.ground.images.unpremultiply` does."""
    x = (works * 0.5 + 0.5).clamp(0, 1)
    if x.shape[1] == 3:
        return x * 2 - 1
    alpha = x[:, 3:]
    shown = ((alpha - CLEAR_BELOW) / (OPAQUE_ABOVE - CLEAR_BELOW)).clamp(0, 1)
    colour = (x[:, :3] / alpha.clamp(min=1 / 255)).clamp(0, 1)
    return torch.cat([colour * shown, shown], dim=1) * 2 - 1


def _open_synthesis(model: str) -> PaletteSynthesis:
    """Return a model's synthesis with its weights. Raises InputError for a model that draws from no appearances."""
    initial = open_initial_weights(model)
    if not initial.draws_appearances or not initial.generator.palette:
        raise InputError("draws from no appearances, so no picture can be inverted", where=model, do="name another model with -m")
    manifest = initial.manifest
    channels = int(getattr(manifest, "channels", 4))
    rows, columns = sketch_shape(*manifest.size.grid)
    table = initial.sketch_of((channels, rows, columns), pixels=initial.sketches)
    assert table is not None
    synthesis = PaletteSynthesis(
        initial.generator, size=manifest.size, channels=channels, sketch=Sketch((channels, rows, columns), table)
    )
    prefix = "synthesis."
    weights = {name.removeprefix(prefix): part for name, part in initial.weights.items() if name.startswith(prefix)}
    own = synthesis.state_dict()
    synthesis.load_state_dict({name: weights[name].view_as(own[name]) for name in own})
    return synthesis.eval().requires_grad_(False)


def _start(pixels: np.ndarray, pipeline: ImagePipeline, synthesis: PaletteSynthesis) -> np.ndarray:
    """Return where to begin, (1, mapped): the picture's own sketch, with those styles of known pictures that draw it best."""
    sketch = synthesis.sketch
    assert sketch is not None and pipeline.appearances is not None
    target = torch.from_numpy(premultiply(pixels[np.newaxis]))
    small = torch.nn.functional.interpolate(target, size=sketch.shape[1:], mode="area").flatten()
    own = torch.linalg.lstsq(sketch.components, small - sketch.mean).solution.numpy().astype(np.float32)
    empty = np.zeros(pipeline.manifest.mapped, dtype=np.float32)
    empty[-len(own) :] = own
    rows = np.argsort(distances(pipeline, pipeline.appearances, empty), kind="stable")[:STARTS]
    begins = known_latents(pipeline, rows)
    begins[:, -len(own) :] = own
    with torch.no_grad():
        apart = [float(difference(as_shown(synthesis(torch.from_numpy(one[np.newaxis]))), target)) for one in begins]
    return begins[[int(np.argmin(apart))]]
