"""`ganvas score`: measure how good a model is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results, write

if TYPE_CHECKING:
    from ganvas.scoring import Report
    from ganvas.scoring.inception import Compare


def score(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model folder, or a name from `ganvas models`.")],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The folder of pictures that it learned from, with its splits.")],
    inception: Annotated[
        bool, typer.Option("--inception", help="FID and IS too, by torch-fidelity where it is installed.")
    ] = False,
    beside: Annotated[
        list[str] | None, typer.Option("--beside", help="Another restyler, scored beside it; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score a model's raw drawings beside real pictures: distances, variety, labels, captions,
    copies.
    """
    from ganvas import scoring
    from ganvas.scoring.card import as_json as plain
    from ganvas.scoring.restyle import card, is_restyler, score_restyler

    if is_restyler(model):
        restyled = score_restyler(model, data, beside=beside or (), say=note)
        if as_json:
            print_results([], plain(restyled), as_json=True)
        else:
            write(card(restyled), lines=True)
        return
    report = scoring.score(model, data, compare=_inception() if inception else None, say=note)
    if as_json:
        print_results([], plain(report), as_json=True)
    else:
        _show(report)


def _inception() -> "Compare":
    """Return what compares pictures by the Inception network. Raises InputError where the training
    wing or torch-fidelity is missing.
    """
    import importlib.util

    from ganvas.ground.errors import InputError

    if any(importlib.util.find_spec(name) is None for name in ("torch", "torchvision", "torch_fidelity")):
        raise InputError("FID and IS are of torch-fidelity's Inception network, which is not installed",
                         do="pip install 'ganvas[train]' torch-fidelity torchvision, or score without --inception")  # fmt: skip
    from ganvas.training.bench.inception import open_inception

    return open_inception()


def _show(report: "Report") -> None:
    """Print whether the model is usable, with each sign explained, then tables, one for each split;
    where there are many kinds of pictures, intervals go below their values.
    """
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    from ganvas.ground.text import visible
    from ganvas.scoring.card import tables

    console = Console(highlight=False)  # as wide as the terminal
    if report.verdict is not None:
        console.print(visible(report.verdict.text), markup=False)
        for sign in report.verdict.signs:
            mark = " " if sign.good else "!"
            line = f"{mark} {sign.name}: {sign.measured} (usable: {sign.wanted}). {sign.means[:1].upper()}{sign.means[1:]}."
            console.print(Padding(visible(line), (0, 0, 0, 2)), markup=False)
        console.print()
    for one in tables(report):
        shown = Table(title=one.split, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        below = len(one.head) > 4
        lines = [[line[0], *(cell.replace(" [", "\n[") if below else cell for cell in line[1:])] for line in one.lines]
        for place, name in enumerate(one.head):  # names may break, numbers may not
            width = max(len(part) for line in lines for part in line[place].split("\n")) if place else None
            shown.add_column(name, overflow="fold", justify="right" if place else "left", min_width=width)
        for line in lines:
            shown.add_row(*line)
        console.print(shown)
    for line in report.left_out:
        note(f"left out: {line}")
