"""`ganvas imagine`: draw works of an idea."""

from typing import TYPE_CHECKING, Annotated

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
    Style,
    Transparent,
    Truncation,
)
from ganvas.cli.output import check_out, keep_works, note, print_works
from ganvas.cli.progress import count_works

if TYPE_CHECKING:
    from ganvas.service.imagine import Plan
    from ganvas.vocabulary.request import ImagineRequest


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
    scene: Scene = None,
    edit: Edit = False,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw pictures of an idea: n PNG files and a sheet of them."""
    from ganvas.service.imagine import draw_works, plan_works
    from ganvas.service.write import read_brief
    from ganvas.vocabulary.request import ImagineRequest, fill

    check_out(out)
    fields = {
        "idea": idea, "model": model, "count": n, "seed": seed, "llm": llm, "truncation": truncation, "best_of": best_of,
        "style": style, "transparent": transparent, "brief": read_brief(scene) if scene else None,
    }  # fmt: skip
    request = fill(ImagineRequest, fields, names=FLAGS)
    planned = plan_works(_edited(request) if edit else request)
    _note_plan(planned)
    works, paths = keep_works(count_works(draw_works(planned), total=n), out, count=n)
    print_works(works, paths, as_json=as_json, show=show)


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
