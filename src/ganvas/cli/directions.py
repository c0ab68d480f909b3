"""`ganvas directions`: along what a model's works can be pushed, and what it looks like."""

from typing import Annotated

import typer

from ganvas.cli.explore_options import Maker, open_work, show_works
from ganvas.cli.options import WORKS, Json, Open, Out
from ganvas.cli.output import DRAWN, check_out, note, print_results, write


def directions(
    what: Annotated[str, typer.Argument(metavar="MODEL|WORK", help="A model, to name its directions; or a work, to push it.")],
    push: Annotated[
        list[str] | None,
        typer.Option("--push", help='Of a work, how far and along what: darker=+1, or "sad face->happy face=1"; again for more.'),
    ] = None,
    model: Maker = None,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Name a model's directions; show a work pushed along each, a strip each, or push it as far as you say."""
    from ganvas.service.open_maker import ReplayContext
    from ganvas.service.push import is_model_name, names_of, push_all, read_pushes, strips

    check_out(out, kinds=DRAWN)
    pushes = read_pushes(push or ())
    if is_model_name(what) and not pushes:
        names = names_of(what, ReplayContext(what), report=note)
        if as_json:
            print_results([], {"directions": names}, as_json=True)
        else:
            write("\n".join(names), lines=True)
        return
    made, context = open_work(what, model)
    works, count, columns = push_all(made, pushes, context) if pushes else strips(made, context, report=note)
    name = f"{made.idea} pushed" if pushes else f"{made.idea} directions"
    show_works(works, out, count=count, name=name, model=model, as_json=as_json, show=show, columns=columns)
