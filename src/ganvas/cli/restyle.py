"""`ganvas restyle`: redraw pictures in a style."""

from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import FLAGS, REDRAWS, WORKS, Json, Model, Open, Out
from ganvas.cli.output import check_out, keep_works, names_file, note, print_works
from ganvas.cli.progress import show_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from ganvas.vocabulary.work import Work


def restyle(
    pictures: Annotated[list[str], typer.Argument(metavar="PICTURE...", help="Files, folders of pictures, or '*.jpg'.")],
    to: Annotated[str, typer.Option("--to", help="A style by its name, or in your own words.")],
    strength: Annotated[
        float | None, typer.Option("--strength", help="0: as it is; 1: all of the style, which is usual.")
    ] = None,
    model: Model = REDRAWS,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Redraw pictures in a style, each at its own size (best at about the model's); one PNG file
    each.
    """
    from ganvas.ground.errors import InputError
    from ganvas.service.pictures import find_pictures
    from ganvas.service.restyle import choose_style, open_picture
    from ganvas.service.restyle import restyle as redraw
    from ganvas.vocabulary.request import RestyleRequest, fill

    check_out(out)
    choice = choose_style(fill(RestyleRequest, {"to": to, "strength": strength, "model": model}, names=FLAGS))
    found = find_pictures(pictures, out=out, say=note)
    if names_file(out) and len(found) > 1:
        raise InputError(f"{len(found)} pictures do not fit into one file", where=out, do="give a folder")
    note(f"{choice.chosen.read}, model {model}")
    works: list[Work] = []
    paths: list[Path] = []
    with show_pieces(len(found)) as watch:
        for one in found:
            path = one.path
            try:
                work = redraw(open_picture(one), choice, watch=lambda done, of, name=path.name: watch(name, done / of))
            except InputError as error:
                if len(found) == 1:
                    raise
                note(f"left out: {error}")
                continue
            paths += keep_works([work], out, count=1, name=f"{path.stem} {choice.chosen.style}")[1]
            works.append(work)
    if not paths:
        raise InputError("none of the pictures can be redrawn", where=pictures[0])
    print_works(works, paths, as_json=as_json, show=show)
