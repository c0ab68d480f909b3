"""The scene pipeline: a GAN draws every element of a Brief, this composes them. Torch-free."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.pipelines.image import ImagePipeline
from ganvas.vocabulary.brief import COLOURS, Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.scene import box, painting_order


def draw_scenes(
    pipeline: ImagePipeline,
    brief: Brief,
    told: Sequence[Sequence[Condition]],
    *,
    seed: int,
    numbers: Sequence[int],
    truncation: float = 1.0,
    canvas: int = 256,
) -> list[np.ndarray]:
    """Draw one work for each number: `told` holds each work's conditions, one for each element. uint8 (canvas, canvas, 3) each.

    All elements of all works are drawn in one call. An opaque model draws its subject alone, at its own size.
    """
    assert len(told) == len(numbers) and all(len(conditions) == len(brief.elements) for conditions in told)
    if pipeline.manifest.channels == 3:
        noise = np.concatenate([pipeline.noise(seed, number=number) for number in numbers])
        return list(pipeline([conditions[0] for conditions in told], noise, truncation=truncation))
    count = len(brief.elements)
    noise = np.concatenate([pipeline.noise(seed, number=number, count=count) for number in numbers])
    drawn = pipeline([condition for conditions in told for condition in conditions], noise, truncation=truncation)
    groups = drawn.reshape(len(numbers), count, *drawn.shape[1:])
    return [compose(brief, list(elements), canvas=canvas) for elements in groups]


def compose(brief: Brief, elements: Sequence[np.ndarray], *, canvas: int = 256) -> np.ndarray:
    """Place drawn elements, uint8 RGBA (H, W, 4), on the brief's background: uint8 (canvas, canvas, 3)."""
    if not 32 <= canvas <= 2048:
        raise InputError(f"the canvas {canvas} is not between 32 and 2048 pixels", where="size")
    page = np.empty((canvas, canvas, 3), dtype=np.float32)
    page[:] = COLOURS[brief.background]
    for number in painting_order(brief):
        left, top, side = box(brief.elements[number], canvas=canvas)
        element = enlarged(elements[number], side)
        area = page[top : top + side, left : left + side]
        area *= 1 - element[..., 3:] / 255
        area += element[..., :3]
    return np.clip(np.rint(page), 0, 255).astype(np.uint8)


def enlarged(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize RGBA to float32 (side, side, 4) with premultiplied colour, 0 to 255, colour never above alpha.

    Each channel is resized as floats, so bicubic overshoot is clamped and cannot wrap round.
    """
    x = pixels.astype(np.float32)
    x[..., :3] *= x[..., 3:] / 255
    planes = [Image.fromarray(x[..., c]).resize((side, side), Image.Resampling.BICUBIC) for c in range(4)]
    y = np.stack([np.asarray(plane) for plane in planes], axis=-1)
    y[..., 3] = np.clip(y[..., 3], 0, 255)
    y[..., :3] = np.clip(y[..., :3], 0, y[..., 3:])
    return y
