"""`ganvas bench`: benchmarks of the field at a size that two cores can run."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.say import note, results

if TYPE_CHECKING:
    from ganvas.scoring.bench import Bench

ModelArg = Annotated[str, typer.Argument(metavar="MODEL", help="A model folder, or a name from `ganvas models`.")]
Drawn = Annotated[int, typer.Option("-n", "--n", min=100, help="How many pictures are drawn.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed measures the same.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads.")]


def add(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    bench = typer.Typer(help="Benchmarks: what a model draws, and how fast a recipe trains.", no_args_is_help=True)
    for name, verb in {"modes": modes, "labels": labels, "train": train}.items():
        bench.command(name)(verb)
    app.add_typer(bench, name="bench", rich_help_panel="teach")


def modes(
    model: ModelArg,
    data: Annotated[Path, typer.Argument(metavar="DIGITS", help="The folder of single digits: ganvas data digits.")],
    n: Drawn = 26_000,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Count which of the 1,000 modes of stacked digits a model draws."""
    _needs_torch()
    from ganvas.training.measure import measure_modes

    show(measure_modes(model, data, drawn=n, seed=seed, threads=threads, say=note), as_json=as_json)


def labels(
    model: ModelArg,
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Pictures with the label, some of them kept apart: ganvas data fashion.")
    ],
    n: Drawn = 20_000,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Score a model that draws by label: is it what was asked for, and what is learned from it alone."""
    _needs_torch()
    from ganvas.training.measure import measure_labels

    show(measure_labels(model, data, drawn=n, seed=seed, threads=threads, say=note), as_json=as_json)


def train(
    recipe: Annotated[
        Path | None, typer.Argument(metavar="[RECIPE]", help="A recipe (.toml); a plain one when left out.")
    ] = None,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Time a recipe's steps beside what this machine's convolutions can do, with one thread and with several."""
    _needs_torch()
    from ganvas.training.bench import bench_train

    show(bench_train(recipe, threads=threads, say=note), as_json=as_json)


def _needs_torch() -> None:
    from ganvas.ground.errors import InputError

    if importlib.util.find_spec("torch") is None:
        raise InputError("benchmarks need torch and its company", do="pip install 'ganvas[train]'")


def show(bench: "Bench", *, as_json: bool) -> None:
    """Print a benchmark as a table with its facts, or as JSON."""
    from ganvas.scoring.bench import as_json as plain
    from ganvas.scoring.bench import table

    if as_json:
        results([], plain(bench), as_json=True)
        return
    from rich.console import Console
    from rich.table import Table

    head, *lines = table(bench)
    shown = Table(title=bench.name, title_justify="left")
    for name in head:
        shown.add_column(name, overflow="fold")
    for line in lines:
        shown.add_row(*line)
    Console(width=None).print(shown)
    for name, fact in bench.facts.items():
        note(f"{name}: {fact}")
