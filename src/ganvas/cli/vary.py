"""`ganvas vary`: neighbours of a work."""

from typing import Annotated

import typer

from ganvas.cli.explore_options import FLAGS, Maker, WorkFile, open_work, show_works
from ganvas.cli.options import WORKS, Count, Json, Open, Out, Seed
from ganvas.cli.output import DRAWN, MUSIC, VERSE, check_out


def vary(
    work: WorkFile,
    amount: Annotated[float, typer.Option("--amount", help="0: the work itself; 1: another draw that is like it.")] = 0.4,
    n: Count = 8,
    seed: Seed = None,
    model: Maker = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw neighbours of a work, n PNG files and a sheet of them; of music some half bars are composed anew, of a poem some
    lines written.
    """
    from ganvas.service.vary import vary as draw_neighbours
    from ganvas.vocabulary.request import VaryRequest, fill

    check_out(out, kinds=tuple(dict.fromkeys(DRAWN + MUSIC + VERSE)))
    request = fill(VaryRequest, {"amount": amount, "count": n, "seed": seed}, names=FLAGS)
    made, context = open_work(work, model)
    works = draw_neighbours(made, request, context)
    show_works(works, out, count=n, name=f"{made.idea} varied", model=model, as_json=as_json, show=show)
