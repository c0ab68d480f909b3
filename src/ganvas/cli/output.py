"""How the command line says what it made: paths or JSON on stdout, all else on stderr."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ganvas.vocabulary.provenance import Provenance
    from ganvas.vocabulary.work import Work


def note(text: str) -> None:
    """Say something to the person, not to the next program."""
    typer.echo(text, err=True)


def results(paths: Sequence[Path], content: Any, *, as_json: bool, show: bool = False) -> None:
    """Print the paths, or the content as JSON; show the last path when asked."""
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False))
    else:
        for path in paths:
            typer.echo(path)
    if show and paths:
        typer.launch(str(paths[-1]))


def check_out(out: Path) -> None:
    """Refuse, before anything is drawn, an OUT that works cannot go to."""
    from ganvas.ground.errors import InputError
    from ganvas.ground.files import check_can_create

    file = names_file(out)
    if file and out.suffix.lower() != ".png":
        raise InputError(f"cannot write {out.suffix} files", where=out, do="give a folder or a name that ends in .png")
    check_can_create(out if file else out / "work.png")
    if file and out.exists():
        raise InputError("is there already, and nothing is overwritten", where=out, do="give another name")


def names_file(out: Path) -> bool:
    """Say whether OUT is one file; what follows the dot of a folder such as works-1.5 is no kind of file."""
    return out.suffix[1:2].isalpha() and not out.is_dir()


def keep_works(works: "list[Work]", out: Path) -> list[Path]:
    """Save works into a folder, or into one named file: the work itself, or the sheet of several."""
    from ganvas.store.folder import Folder, save_sheet, save_work

    if not names_file(out):
        return Folder(out).keep(works)
    return [save_work(out, works[0]) if len(works) == 1 else save_sheet(out, works)]


def provenance_json(provenance: "Provenance") -> object:
    """Return what makes a work again, as `--json` prints it."""
    return provenance.model_dump(mode="json")
