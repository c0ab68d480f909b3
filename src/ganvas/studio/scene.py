"""A drawn scene as something to change: its brief, and where its elements stand in the picture."""

import base64

from ganvas.ground.config import Frozen
from ganvas.ground.errors import InputError
from ganvas.service.drawing import page_of
from ganvas.service.explored import drawing_of
from ganvas.service.imagine import imagine
from ganvas.service.open_maker import ReplayContext
from ganvas.store.folder import encode_work
from ganvas.studio.requests import Imagine
from ganvas.studio.verbs import Desk, Input, resolve, settle
from ganvas.vocabulary.brief import Brief, drawn_parts
from ganvas.vocabulary.provenance import SceneProvenance


class Box(Frozen):
    """Where one picture of an element stands, in shares of the canvas. element: its number in the brief, from 0."""

    element: int
    left: float
    top: float
    side: float


class DrawnScene(Frozen):
    """A brief, the squares of what was drawn for it, and what draws it again with changes."""

    brief: Brief
    boxes: tuple[Box, ...]
    idea: str
    seed: int
    model: str
    style: str | None


class Sketch(Frozen):
    """A scene as it would be drawn: a PNG in base64, and where its elements stand in it."""

    picture: str
    boxes: tuple[Box, ...]
    seed: int


def read_scene(one: Input, desk: Desk) -> DrawnScene:
    """Return the scene of a work. Raises InputError for a work that is none."""
    made = one.made
    if not isinstance(made, SceneProvenance):
        raise InputError("is no scene", where=f"work {one.number}", do="choose a work that was imagined")
    boxes = _boxes(made, desk.context(one))
    styles = {condition.labels.get("style") for condition in made.conditions}
    return DrawnScene(
        brief=made.brief, boxes=boxes, idea=made.idea, seed=made.noise_seed, model=made.model,
        style=styles.pop() if len(styles) == 1 else None,
    )  # fmt: skip


def sketch_scene(request: Imagine, desk: Desk) -> Sketch:
    """Draw a scene, with what stands where in it, and keep nothing. Raises InputError as `imagine` does."""
    settled = resolve(settle(request), desk.models).model_copy(update={"count": 1})
    work = next(imagine(settled, session=desk.session))
    made = work.provenance
    assert isinstance(made, SceneProvenance)
    picture = base64.b64encode(encode_work(work, ".png")).decode("ascii")
    return Sketch(picture=picture, boxes=_boxes(made, ReplayContext("", settled.model, None, desk.session)), seed=made.noise_seed)


def _boxes(made: SceneProvenance, context: ReplayContext) -> tuple[Box, ...]:
    """Return where the elements of a scene stand; its scenery is left out."""
    parts = drawn_parts(made.brief) if made.format == 3 else tuple(range(len(made.brief.elements)))
    page = page_of(drawing_of(made, context))
    return tuple(
        Box(element=parts[number], left=left / page.canvas, top=top / page.canvas, side=side / page.canvas)
        for number, (left, top, side) in page.squares.items()
        if parts[number] < len(made.brief.elements)
    )
