"""The options that mean the same in every verb."""

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    str, typer.Option("-m", "--model", help="A model's folder, a name from `ganvas models`, or a hub's owner/name.")
]
Count = Annotated[int, typer.Option("-n", "--n", help="How many works.")]
Seed = Annotated[int | None, typer.Option("--seed", help="The same seed draws the same works; a fresh one when left out.")]
Llm = Annotated[str, typer.Option("--llm", help="Who writes the scene: auto, none, rules, local, or a server's name.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="A folder, or a .png file; nothing is overwritten.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of paths.")]
Open = Annotated[bool, typer.Option("--open", help="Show the result when it is done.")]
Truncation = Annotated[float, typer.Option("--truncation", help="Below 1: more typical works; 1: the full variety.")]
BestOf = Annotated[int, typer.Option("--best-of", help="Draw each element this many times; the model's judge keeps one.")]
Scene = Annotated[Path | None, typer.Option("--brief", help="Draw this scene, a .toml or .json file, and ask nobody for one.")]
Edit = Annotated[bool, typer.Option("--edit", help="Change the scene in your editor before it is drawn.")]
Style = Annotated[
    str | None,
    typer.Option("--style", help="One style for all works, or MODEL/STYLE of a restyler; left out, all styles take turns."),
]
Transparent = Annotated[bool, typer.Option("--transparent", help="Leave out the background: stickers.")]

WORKS = Path("ganvas-works")
DRAWS, REDRAWS = "emoji-64", "emoji-styles"
"""The bundled models that draw and redraw where none is named: as in `ganvas.vocabulary.request`,
which is slow to import.
"""

FLAGS = {
    "count": "-n", "model": "-m", "seed": "--seed", "llm": "--llm", "truncation": "--truncation", "best_of": "--best-of",
    "style": "--style", "brief": "--brief", "to": "--to", "strength": "--strength", "picture": "--picture",
}  # fmt: skip
"""What the fields of a request are called on the command line."""
