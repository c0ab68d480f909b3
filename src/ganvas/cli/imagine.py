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
from ganvas.cli.output import check_out, keep_works, provenance_json
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
    from ganvas.language.scene.director import Directed
    from ganvas.service.imagine import checked, fresh_seed
    from ganvas.service.imagine import imagine as imagine_
    from ganvas.service.write import PERSON, checked_idea, describe, read_brief, write_for

    check_out(out)
    brief = read_brief(scene) if scene else None
    if edit:
        from ganvas.cli.edit_brief import edited

        idea = checked_idea(idea)
        seed = fresh_seed() if seed is None else seed
        check = partial(checked, model=model, count=n, seed=seed, truncation=truncation, best_of=best_of, style=style,
                        transparent=transparent)  # fmt: skip
        check(brief)
        written = Directed(brief, PERSON) if brief else write_for(idea, model=model, llm=llm, seed=seed)
        note(f"{written.writer} wrote the scene. {written.note}".strip())
        brief = edited(written.brief, check=check)
    works, directed = imagine_(
        idea, model=model, count=n, seed=seed, llm=llm, truncation=truncation, best_of=best_of, brief=brief, style=style,
        transparent=transparent,
    )  # fmt: skip
    note(f"{directed.writer}: {describe(directed.brief)}")
    if directed.note:
        note(directed.note)
    made = works[0].provenance
    redrawn = f", redrawn by {made.restyled.name} ({made.restyled.style})" if made.restyled else ""
    note(f"seed {made.noise_seed}, model {made.model}{redrawn}")
    paths = keep_works(works, out)
    results(paths, {"files": [str(path) for path in paths], "works": [provenance_json(work.provenance) for work in works]},
            as_json=as_json, show=show)  # fmt: skip
