"""Directions of a model's latents along which drawings change in one way. Torch-free.

For each attribute a that can be measured in a picture the direction is E[(w - mean) (a - mean)] / deviation(a): how latents of
drawings whose attribute is one deviation higher differ. It is the least-squares answer (Fisher 1936), found in closed form from
drawings of the model itself, and stays among latents that the model knows, which a separating hyperplane's normal (Shen et al.
2020, InterFaceGAN) need not.
"""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganvas.data.sets.colours import oklab
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes, user_cache, write_bytes
from ganvas.ground.images import add_alpha
from ganvas.ground.seeds import stream
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.neighbours import known_latents
from ganvas.vocabulary.condition import Condition

FILE = "directions.safetensors"
"""Where a model folder holds its directions, if it does."""
MAX_BYTES = 1_000_000
VERSION = 1
"""Raised whenever other directions would be found."""
DRAWN = 256
"""Drawings that directions are found from."""
STEPS = 127
"""Each number of a direction is rounded to so many steps of its largest, so that it is the same on every machine."""
LEAST_SPREAD = 1e-6

Report = Callable[[str], None]


def measure(pixels: np.ndarray) -> dict[str, float]:
    """Measure the attributes of a picture, uint8 (H, W, 3 or 4), by name. Those of its outline are nothing without alpha."""
    alpha = add_alpha(pixels)[..., 3] / 255.0
    lab = (oklab(pixels[..., :3]) * alpha[..., np.newaxis]).sum(axis=(0, 1)) / max(float(alpha.sum()), 1e-6)
    lightness, red, yellow = map(float, lab)
    found = {"darker": -lightness, "redder": red, "yellower": yellow}
    if pixels.shape[2] == 3:
        return found
    across, down = np.meshgrid(*(np.linspace(-1, 1, side) for side in alpha.shape[::-1]))
    disc = np.hypot(across, down) < 0.9
    return {
        **found, "larger": float(alpha.mean()), "rounder": float(alpha[disc].mean() - alpha[~disc].mean()),
        "taller": float((alpha * (down**2 - across**2)).mean()),
    }  # fmt: skip


def find_direction(pipeline: ImagePipeline, name: str) -> np.ndarray:
    """Return a direction of a model, float32 (mapped,). Raises InputError for a name that it has not."""
    known = directions_of(pipeline)
    if name not in known:
        raise InputError(f"{pipeline.manifest.name} has no direction {name[:40]!r}", where="--push",
                         do=f'choose one of {", ".join(known)}, or two captions: "sad face->happy face=1"')  # fmt: skip
    return known[name]


def directions_of(pipeline: ImagePipeline, *, report: Report | None = None) -> dict[str, np.ndarray]:
    """Return the directions of a model by name: those in its folder, else what was found when they were first asked for, and is
    kept in the user's cache. report: is given a line before they are looked for.
    """
    if FILE in pipeline.manifest.files:
        return _loaded(pipeline, pipeline.content(FILE), where=f"{pipeline.manifest.name}/{FILE}")
    kept = user_cache("directions") / f"{pipeline.digest[:32]}-{VERSION}.safetensors"
    with suppress(InputError):
        return _loaded(pipeline, read_bytes(kept, limit=MAX_BYTES), where=kept)
    if report:
        report(f"looking for the directions of {pipeline.manifest.name}, once: {DRAWN} drawings")
    found = find_directions(pipeline)
    write_bytes(kept, save(found))
    return found


def _loaded(pipeline: ImagePipeline, content: bytes, *, where: object) -> dict[str, np.ndarray]:
    try:
        found = load(content)
    except SafetensorError as error:
        raise InputError("holds no directions", where=where) from error
    wanted = (pipeline.manifest.mapped,)
    if any(one.shape != wanted or one.dtype != np.float32 or not np.isfinite(one).all() for one in found.values()):
        raise InputError("its directions are not of the model's width, or hold what is no number", where=where)
    return {name: found[name] for name in sorted(found)}


def find_directions(pipeline: ImagePipeline) -> dict[str, np.ndarray]:
    """Find the directions of a model by name, each float32 (mapped,): one deviation of its attribute. Styles stay as they are
    where the model tells them from what is drawn.
    """
    latents = sample(pipeline, DRAWN)
    measured = [measure(picture) for picture in pipeline.draw(latents)]
    away = latents - latents.mean(axis=0)
    if pipeline.sketched:
        away[:, : -pipeline.sketched] = 0
    found: dict[str, np.ndarray] = {}
    for name in measured[0]:
        values = np.array([one[name] for one in measured])
        spread = float(values.std())
        if spread > LEAST_SPREAD:
            found[name] = _in_steps(away.T @ (values - values.mean()) / (len(values) * spread))
    return found


def sample(pipeline: ImagePipeline, count: int, *, start: int = 0) -> np.ndarray:
    """Return latents (count, mapped) of drawings that show what a model knows: of known pictures in their own styles where it
    draws from appearances, else of its labels in turn.
    """
    labels, known = pipeline.manifest.takes.labels, pipeline.appearances
    if known is not None:
        return known_latents(pipeline, stream(start, "known").permutation(len(known.codes))[:count], seed=start)
    z = stream(start, "directions").normal((count, pipeline.manifest.latent))
    conditions = [
        Condition(labels={name: values[place % len(values)] for name, values in labels.items()}) for place in range(count)
    ]
    return pipeline.latents(conditions, z)


def _in_steps(direction: np.ndarray) -> np.ndarray:
    largest = np.float32(np.abs(direction).max() / STEPS)
    return (np.rint(direction / largest) * largest).astype(np.float32)
