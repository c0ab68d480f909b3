"""The card of a model, README.md in its folder: the facts of its run's report, in Markdown."""

from collections.abc import Sequence
from pathlib import Path

from ganvas.ground.files import write_text
from ganvas.ground.images import make_sheet, save_png
from ganvas.training.report.figures import NEIGHBOURS, Figure
from ganvas.training.report.summary import RunSummary, split_settings

FILE = "README.md"


def write_card(model: Path, facts: RunSummary, exhibits: Sequence[Figure], *, parity: float) -> None:
    """Write a model's card and the pictures it shows into its folder. parity: of its graphs with torch."""
    for exhibit in exhibits:
        if exhibit.name == NEIGHBOURS:
            save_png(model / f"{NEIGHBOURS}.png", make_sheet([one.pixels for one in exhibit.pictures], columns=2, gap=12))
    write_text(model / FILE, card_text(facts, exhibits, parity=parity))


def card_text(facts: RunSummary, exhibits: Sequence[Figure], *, parity: float) -> str:
    """Say what a model is, what it was trained on, how that went, what is known about it and what is not."""
    recipe, reasoned = facts.recipe, split_settings(facts.recipe)[0]
    shown: list[str] = []
    for exhibit in exhibits:
        if exhibit.name == NEIGHBOURS:
            shown += [f"![{exhibit.title}]({exhibit.name}.png)", "", exhibit.about, ""]
    settings = [f"- {one.name} = {one.value}: {one.reason}" for one in reasoned]
    if settings:
        settings = ["What was derived from the pictures, the time and the machine, and why:", "", *settings, ""]
    lines = [
        f"# {recipe.name}", "", recipe.summary or "Trained with Ganvas.", "",
        *(f"- {name}: {value}" for name, value in facts.about.items()),
        f"- training: {facts.seen}, {recipe.threads} thread(s), {recipe.device}; ended because {facts.ending}",
        f"- health: {facts.health}", f"- graphs against torch: largest difference {parity:.1e}", f"- licence: {recipe.licence}",
        *(f"- attribution: {line}" for line in recipe.attribution), "",
        "![what it draws](preview.png)", "", facts.legend, "", *shown, *settings, "No score was measured for this card yet.", "",
    ]  # fmt: skip
    return "\n".join(lines)
