"""`ganvas info`: what a work, a model, a run or a folder of pictures is."""

from typing import Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results, write


def info(
    thing: Annotated[str, typer.Argument(metavar="ANYTHING", help="A work, a model, a run's folder, or a captioned folder.")],
    as_json: Json = False,
) -> None:
    """Say what a work, a model, a run or a folder of pictures is."""
    from ganvas.service.info import summarise

    summary = summarise(thing, report=note)
    if as_json:
        print_results([], summary, as_json=True)
        return
    for name, value in summary.items():
        for line in value if isinstance(value, list) else [value]:
            write(f"{name}: {line}")
