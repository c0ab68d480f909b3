"""`ganvas plane`: the plane of latents through a work."""

from typing import Annotated

import typer

from ganvas.cli.explore_options import FLAGS, Maker, WorkFile, open_work, show_works
from ganvas.cli.options import WORKS, Json, Open, Out, Seed
from ganvas.cli.output import DRAWN, check_out


def plane(
    work: WorkFile,
    n: Annotated[int, typer.Option("-n", "--n", help="Works a side: 3, 5 or 7.")] = 5,
    seed: Seed = None,
    model: Maker = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw the plane through a work and two of its neighbours: n x n works and a sheet, the work in the middle."""
    from ganvas.service.vary import plane as draw_plane
    from ganvas.vocabulary.request import PlaneRequest, fill

    check_out(out, kinds=DRAWN)
    request = fill(PlaneRequest, {"count": n, "seed": seed}, names=FLAGS)
    made, context = open_work(work, model)
    works = draw_plane(made, request, context)
    show_works(works, out, count=n * n, name=f"{made.idea} plane", model=model, as_json=as_json, show=show, columns=n)
