"""`ganvas bench`: benchmarks of training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results
from ganvas.cli.train import check_torch

if TYPE_CHECKING:
    from ganvas.scoring.bench import Bench
    from ganvas.training.bench.ring import Row

bench = typer.Typer(help="Benchmarks of training: variety, labels, speed, objectives.", no_args_is_help=True)

Model = Annotated[str, typer.Argument(metavar="MODEL", help="A model folder, or a name from `ganvas models`.")]
Drawn = Annotated[int, typer.Option("-n", "--n", min=100, help="How many pictures are drawn.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed measures the same.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads.")]


@bench.command()
def modes(
    model: Model,
    data: Annotated[Path, typer.Argument(metavar="DIGITS", help="The folder of single digits: ganvas data digits.")],
    n: Drawn = 26_000,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Count which of the 1,000 modes of stacked digits a model draws."""
    check_torch()
    from ganvas.training.bench.modes import measure_modes

    _print_bench(measure_modes(model, data, drawn=n, seed=seed, threads=threads, say=note), as_json=as_json)


@bench.command()
def labels(
    model: Model,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Pictures with that label, some held out: ganvas data fashion.")],
    n: Drawn = 20_000,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Score a model that draws by label: are its drawings recognised, and what does a classifier
    learn from them alone?
    """
    check_torch()
    from ganvas.training.bench.modes import measure_labels

    _print_bench(measure_labels(model, data, drawn=n, seed=seed, threads=threads, say=note), as_json=as_json)


@bench.command()
def train(
    recipe: Annotated[Path | None, typer.Argument(metavar="[RECIPE]", help="A recipe; a plain one when left out.")] = None,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Time a recipe's steps beside what this machine's convolutions can do, with one thread and
    with several.
    """
    check_torch()
    from ganvas.training.bench.speed import bench_train

    _print_bench(bench_train(recipe, threads=threads, say=note), as_json=as_json)


def _print_bench(found: "Bench", *, as_json: bool) -> None:
    """Print a benchmark as a table and its facts, or as JSON."""
    from ganvas.scoring.bench import as_json as plain
    from ganvas.scoring.bench import table

    if as_json:
        print_results([], plain(found), as_json=True)
        return
    from rich.console import Console
    from rich.table import Table

    head, *lines = table(found)
    shown = Table(title=found.name, title_justify="left")
    for name in head:
        shown.add_column(name, overflow="fold")
    for line in lines:
        shown.add_row(*line)
    Console().print(shown)
    for name, fact in found.facts.items():
        note(f"{name}: {fact}")


@bench.command()
def ring(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A new .png file: the points that each training draws.")] = None,
    objectives: Annotated[list[str] | None, typer.Option("--objective", help="Only this objective; may be repeated.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed trains the same.")] = 0,
    as_json: Json = False,
) -> None:
    """Train every objective with every penalty on eight Gaussians, six minutes: modes caught, and
    the share of good points.
    """
    check_torch()
    from ganvas.ground.errors import InputError
    from ganvas.ground.files import check_can_create
    from ganvas.ground.images import save_png
    from ganvas.training.bench import ring as benchmark
    from ganvas.training.objectives import OBJECTIVES

    chosen = list(dict.fromkeys(objectives or OBJECTIVES))
    if unknown := [name for name in chosen if name not in OBJECTIVES]:
        raise InputError(f"there is no objective {unknown[0]!r}", do=f"choose one of {', '.join(OBJECTIVES)}")
    if out is not None:
        if out.exists() or out.suffix != ".png":
            raise InputError(
                "it is there already" if out.exists() else "it is no .png file", where=out, do="name a new .png file"
            )
        check_can_create(out)
    rows = benchmark.bench(seed=seed, objectives=chosen, say=note)
    if out is not None:
        save_png(out, benchmark.picture(rows), replace=False)
    print_results([out] if out else [], benchmark.as_json(rows, seed=seed), as_json=as_json)
    if not as_json:
        _print_ring(rows)


def _print_ring(rows: "list[Row]") -> None:
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
