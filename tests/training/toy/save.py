"""From a trained generator of points to a model folder."""

from pathlib import Path

from safetensors.torch import save_file

from ganvas.ground.files import build_folder
from ganvas.ground.images import save_png
from ganvas.ground.sizes import Size
from ganvas.training.engine.loop import Loop
from ganvas.training.export.folder import gather_files, write_manifest
from ganvas.training.report.card import write_card
from ganvas.training.report.figures import Figure, Panel
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.data import Say
from ganvas.training.tasks.registry import Kind
from ganvas.training.tasks.ring.task import plot
from tests.training.toy.data import PointsData
from tests.training.toy.pipeline import WEIGHTS, PointsManifest, PointsPipeline
from tests.training.toy.recipe import PointsRecipe
from tests.training.toy.task import PointsTask


def save_points(folder: Path, *, loop: Loop, task: PointsTask, summary: RunSummary, say: Say) -> tuple[Figure, ...]:
    about = {"name": task.recipe.name, "size": Size.of(16), "licence": task.recipe.licence, "images_seen": loop.progress.images}
    with build_folder(folder) as work:
        save_file(loop.average.network.state_dict(), work / WEIGHTS)
        save_png(work / "preview.png", task.sheet(loop.average.network))
        drawn = PointsPipeline(gather_files(work, PointsManifest, about))(200, seed=0)
        figures = (Figure("points", "Points", "What it draws.", (Panel(plot(drawn), "200 points"),)),)
        write_card(work, summary, figures, parity=0.0)
        write_manifest(work, PointsManifest, about)
    return figures


def about_points(task: PointsTask) -> dict[str, str]:
    return {"draws": "points", "learned from": f"{len(task.points)} points"}


POINTS = Kind(PointsRecipe, PointsData.open, save_points, about_points, "Points over marks where the modes are.")
