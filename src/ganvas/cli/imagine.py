"""Panel "make" and "explore": verbs that draw."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import (
    EMOJI,
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
from ganvas.cli.output import note, results

if TYPE_CHECKING:
    pass
from ganvas.cli.output import _json, _keep, check_out
from ganvas.cli.replay import replay


def add(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(rich_help_panel="make")(imagine)
    app.command(rich_help_panel="explore")(replay)


def imagine(
    idea: Annotated[str, typer.Argument(help="What to draw, in your own words and language.")],
    model: Model = EMOJI,
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
    from ganvas import service

    check_out(out)
    brief = service.read_brief(scene) if scene else None
    if edit:
        from ganvas.cli.edit_brief import edited

        idea = service.checked_idea(idea)
        seed = service.fresh_seed() if seed is None else seed
        check = partial(service.checked, model=model, count=n, seed=seed, truncation=truncation, best_of=best_of, style=style,
                        transparent=transparent)  # fmt: skip
        check(brief)
        written = service.Directed(brief, service.PERSON) if brief else service.write_for(idea, model=model, llm=llm, seed=seed)
        note(f"{written.writer} wrote the scene. {written.note}".strip())
        brief = edited(written.brief, check=check)
    works, directed = service.imagine(
        idea, model=model, count=n, seed=seed, llm=llm, truncation=truncation, best_of=best_of, brief=brief, style=style,
        transparent=transparent,
    )  # fmt: skip
    note(f"{directed.writer}: {service.describe(directed.brief)}")
    if directed.note:
        note(directed.note)
    made = works[0].provenance
    redrawn = f", redrawn by {made.restyled.name} ({made.restyled.style})" if made.restyled else ""
    note(f"seed {made.noise_seed}, model {made.model}{redrawn}")
    paths = _keep(works, out)
    results(paths, {"files": [str(path) for path in paths], "works": [_json(work.provenance) for work in works]},
            as_json=as_json, show=show)  # fmt: skip
