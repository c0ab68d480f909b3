"""`ganvas replay`: make a work again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import WORKS, Json, Open, Out
from ganvas.cli.output import results

if TYPE_CHECKING:
    pass
from ganvas.cli.output import check_out, keep_works, provenance_json


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
    from ganvas.service.replay import replay as draw_again
    from ganvas.store.folder import read_work

    check_out(out)
    again = draw_again(read_work(work), work=work, model=model, picture=picture)
    paths = keep_works([again], out)
    results(
        paths, {"files": [str(path) for path in paths], "works": [provenance_json(again.provenance)]}, as_json=as_json, show=show
    )
