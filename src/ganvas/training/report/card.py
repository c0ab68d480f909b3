"""The card of a model, README.md in its folder: the summary of its run's report, in Markdown."""

from collections.abc import Sequence
from pathlib import Path

from ganvas.ground.files import write_text
from ganvas.ground.images import make_sheet, save_png
from ganvas.ground.text import visible
from ganvas.training.report.directions import DIRECTIONS
from ganvas.training.report.figures import NEIGHBOURS, Figure
from ganvas.training.report.summary import RunSummary, split_settings

FILE = "README.md"
SHOWN = (NEIGHBOURS, DIRECTIONS)
"""The figures of a report that a card shows too."""


def write_card(model: Path, summary: RunSummary, figures: Sequence[Figure], *, parity: float) -> None:
    """Write a model's card and the pictures it shows into its folder.

    parity: largest difference between its graphs and torch.
    """
    for figure in figures:
        if figure.name in SHOWN:
            columns = 2 if figure.beside else 1
            save_png(model / f"{figure.name}.png", make_sheet([one.pixels for one in figure.pictures], columns=columns, gap=12))
    write_text(model / FILE, card_text(summary, figures, parity=parity))


def card_text(summary: RunSummary, figures: Sequence[Figure], *, parity: float) -> str:
    """Return the card as Markdown: what the model is, its training, its settings and why, and what is not known about it."""
    recipe, reasoned = summary.recipe, split_settings(summary.recipe)[0]
    shown: list[str] = []
    for figure in figures:
        if figure.name in SHOWN:
            rows = "" if figure.beside else f" From the top: {', '.join(panel.caption for panel in figure.pictures)}."
            shown += [f"![{figure.title}]({figure.name}.png)", "", figure.about + rows, ""]
    settings = [f"- {one.name} = {one.value}: {one.reason}" for one in reasoned]
    if settings:
        settings = ["What was derived from the pictures, the time and the machine, and why:", "", *settings, ""]
    lines = [
        f"# {recipe.name}", "", recipe.summary or "Trained with Ganvas.", "",
        *(f"- {name}: {value}" for name, value in summary.about.items()),
        f"- training: {summary.seen}, {recipe.threads} thread(s), {recipe.device}; ended because {summary.ending}",
        f"- health: {summary.health}", f"- graphs against torch: largest difference {parity:.1e}", f"- licence: {recipe.licence}",
        *(f"- attribution: {line}" for line in recipe.attribution), "",
        "![what it draws](preview.png)", "", summary.legend, "", *shown, *settings,
        "No score was measured for this card yet.", "",
    ]  # fmt: skip
    return visible("\n".join(lines), lines=True).replace("<", "&lt;")  # Markdown lets HTML through
