"""Panel "make" and "explore": verbs that draw."""

from functools import partial
from pathlib import Path
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
from ganvas.cli.say import note, results

if TYPE_CHECKING:
    from ganvas.service import Work
    from ganvas.vocabulary.provenance import Provenance


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
        from ganvas.cli.editing import edited

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


def replay(
    work: Annotated[str, typer.Argument(help="A file that Ganvas made; sheet.png#3 is its third work.")],
    model: Annotated[str | None, typer.Option("-m", "--model", help="The model, if it is not one that came along.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="The picture it was redrawn from, if it is not beside the work.")
    ] = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw a work again, to the pixel, from what its file says. No language model is asked."""
    from ganvas import restyling
    from ganvas.shelf import read_work

    check_out(out)
    again = restyling.replay(read_work(work), work=work, model=model, picture=picture)
    paths = _keep([again], out)
    results(paths, {"files": [str(path) for path in paths], "works": [_json(again.provenance)]}, as_json=as_json, show=show)


def check_out(out: Path) -> None:
    """Refuse, before anything is drawn, an OUT that works cannot go to."""
    from ganvas.ground.errors import InputError
    from ganvas.ground.files import check_way_to

    file = names_file(out)
    if file and out.suffix.lower() != ".png":
        raise InputError(f"cannot write {out.suffix} files", where=out, do="give a folder or a name that ends in .png")
    check_way_to(out if file else out / "work.png")
    if file and out.exists():
        raise InputError("is there already, and nothing is overwritten", where=out, do="give another name")


def names_file(out: Path) -> bool:
    """Say whether OUT is one file; what follows the dot of a folder such as works-1.5 is no kind of file."""
    return out.suffix[1:2].isalpha() and not out.is_dir()


def _keep(works: "list[Work]", out: Path) -> list[Path]:
    """Save works into a folder, or into one named file: the work itself, or the sheet of several."""
    from ganvas.shelf import Folder, save_sheet, save_work

    if not names_file(out):
        return Folder(out).keep(works)
    return [save_work(out, works[0]) if len(works) == 1 else save_sheet(out, works)]


def _json(provenance: "Provenance") -> object:
    return provenance.model_dump(mode="json")
