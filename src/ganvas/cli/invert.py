"""`ganvas invert`: a picture becomes a work."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.options import DRAWS, WORKS, Json, Model, Open, Out
from ganvas.cli.output import DRAWN, check_out, keep_works, note, print_works
from ganvas.cli.progress import show_pieces


def invert(
    picture: Annotated[Path, typer.Argument(help="A picture; best one thing on a clear ground, as the model draws.")],
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=3600, help="How long to look.")] = 60.0,
    model: Model = DRAWS,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Find what a model draws a picture from, so that it can be varied, mixed and recoloured. Needs the extra `train`."""
    from ganvas.ground.images import open_image
    from ganvas.service.invert import fitted, work_of_latent
    from ganvas.service.open_maker import ReplayContext
    from ganvas.service.pictures import printable_name
    from ganvas.service.session import SESSION
    from ganvas.training.start.invert import invert as find_latent

    check_out(out, kinds=DRAWN)
    opened = open_image(picture)
    pipeline = SESSION.open_pipeline(model)
    pixels = fitted(opened, pipeline)
    with show_pieces(1) as watch:
        latent = find_latent(pixels, pipeline, model=model, seconds=seconds, watch=lambda gone: watch("invert", min(gone, 0.99)))
    name = printable_name(picture.name)
    work = work_of_latent(latent, pixels, pipeline, name=name, context=ReplayContext(str(picture), model))
    note(f"most like it of what {model} knows: {work.provenance.idea}")
    works, paths = keep_works([work], out, count=1, name=f"{picture.stem} inverted", model=model)
    print_works(works, paths, as_json=as_json, show=show)
