"""Panel "teach": benchmarks of this machine and of the theory."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.say import note, results

if TYPE_CHECKING:
    from ganvas.training.ring import Row

bench = typer.Typer(help="Measure how training does: on this machine, or in theory.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.add_typer(bench, name="bench", rich_help_panel="teach")


@bench.command()
def ring(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A new .png file: the points that each game draws.")] = None,
    objectives: Annotated[list[str] | None, typer.Option("--objective", help="Only this objective; may be repeated.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed plays the same games.")] = 0,
    as_json: Json = False,
) -> None:
    """Play every objective with every penalty on eight Gaussians: modes caught, and the share of good points."""
    from ganvas.ground.errors import InputError

    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx", "onnxscript", "jaxtyping", "tomlkit")):
        raise InputError("training needs torch and its company", do="pip install 'ganvas[train]'")
    from ganvas.ground.images import save_png
    from ganvas.training import ring as games
    from ganvas.training.objectives import OBJECTIVES

    chosen = list(dict.fromkeys(objectives or OBJECTIVES))
    if unknown := [name for name in chosen if name not in OBJECTIVES]:
        raise InputError(f"there is no objective {unknown[0]!r}", do=f"choose one of {', '.join(OBJECTIVES)}")
    if out is not None and (out.exists() or out.suffix != ".png"):
        raise InputError("it is there already" if out.exists() else "it is no .png file", where=out, do="name a new .png file")
    rows = games.bench(seed=seed, objectives=chosen, say=note)
    if out is not None:
        save_png(out, games.picture(rows))
    results([out] if out else [], games.as_json(rows, seed=seed), as_json=as_json)
    if not as_json:
        _show(rows)


def _show(rows: "list[Row]") -> None:
    """Print an objective a line and a penalty a column: modes of 8, and the share of good points."""
    from rich.console import Console
    from rich.table import Table

    columns = list(dict.fromkeys(row.penalty for row in rows))
    shown = Table(title="modes of 8, share of good points", title_justify="left")
    for head in ("objective", *columns):
        shown.add_column(head)
    for objective in dict.fromkeys(row.objective for row in rows):
        found = {row.penalty: row for row in rows if row.objective == objective}
        shown.add_row(objective, *(f"{found[name].modes}  {found[name].good:.2f}" for name in columns))
    Console().print(shown)
