"""`ganvas mix`: what lies between two works."""

from typing import Annotated

import typer

from ganvas.cli.explore_options import FLAGS, Maker, WorkFile, open_work, show_works
from ganvas.cli.options import WORKS, Json, Open, Out
from ganvas.cli.output import DRAWN, check_out


def mix(
    first: WorkFile,
    second: Annotated[str, typer.Argument(metavar="WORK", help="Another one, of the same model.")],
    at: Annotated[list[float] | None, typer.Option("--at", help="The share of the second, 0 to 1; again for more works.")] = None,
    style: Annotated[
        float | None, typer.Option("--style", help="The share of the second's way of drawing, if it is not to be --at.")
    ] = None,
    model: Maker = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Mix two works: --at 0 is the first, --at 1 the second; --at 0 --style 1 is the first, drawn in the manner of the second."""
    from ganvas.service.mix import mix as draw_mixed
    from ganvas.vocabulary.request import MixRequest, fill

    check_out(out, kinds=DRAWN)
    request = fill(MixRequest, {"at": tuple(at or (0.5,)), "style": style}, names=FLAGS)
    one, context = open_work(first, model)
    other, _ = open_work(second, model)
    name = f"{one.idea[:18]} and {other.idea[:18]}"
    works = draw_mixed(one, other, request, context)
    show_works(works, out, count=len(request.at), name=name, model=model, as_json=as_json, show=show, columns=len(request.at))
