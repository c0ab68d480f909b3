"""`ganvas recolour`: a work in the colours of a palette."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ganvas.cli.explore_options import FLAGS, Maker, WorkFile, open_work, show_works
from ganvas.cli.options import WORKS, Json, Open, Out
from ganvas.cli.output import DRAWN, check_out, note


def recolour(
    work: WorkFile,
    to: Annotated[str | None, typer.Option("--to", help='Colours, as "#0b7285,#ffd43b,#f8f9fa".')] = None,
    palette: Annotated[Path | None, typer.Option("--palette", help="A file with the colours: .gpl (GIMP) or .json.")] = None,
    by: Annotated[
        Literal["likeness", "order"],
        typer.Option("--by", help="likeness: like the old ones; order: the first colour for the largest surface, and so on."),
    ] = "likeness",
    model: Maker = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Give a work the colours of a palette, and no others; what is clear stays clear."""
    from ganvas.ground.errors import InputError
    from ganvas.service.recolour import is_quantised, read_colours, read_palette
    from ganvas.service.recolour import recolour as give_colours
    from ganvas.vocabulary.request import RecolourRequest, fill

    check_out(out, kinds=DRAWN)
    if (to is None) == (palette is None):
        raise InputError("give the colours with --to, or a file of them with --palette", where="recolour")
    colours = read_palette(palette) if palette else read_colours(to or "")
    request = fill(RecolourRequest, {"colours": colours, "by": by}, names=FLAGS)
    made, context = open_work(work, model)
    if is_quantised(made, context):
        note("the work has no palette of its own; its pixels are quantised first")
    works = [give_colours(made, request, context)]
    show_works(works, out, count=1, name=f"{made.idea} recoloured", model=model, as_json=as_json, show=show)
