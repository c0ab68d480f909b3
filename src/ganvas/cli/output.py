"""How the command line shows what it made: paths or JSON on stdout, all else on stderr."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ganvas.ground.text import visible, visible_json

if TYPE_CHECKING:
    from ganvas.vocabulary.work import Work


def write(text: object, *, lines: bool = False) -> None:
    """Print a line on stdout, or with `lines` several. With `note` the only way to a terminal: strangers' text steers none."""
    typer.echo(visible(str(text), lines=lines))  # noqa: TID251


def note(text: str) -> None:
    """Print a line for the person, which the next program does not read."""
    typer.echo(visible(text), err=True)  # noqa: TID251


def print_results(paths: Sequence[Path], content: Any, *, as_json: bool, show: bool = False) -> None:
    """Print the paths, or the content as JSON; open the last path where that is asked for."""
    if as_json:
        write(visible_json(json.dumps(content, ensure_ascii=False)))
    else:
        for path in paths:
            write(path)
    if show and paths:
        typer.launch(str(paths[-1]))


def print_works(works: "Sequence[Work]", paths: Sequence[Path], *, as_json: bool, show: bool) -> None:
    """Print where works were saved, or as JSON the files and what makes each work again."""
    made = [work.provenance.model_dump(mode="json") for work in works]
    print_results(paths, {"files": [str(path) for path in paths], "works": made}, as_json=as_json, show=show)


DRAWN = (".png", ".svg")
"""What a drawn work may be kept as."""
MUSIC = (".mid", ".wav", ".png", ".musicxml", ".svg")
"""What music may be kept as."""


VERSE = (".txt", ".png")
"""What a poem may be kept as."""


def check_out(out: Path, *, kinds: tuple[str, ...] = (".png",)) -> None:
    """Refuse, before anything is drawn, an OUT that works cannot go to. kinds: suffixes of the files
    that can be written.
    """
    from ganvas.ground.files import check_can_create
    from ganvas.store.folder import check_file

    if names_file(out):
        check_file(out, kinds=kinds)
    else:
        check_can_create(out / "work.png")


def names_file(out: Path) -> bool:
    """Say whether OUT is one file; what follows the dot of a folder such as works-1.5 is no kind of
    file.
    """
    return out.suffix[1:2].isalpha() and not out.is_dir()


def is_svg(out: Path) -> bool:
    """Say whether OUT is one SVG file."""
    return names_file(out) and out.suffix.lower() == ".svg"


def keep_works(
    works: "Iterable[Work]", out: Path, *, count: int, name: str | None = None, model: str | None = None, columns: int = 4
) -> "tuple[list[Work], list[Path]]":
    """Save works into a folder as they come, or into one named file: the work itself, or the sheet
    of several.

    count: how many there will be. name: how files in a folder begin; their idea when left out.
    model: what draws them again as shapes, for a file that ends in .svg. columns: works in a row of a sheet.
    """
    from ganvas.ground.errors import InputError
    from ganvas.store.folder import Folder, is_picture, save_sheet, save_svg, save_work

    kept: list[Work] = []

    def remembered() -> "Iterable[Work]":
        for work in works:
            kept.append(work)
            yield work

    if not names_file(out):
        return kept, Folder(out).keep(remembered(), name=name, columns=columns)
    kept = list(works)
    pictures = bool(kept) and is_picture(kept[0])
    if kept and not pictures and count > 1:
        raise InputError(f"{count} works do not fit into one file", where=out, do="give a folder")
    if is_svg(out) and pictures:
        from ganvas.service.vector import draw_svg

        return kept, [save_svg(out, draw_svg([work.provenance for work in kept], model=model, columns=columns))]
    return kept, [save_work(out, kept[0]) if count == 1 else save_sheet(out, kept, columns=columns)]
