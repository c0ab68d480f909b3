"""`ganvas imagine`: draw works of an idea."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ganvas.cli.options import (
    DRAWS,
    FLAGS,
    WORKS,
    BestOf,
    Count,
    Edit,
    Json,
    Llm,
    Model,
    Open,
    Out,
    Scene,
    Seed,
    Size,
    Style,
    Transparent,
    Truncation,
)
from ganvas.cli.output import DRAWN, check_out, is_svg, keep_works, note, print_works
from ganvas.cli.progress import count_works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ganvas.service.imagine import Plan
    from ganvas.vocabulary.provenance import SceneProvenance
    from ganvas.vocabulary.request import ImagineRequest
    from ganvas.vocabulary.steps import Push
    from ganvas.vocabulary.work import Work


def imagine(
    idea: Annotated[str, typer.Argument(help="What to draw, in your own words and language.")],
    model: Model = DRAWS,
    n: Count = 8,
    seed: Seed = None,
    llm: Llm = "auto",
    truncation: Truncation = 1.0,
    best_of: BestOf = 1,
    style: Style = None,
    transparent: Transparent = False,
    size: Size = 256,
    scene: Scene = None,
    edit: Edit = False,
    push: Annotated[
        list[str] | None,
        typer.Option("--push", help='Along a direction: darker=+1, or "sad face->happy face=1"; again for more.'),
    ] = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw pictures of an idea: n PNG files and a sheet of them."""
    from ganvas.service.imagine import draw_works, plan_works
    from ganvas.service.write import read_brief
    from ganvas.vocabulary.request import ImagineRequest, fill

    check_out(out, kinds=DRAWN)
    pushes = _read_pushes(push, model) if push else ()
    fields = {
        "idea": idea, "model": model, "count": n, "seed": seed, "llm": llm, "truncation": truncation, "best_of": best_of,
        "style": style, "transparent": transparent, "size": size, "brief": read_brief(scene) if scene else None,
    }  # fmt: skip
    request = fill(ImagineRequest, fields, names=FLAGS)
    planned = plan_works(_edited(request) if edit else request)
    if is_svg(out):
        from ganvas.service.vector import check_vector

        check_vector(planned.pipeline, redrawn=planned.restyler is not None)
    _note_plan(planned)
    drawn = _pushed(planned, pushes, model) if pushes else draw_works(planned)
    works, paths = keep_works(count_works(drawn, total=n), out, count=n, model=model)
    print_works(works, paths, as_json=as_json, show=show)


def _read_pushes(given: list[str], model: str) -> "tuple[Push, ...]":
    """Read along what to push. Raises InputError for a direction that the model has not, before a scene is written."""
    from ganvas.service.open_maker import ReplayContext
    from ganvas.service.push import check_pushes, read_pushes

    pushes = read_pushes(given)
    check_pushes(pushes, model, ReplayContext("", model), report=note)
    return pushes


def _pushed(planned: "Plan", pushes: "tuple[Push, ...]", model: str) -> "Iterator[Work]":
    """Draw what was planned, each work pushed along directions."""
    from ganvas.service.imagine import draw_works
    from ganvas.service.open_maker import ReplayContext
    from ganvas.service.push import push

    context = ReplayContext("", model)
    if planned.best_of > 1:  # what the judge keeps is only known when all were drawn
        planned = replace(planned, works=tuple(cast("SceneProvenance", work.provenance) for work in draw_works(planned)))
    for number, made in enumerate(planned.works):
        yield push(made, pushes, context, number=number)


def _edited(request: "ImagineRequest") -> "ImagineRequest":
    """Have the scene written, and let the person change it in an editor. Raises InputError for what
    cannot be drawn.
    """
    from ganvas.cli.edit_brief import edit_brief
    from ganvas.service.imagine import check_request, fresh_seed
    from ganvas.service.write import write_scene

    request = request.model_copy(update={"seed": fresh_seed() if request.seed is None else request.seed})
    check_request(request)
    written = write_scene(request)
    note(f"{written.writer} wrote the scene. {written.note}".strip())
    brief = edit_brief(written.brief, check=lambda changed: check_request(request.model_copy(update={"brief": changed})))
    return request.model_copy(update={"brief": brief})


def _note_plan(planned: "Plan") -> None:
    """Print who wrote the scene, and what draws it."""
    from ganvas.service.write import describe

    directed, made = planned.directed, planned.works[0]
    note(f"{directed.writer}: {describe(directed.brief)}")
    if directed.note:
        note(directed.note)
    redrawn = f", redrawn by {made.restyled.name} ({made.restyled.style})" if made.restyled else ""
    note(f"seed {made.noise_seed}, model {made.model}{redrawn}")
