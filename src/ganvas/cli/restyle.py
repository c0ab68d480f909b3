"""Panel "make": restyle."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import STYLES, WORKS, Json, Model, Open, Out
from ganvas.cli.output import check_out, names_file, note, results

if TYPE_CHECKING:
    from collections.abc import Callable


def add(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(rich_help_panel="make")(restyle)


def restyle(
    pictures: Annotated[list[str], typer.Argument(metavar="PICTURE...", help="Files, folders of pictures, or '*.jpg'.")],
    to: Annotated[str, typer.Option("--to", help="A style by its name, or in your own words.")],
    strength: Annotated[
        float | None, typer.Option("--strength", help="0: as it is; 1: all of the style, which is usual.")
    ] = None,
    model: Model = STYLES,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Redraw pictures in a style, each at its own size (best at about the model's); one PNG file each."""
    from ganvas.ground.errors import InputError
    from ganvas.service.restyle import find_pictures, read_style_request
    from ganvas.service.restyle import restyle as redraw
    from ganvas.store.folder import Folder, save_work

    check_out(out)
    asked = read_style_request(to, model=model, strength=strength)
    found = find_pictures(pictures, out=out)
    single = names_file(out)
    if single and len(found) > 1:
        raise InputError(f"{len(found)} pictures do not fit into one file", where=out, do="give a folder")
    note(f"{asked.chosen.read}, model {asked.model}")
    paths: list[Path] = []
    works: list[object] = []
    with _watching(len(found)) as watch:
        for path in found:
            try:
                work = redraw(path, asked, watch=lambda done, of, name=path.name: watch(name, done / of))
            except InputError as error:
                if len(found) == 1:
                    raise
                note(f"left out: {error}")
                continue
            name = f"{path.stem} {asked.chosen.style}"
            paths += [save_work(out, work)] if single else Folder(out).keep([work], name=name)
            works.append(work.provenance.model_dump(mode="json"))
    if not paths:
        raise InputError("none of the pictures can be redrawn", where=pictures[0])
    results(paths, {"files": [str(path) for path in paths], "works": works}, as_json=as_json, show=show)


@contextmanager
def _watching(count: int) -> "Generator[Callable[[str, float], None]]":
    """Show a bar on a terminal, over pictures and the pieces of each."""
    import sys

    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("restyle", total=count)
        done = 0

        def watch(name: str, share: float) -> None:
            nonlocal done
            bar.update(task, completed=done + share, description=name[:40])
            done += share == 1.0

        yield watch
