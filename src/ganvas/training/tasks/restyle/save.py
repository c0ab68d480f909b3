"""The model folder of a restyler."""

from collections.abc import Callable
from pathlib import Path

from ganvas.ground.files import build_folder
from ganvas.ground.images import save_png
from ganvas.training.engine.loop import Loop
from ganvas.training.export.folder import write_manifest
from ganvas.training.export.graphs import export_restylers
from ganvas.training.networks.restyler import SIDE_MULTIPLE, PerStyleRestylers
from ganvas.training.report.card import write_card
from ganvas.training.report.figures import Figure
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.restyle.task import RestyleTask
from ganvas.vocabulary.manifest import RestyleManifest

RESTYLED_LEGEND = (
    "First row: pictures that it was given. Then for each style what it makes of them, and below that the true drawings of that "
    "style, white where there are none."
)
"""How a sheet is read."""


def save_restyler(
    folder: Path, *, loop: Loop, task: RestyleTask, summary: RunSummary, say: Callable[[str], None]
) -> tuple[Figure, ...]:
    """Export the averaged restyler as a model folder, whole or not at all, and report how near its graphs are to torch."""
    recipe, restyler = task.recipe, loop.average.network
    preview = task.sheet(restyler)
    networks = list(restyler.ways) if isinstance(restyler, PerStyleRestylers) else [restyler]
    named = {"task": "restyle", "channels": 4 if task.channels == 4 else 3, "styles": task.styles, "each": recipe.apart,
             "from_styles": tuple(task.styled.names[style] for style in sorted(set(task.styled.of[task.sides.inputs].tolist()))),
             "described": {name: text for name, text in recipe.described.items() if name in task.styles},
             "multiple": SIDE_MULTIPLE, "reach": recipe.generator.reach}  # fmt: skip
    with build_folder(folder, existing="replace") as work:
        names = [f"restyle-{number}.onnx" for number in range(len(networks))] if recipe.apart else ["restyle.onnx"]
        columns = 1 if recipe.apart else len(task.styles)
        worst = export_restylers(networks, work, names=names, channels=task.channels, columns=columns, multiple=SIDE_MULTIPLE)
        say(f"parity of the graphs with torch: {worst:.1e}")
        save_png(work / "preview.png", preview)
        learned = len(task.sides.inputs), sum(map(len, task.sides.real.values()))
        about = {
            **named, "name": recipe.name, "size": recipe.size, "fit": recipe.fit, "licence": recipe.licence,
            "attribution": recipe.attribution, "summary": recipe.summary, "images_seen": loop.progress.images,
            "trained_on": f"{learned[0]} pictures redrawn, {learned[1]} passed for, sha256 {task.styled.pictures.digest}",
        }  # fmt: skip
        write_card(work, summary, (), parity=worst)
        write_manifest(work, RestyleManifest, about)
    return ()


def about_restyler(task: RestyleTask) -> dict[str, str]:
    """Return what a restyler redraws, in which styles, and what it learned from, by name."""
    recipe, pictures = task.recipe, task.styled.pictures
    height, width = pictures.images.shape[1:3]
    redrawn = sorted({task.styled.names[style] for style in task.styled.of[task.sides.inputs]})
    learned = f"{len(task.sides.inputs):,} pictures to redraw and {sum(map(len, task.sides.real.values())):,} to pass for"
    return {
        "redraws": f"pictures of any size, learned at {width} x {height} pixels, {'RGBA' if task.channels == 4 else 'RGB'}",
        "learned to redraw": ", ".join(redrawn),
        "in the style of": ", ".join(task.styles),
        "method": recipe.method,
        "learned from": f"{learned}, sha256 {pictures.digest[:16]}",
    }
