"""`ganvas pack`: a model as one file, to give away."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results


def pack(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="The folder of a model or of its run, or a name from `ganvas models`.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A .zip file; NAME.zip when left out. Nothing is overwritten.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Pack a model into one file, which -m takes as it is."""
    from ganvas.ground.commands import command
    from ganvas.ground.errors import InputError
    from ganvas.ground.files import slug
    from ganvas.models.packed import SUFFIX
    from ganvas.pipelines.registry import open_model
    from ganvas.service.example import example_of

    if out is not None and out.suffix != SUFFIX:
        raise InputError(f"is no {SUFFIX} file", where=out, do=f"give a name that ends in {SUFFIX}")
    opened = open_model(model)
    known = opened.about
    path = opened.save_pretrained(out or Path(f"{slug(known.name)}{SUFFIX}"))
    print_results([path], {"file": str(path), "digest": opened.digest, "licence": known.licence}, as_json=as_json)
    note(f"licence: {known.licence}")
    note(f"whoever gets it draws with it: {example_of(path, path) or command(['ganvas', 'info', path])}")
