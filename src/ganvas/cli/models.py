"""`ganvas models`: list the bundled models, or search what one knows."""

from typing import Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import print_results, write


def models(
    model: Annotated[str | None, typer.Argument(help="The model to search with --words: a bundled one, or a folder.")] = None,
    words: Annotated[str | None, typer.Option("--words", help="Search what a model knows, by name or meaning.")] = None,
    as_json: Json = False,
) -> None:
    """List the bundled models, and where they are; with --words, search what one of them knows."""
    if model is not None or words is not None:
        _search(model, words, as_json=as_json)
        return
    from ganvas.models.find import models as folders
    from ganvas.models.read import read_manifest
    from ganvas.service.info import what_it_does

    found = {folder: read_manifest(folder)[0] for folder in folders()}
    if as_json:
        print_results([], [{**one.model_dump(mode="json"), "folder": str(folder)} for folder, one in found.items()], as_json=True)
        return
    for folder, one in found.items():
        lines = f"{one.name}: {one.summary}", what_it_does(one), f"licence: {one.licence}", f"folder: {folder}"
        write("\n  ".join(lines), lines=True)


def _search(model: str | None, words: str | None, *, as_json: bool) -> None:
    """Print the things of a model that some words name, and the nearest others with their cosines."""
    from ganvas.cli.options import DRAWS
    from ganvas.ground.errors import InputError
    from ganvas.service.known_words import find_known

    if not words:
        raise InputError("there are no words to search", where="--words", do="ganvas models emoji-64 --words penguin")
    found = find_known(words, model=model or DRAWS)
    if as_json:
        nearest = [{"thing": name, "cosine": round(cosine, 3)} for name, cosine in found.near]
        print_results([], {"known": list(found.known), "near": nearest}, as_json=True)
        return
    known = f"known: {', '.join(found.known)}" if found.known else f"no {words[:60]} known"
    near = ", ".join(f"{name} {cosine:.2f}" for name, cosine in found.near)
    write(f"{known}\nnearest: {near}", lines=True)
