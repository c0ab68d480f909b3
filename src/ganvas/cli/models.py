"""`ganvas models`: list the bundled models."""

from ganvas.cli.options import Json
from ganvas.cli.output import print_results, write


def models(as_json: Json = False) -> None:
    """List the bundled models, and where they are."""
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
