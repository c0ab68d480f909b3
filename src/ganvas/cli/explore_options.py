"""What the verbs that explore have in common: works named on the command line, and how the results are kept."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.output import keep_works, note, print_works
from ganvas.cli.progress import count_works

if TYPE_CHECKING:
    from ganvas.service.open_maker import ReplayContext
    from ganvas.vocabulary.provenance import AnyProvenance
    from ganvas.vocabulary.work import Work

WorkFile = Annotated[str, typer.Argument(metavar="WORK", help="A file that Ganvas made; sheet.png#3 is its third work.")]
Maker = Annotated[str | None, typer.Option("-m", "--model", help="The model, if it is not a bundled one.")]

FLAGS = {
    "count": "-n", "seed": "--seed", "amount": "--amount", "at": "--at", "style": "--style", "frames": "--frames",
    "seconds": "--seconds", "size": "--size", "colours": "--to", "by": "--by",
}  # fmt: skip
"""What the fields of the requests are called on the command line."""


def open_work(work: str, model: str | None) -> "tuple[AnyProvenance, ReplayContext]":
    """Read what made a work, and what is needed to draw with it. Raises InputError where the file does not say."""
    from ganvas.service.open_maker import ReplayContext
    from ganvas.store.folder import read_any_work

    return read_any_work(work), ReplayContext(work, model)


def show_works(
    works: "Iterable[Work]", out: Path, *, count: int, name: str, model: str | None, as_json: bool, show: bool, columns: int = 4
) -> None:
    """Keep works as they come, and print where."""
    kept, paths = keep_works(count_works(works, total=count), out, count=count, name=name, model=model, columns=columns)
    if kept and kept[0].provenance.noise_seed:
        note(f"seed {kept[0].provenance.noise_seed}")
    print_works(kept, paths, as_json=as_json, show=show)
