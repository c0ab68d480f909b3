"""Panel "teach": how good a model is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import Json
from ganvas.cli.say import note, results

if TYPE_CHECKING:
    from ganvas.scoring.report import Report


def add(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(rich_help_panel="teach")(score)


def score(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model folder, or a name from `ganvas models`.")],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The captioned folder that it learned from, with its splits.")],
    beside: Annotated[
        list[str] | None, typer.Option("--beside", help="Another restyler that is asked the same; may be given again.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score a model's raw drawings beside real pictures, retrieval and shuffled captions."""
    from ganvas.scoring.card import as_json as plain
    from ganvas.scoring.report import score as measure
    from ganvas.scoring.restyle import card, is_restyler, score_restyler

    if is_restyler(model):
        report = score_restyler(model, data, beside=beside or (), say=note)
        if as_json:
            results([], plain(report), as_json=True)
        else:
            typer.echo(card(report))
        return
    report = measure(model, data, say=note)
    if as_json:
        results([], plain(report), as_json=True)
    else:
        _show(report)


def _show(report: "Report") -> None:
    """Print the report as tables, one for each split."""
    from rich.console import Console
    from rich.table import Table

    from ganvas.scoring.card import table

    head, *lines = table(report)
    console = Console(width=None)
    for split in dict.fromkeys(line[1] for line in lines):
        chosen = [line for line in lines if line[1] == split]
        kept = [place for place in range(len(head)) if place != 1 and any(line[place] for line in chosen)]
        shown = Table(title=split, title_justify="left")
        for place in kept:
            shown.add_column(head[place], overflow="fold")
        for line in chosen:
            shown.add_row(*(line[place] for place in kept))
        console.print(shown)
    for line in report.left_out:
        note(f"left out: {line}")
