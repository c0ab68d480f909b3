"""`ganvas data`: make a set of captioned pictures, of music or of verse."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results


def data(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SET",
            help="shapes, emoji, emoji-four, sketches, sketch-to-emoji, fashion, digits, stacked-digits, chorales or quatrains.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The new folder; data/SET when left out.")] = None,
    size: Annotated[int | None, typer.Option("--size", help="Pixels a side; the set's own when left out.")] = None,
    count: Annotated[int | None, typer.Option("-n", "--n", help="How many pictures, for sets of any length.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same set.")] = 0,
    source: Annotated[Path | None, typer.Option("--from", help="A folder with what the set is made from; else fetched.")] = None,
    as_json: Json = False,
) -> None:
    """Make a set of captioned pictures, of music or of verse, to train on."""
    from ganvas.data.sets import make_set

    made = make_set(name, out or Path("data") / name, size=size, seed=seed, source=source, count=count)
    for line in made.licences:
        note(f"licence: {line}")
    note(f"{made.count} {made.what}, sha256 {made.digest}")
    facts = {"folder": str(made.folder), "count": made.count, "digest": made.digest, "splits": made.splits}
    print_results([made.folder], facts, as_json=as_json)
