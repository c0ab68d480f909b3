"""Works made of other works: what each is drawn from, resolved through its parents. Imagined anew or replayed, it is the same."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.latent import blend
from ganvas.ground.version import __version__
from ganvas.pipelines.directions import find_direction
from ganvas.pipelines.neighbours import neighbour, word_direction
from ganvas.pipelines.recolour import recolour_pixels
from ganvas.service.drawing import WHOLE, Drawing, Page, draw, drawing_of_scene, mix
from ganvas.service.open_maker import ReplayContext, open_maker, open_scene_makers
from ganvas.vocabulary.provenance import (
    CANVAS,
    AnyProvenance,
    ExploreProvenance,
    Provenance,
    RestyleProvenance,
    SceneProvenance,
    first_of,
)
from ganvas.vocabulary.steps import Inverted, Mix, Plane, Pushed, Recolour, Step, Vary, unpack
from ganvas.vocabulary.work import Work

_NO_PICTURES = {"compose": "music", "write": "verse", "voice": "a text"}
REACH = 0.6
"""How far the edges of a plane are on the way from its work to the neighbours."""

Redraw = Callable[[Provenance, ReplayContext], Work]


def explore(step: Step, *parents: AnyProvenance, idea: str | None = None, seed: int = 0, number: int = 0) -> ExploreProvenance:
    """Return the record of a work that a step makes of its parents. idea: else those of the parents."""
    ideas = dict.fromkeys(parent.idea for parent in parents)
    return ExploreProvenance(
        version=__version__, model=parents[0].model, model_digest=parents[0].model_digest, step=step, parents=parents,
        idea=(idea or " + ".join(ideas))[:1000], noise_seed=seed, number=number,
    )  # fmt: skip


def draw_explored(made: ExploreProvenance, context: ReplayContext, *, redraw: Redraw) -> Work:
    """Draw a work from its record. redraw: makes a parent that has no latents again."""
    if isinstance(made.step, Recolour) and isinstance(made.parents[0], RestyleProvenance):
        return Work(recolour_pixels(redraw(made.parents[0], context).pixels, made.step), made)
    return Work(draw(drawing_of(made, context)), made)


def drawing_of(made: Provenance, context: ReplayContext) -> Drawing:
    """Return what a work is drawn from. Raises InputError where it has no latents, or its model is not here."""
    context.budget.find()
    if isinstance(made, SceneProvenance):
        return drawing_of_scene(made, *open_scene_makers(made, context))
    if (kind := _NO_PICTURES.get(first_of(made).pipeline)) is not None:
        raise InputError(f"is {kind}, which has no latents of a picture", where=f"the work {made.idea!r}", do="name a picture")
    if not isinstance(made, ExploreProvenance):
        raise InputError("what a restyler redrew has no latents", where=f"the work {made.idea!r}",
                         do="name the work that was redrawn, or find latents for it with ganvas invert")  # fmt: skip
    if type(made.step) not in _STEPS:
        raise InputError("is a walk past several works", where=f"the work {made.idea!r}", do="name one of those works")
    return _STEPS[type(made.step)](made, context)


def _varied(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    drawing, step = drawing_of(made.parents[0], context), made.step
    assert isinstance(step, Vary)
    if not step.amount:
        return drawing
    near = _neighbours(drawing, made.noise_seed, "vary", made.number)
    return replace(drawing, latents=blend(drawing.latents, near, step.amount))


def _on_plane(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    drawing, step = drawing_of(made.parents[0], context), made.step
    assert isinstance(step, Plane)
    moved = drawing.latents
    for axis, amount in enumerate((step.right, step.down)):
        if amount:
            moved = moved + REACH * amount * (_neighbours(drawing, made.noise_seed, "plane", axis) - drawing.latents)
    return replace(drawing, latents=moved.astype(np.float32))


def _neighbours(drawing: Drawing, seed: int, name: str, number: int) -> np.ndarray:
    """Return a neighbour of each element's latent (E, mapped)."""
    elements = zip(drawing.latents, drawing.conditions, strict=True)
    near = [
        neighbour(drawing.pipeline, w, condition, seed=seed, name=name, number=number, place=place)
        for place, (w, condition) in enumerate(elements)
    ]
    return np.stack(near)


def _mixed(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    first, second = (drawing_of(parent, context) for parent in made.parents)
    assert isinstance(made.step, Mix)
    return mix(first, second, at=made.step.at, style=made.step.style)


def _recoloured(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    assert isinstance(made.step, Recolour)
    return replace(drawing_of(made.parents[0], context), colours=made.step)


def _pushed(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    drawing, step = drawing_of(made.parents[0], context), made.step
    assert isinstance(step, Pushed)
    moved = drawing.latents.copy()
    for push in step.pushes:
        if push.along is not None:
            moved += push.amount * find_direction(drawing.pipeline, push.along)
        elif push.words is not None:  # words are of the subject
            moved[0] += push.amount * word_direction(drawing.pipeline, drawing.latents[0], drawing.conditions[0], push.words)
    return replace(drawing, latents=moved.astype(np.float32))


def _inverted(made: ExploreProvenance, context: ReplayContext) -> Drawing:
    pipeline, step = open_maker(made, context), made.step
    assert isinstance(step, Inverted)
    latents = unpack(step.latent)[np.newaxis]
    if latents.shape[1] != pipeline.manifest.mapped or len(made.conditions) != 1:
        raise InputError("its latents are not of the model that it names", where=context.work)
    page = Page({0: (0.0, 0.0, float(CANVAS))}, None, CANVAS, cuts={0: WHOLE})
    return Drawing(pipeline, latents, made.conditions, (made.idea,), page=page)


_STEPS: dict[type, Callable[[Any, ReplayContext], Drawing]] = {
    Vary: _varied, Plane: _on_plane, Mix: _mixed, Recolour: _recoloured, Pushed: _pushed, Inverted: _inverted,
}  # fmt: skip
"""What a work is drawn from, by the step that made it. A walk is drawn frame by frame (service.walk)."""
