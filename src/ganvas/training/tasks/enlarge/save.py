"""The model folder of an enlarger."""

from collections.abc import Callable
from pathlib import Path

from ganvas.ground.files import build_folder
from ganvas.ground.images import save_png
from ganvas.ground.sizes import Size
from ganvas.pipelines import Enlarger
from ganvas.training.engine.loop import Loop
from ganvas.training.export.folder import gather_files, write_manifest
from ganvas.training.export.graphs import export_enlarger
from ganvas.training.networks.enlarger import FACTOR
from ganvas.training.report.card import write_card
from ganvas.training.report.figures import Figure, draw_enlarged_figures
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.enlarge.task import EnlargeTask
from ganvas.vocabulary.manifest import EnlargeManifest

ENLARGED_LEGEND = (
    "First row: what it was given. Second: what it made of that. Third: the true pictures, white where there are none. It draws "
    "edges anew: what a small picture does not show, it makes up."
)
"""How a sheet is read."""


def save_enlarger(
    folder: Path, *, loop: Loop, task: EnlargeTask, summary: RunSummary, say: Callable[[str], None]
) -> tuple[Figure, ...]:
    """Export the averaged enlarger as a model folder, whole or not at all, and say how near its graph is to torch.

    Returns what the model has to show.
    """
    recipe, enlarger = task.recipe, loop.average.network
    with build_folder(folder, existing="replace") as work:
        worst = export_enlarger(enlarger, work, size=recipe.size)
        say(f"parity of the graph with torch: {worst:.1e}")
        save_png(work / "preview.png", task.sheet(enlarger))
        about: dict[str, object] = {
            "task": "enlarge", "name": recipe.name, "size": Size.of(recipe.size), "licence": recipe.licence,
            "attribution": recipe.attribution,
            "summary": recipe.summary, "trained_on": f"{len(task.train)} pictures, sha256 {task.pictures.digest}",
            "images_seen": loop.progress.images,
        }  # fmt: skip
        figures = draw_enlarged_figures(Enlarger(gather_files(work, EnlargeManifest, about)), task.pictures, task.train)
        write_card(work, summary, figures, parity=worst)
        write_manifest(work, EnlargeManifest, about)
    return figures


def about_enlarger(task: EnlargeTask) -> dict[str, str]:
    """Say what an enlarger makes and learned from, by name."""
    recipe, pictures = task.recipe, task.pictures
    held = len(pictures.records) - len(task.train)
    drawn = f"{len(task.drawn):,} drawings of {recipe.drawn_by}" if len(task.drawn) else "no model's drawings"
    return {
        "makes": f"RGBA of {recipe.size} x {recipe.size} into {recipe.size * FACTOR} x {recipe.size * FACTOR}; other sizes too",
        "learned from": f"{len(task.train):,} pictures ({held:,} held out), sha256 {pictures.digest[:16]}; {drawn}",
    }
