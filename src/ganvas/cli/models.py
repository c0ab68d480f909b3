"""Panel "house": what is here, and the language model."""

from typing import Annotated

import typer

from ganvas.cli import llm
from ganvas.cli.options import Json
from ganvas.cli.output import results


def add(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(rich_help_panel="house")(models)
    app.command(rich_help_panel="house")(info)
    llm.add(app)


def models(as_json: Json = False) -> None:
    """List the models that came along, and where they are."""
    from ganvas.models.find import models as folders
    from ganvas.models.read import read_manifest
    from ganvas.service.info import what_it_does

    found = {folder: read_manifest(folder)[0] for folder in folders()}
    if as_json:
        results([], [{**one.model_dump(mode="json"), "folder": str(folder)} for folder, one in found.items()], as_json=True)
        return
    for folder, one in found.items():
        typer.echo(f"{one.name}: {one.summary}\n  {what_it_does(one)}")
        typer.echo(f"  licence: {one.licence}\n  folder: {folder}")


def info(
    thing: Annotated[str, typer.Argument(metavar="ANYTHING", help="A work, a model, a run's folder, or a captioned folder.")],
    as_json: Json = False,
) -> None:
    """Say what a work, a model, a run or a folder of pictures is."""
    from ganvas.service.info import tell

    facts = tell(thing)
    if as_json:
        results([], facts, as_json=True)
        return
    for name, value in facts.items():
        for line in value if isinstance(value, list) else [value]:
            typer.echo(f"{name}: {line}")
