"""Draw a scene from its provenance: imagine does it for the first time, replay does it again."""

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np

from ganvas.pipelines import ImagePipeline, Restyler
from ganvas.pipelines.scene import choose_elements, draw_cut_out, draw_elements, finish, paint, scale_for, squared
from ganvas.pipelines.staging.ground import scenery_of
from ganvas.pipelines.staging.outline import outline_of
from ganvas.pipelines.staging.page import Page, lay_out
from ganvas.vocabulary.brief import drawn_parts
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import SceneProvenance, Tool
from ganvas.vocabulary.scene import first_layout, layout
from ganvas.vocabulary.work import Work


def draw_scene(made: SceneProvenance, pipeline: ImagePipeline, *, best_of: int = 1, restyler: Restyler | None = None) -> Work:
    """Draw a work from its record. With best_of above 1 the judge chooses, and the record of the
    work says what it kept.

    restyler: what redraws the elements of a work that says it was restyled. Both models' locks are
    held meanwhile.
    """
    with pipeline.lock, restyler.lock if restyler else nullcontext():
        seed, number, truncation = made.noise_seed, made.number, made.truncation
        conditions = conditions_of(made)
        scale = 1 if restyler else scale_for(pipeline, canvas=made.size)  # restylers learned pictures of the model's own size
        scene = made.format == 3 and pipeline.manifest.channels == 4 and (len(conditions) > 1 or made.brief.ground != "none")
        if best_of == 1 and scene and not made.kept:
            drawn = draw_cut_out(pipeline, conditions, seed=seed, number=number, truncation=truncation, scale=scale)
        elif best_of == 1:
            drawn = draw_elements(
                pipeline, conditions, seed=seed, number=number, kept=made.kept, truncation=truncation, scale=scale
            )
        else:
            drawn = choose_elements(
                pipeline, conditions, seed=seed, number=number, best_of=best_of, truncation=truncation, scale=scale
            )
        elements = restyle_elements(drawn.pixels, made, pipeline, restyler) if restyler else drawn.pixels
        return Work(compose_scene(elements, made, pipeline), made.model_copy(update={"kept": drawn.kept}), sources=drawn.sources)


def restyle_elements(elements: np.ndarray, made: SceneProvenance, pipeline: ImagePipeline, restyler: Restyler) -> np.ndarray:
    """Redraw the elements of the style that was asked for; where the model itself knows that style,
    others stay as they are.
    """
    assert made.restyled is not None
    style, strength = made.restyled.style, made.restyled.strength
    own = [condition.labels.get("style", style) if style in pipeline.styles else style for condition in conditions_of(made)]
    return np.stack([
        restyler(element, style=style, strength=strength) if one == style else element
        for element, one in zip(elements, own, strict=False)  # an opaque model draws the first alone
    ])  # fmt: skip


def conditions_of(made: SceneProvenance) -> tuple[Condition, ...]:
    """Return the condition of each picture that a work is made of: of an element once for each of it."""
    if made.format < 3:
        return made.conditions
    return tuple(made.conditions[number] for number in drawn_parts(made.brief))


def captions_of(made: SceneProvenance) -> tuple[str, ...]:
    """Return what each picture of a scene shows."""
    if made.format < 3:
        return tuple(element.caption for element in made.brief.elements)
    names = [*(element.caption for element in made.brief.elements), *made.brief.scenery]
    return tuple(names[number] for number in drawn_parts(made.brief))


def staged_page(made: SceneProvenance, drawn: Sequence[np.ndarray]) -> Page:
    """Lay out a work by what was drawn, uint8 RGBA (H, W, 4) each."""
    return lay_out(made.brief, [outline_of(one) for one in drawn], seed=made.words_seed, number=made.number)


def compose_scene(elements: np.ndarray, made: SceneProvenance, pipeline: ImagePipeline) -> np.ndarray:
    """Enlarge the elements and put them where the layout of the work says: uint8 (size, size, 3 or
    4).
    """
    enlarge = pipeline.enlarger if made.enlarger else None
    if made.format == 3:
        if elements.shape[-1] == 3:
            return elements[0]
        drawn = list(squared(elements) if enlarge is None else enlarge(squared(elements)))
        scenery = None if made.transparent else scenery_of(made.brief, seed=made.words_seed, number=made.number)
        return paint(drawn, staged_page(made, drawn), scenery, canvas=made.size)
    first = made.format == 1
    placed = layout(made.brief, canvas=made.size, seed=made.words_seed, number=made.number)
    placed = first_layout(made.brief, canvas=made.size) if first else placed
    background = None if made.transparent else made.brief.background
    return finish(elements, placed, background=background, canvas=made.size, enlarge=enlarge, fill=not first)


def enlarger_of(pipeline: ImagePipeline, *, restyled: bool = False) -> Tool | None:
    """Name what makes the elements of a model larger, or None. A model with a palette draws at any
    size itself, unless a restyler redraws what it drew at its own size.
    """
    enlarger = pipeline.enlarger if restyled or not pipeline.manifest.palette else None
    return Tool(name=enlarger.name, digest=enlarger.digest) if enlarger else None
