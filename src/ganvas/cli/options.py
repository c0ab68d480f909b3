"""The options that mean the same in every verb."""

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[str, typer.Option("-m", "--model", help="A model folder, or a name from `ganvas models`.")]
Count = Annotated[int, typer.Option("-n", "--n", help="How many works.")]
Seed = Annotated[int | None, typer.Option("--seed", help="The same seed draws the same works; fresh and said when left out.")]
Llm = Annotated[str, typer.Option("--llm", help="Who writes the scene: auto, none, rules, local or http.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="A folder, or a .png file; nothing is overwritten.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of paths.")]
Open = Annotated[bool, typer.Option("--open", help="Show the result when it is done.")]
Truncation = Annotated[float, typer.Option("--truncation", help="Below 1: more typical works; 1: all that was learned.")]

WORKS = Path("ganvas-works")
EMOJI = "emoji-64"
