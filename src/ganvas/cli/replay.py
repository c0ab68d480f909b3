"""`ganvas replay`: make a work again."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.explore_options import Maker, WorkFile
from ganvas.cli.options import FLAGS, WORKS, Json, Open, Out
from ganvas.cli.output import DRAWN, MUSIC, VERSE, check_out, keep_works, print_works
from ganvas.cli.walk import check_moving, print_walk


def replay(
    work: WorkFile,
    model: Maker = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="The picture it was redrawn from, if it is not beside the work.")
    ] = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Draw a work again, to the pixel, from what its file says. No language model is asked."""
    from ganvas.service.replay import replay as draw_again
    from ganvas.service.walk import is_walk, replay_walk
    from ganvas.store.animation import MOVING
    from ganvas.vocabulary.request import ReplayRequest, fill

    if out.suffix.lower() not in MOVING:
        check_out(out, kinds=tuple(dict.fromkeys(DRAWN + MUSIC + VERSE)))
    if is_walk(work):
        check_moving(out)
        print_walk(replay_walk(work, model=model), out, as_json=as_json, show=show)
        return
    check_out(out, kinds=tuple(dict.fromkeys(DRAWN + MUSIC + VERSE)))
    request = fill(ReplayRequest, {"work": work, "model": model, "picture": picture}, names=FLAGS)
    works, paths = keep_works([draw_again(request)], out, count=1, model=model)
    print_works(works, paths, as_json=as_json, show=show)
