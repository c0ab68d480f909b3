"""The model folder of an enlarger."""

from collections.abc import Callable
from pathlib import Path

from ganvas.ground.files import building, digest, write_json, write_text
from ganvas.ground.images import save_png
from ganvas.ground.sizes import Size
from ganvas.training.export import export_enlarger
from ganvas.training.loop import Loop
from ganvas.training.networks.enlarge import FACTOR
from ganvas.training.tasks.enlarge import EnlargeTask
from ganvas.vocabulary.manifest import EnlargeManifest


def save_enlarger(folder: Path, *, loop: Loop, task: EnlargeTask, say: Callable[[str], None]) -> Path:
    """Export the averaged enlarger as a model folder, whole or not at all, and say how near its graph is to torch."""
    recipe, enlarger = task.recipe, loop.average.network
    with building(folder) as work:
        worst = export_enlarger(enlarger, work, size=recipe.size)
        say(f"parity of the graph with torch: {worst:.1e}")
        save_png(work / "preview.png", task.sheet(enlarger))
        write_text(work / "README.md", card(task, images=loop.progress.images, minutes=loop.progress.seconds / 60, parity=worst))
        files = {path.name: digest(path) for path in sorted(work.iterdir())}
        manifest = EnlargeManifest(
            task="enlarge", name=recipe.name, size=Size.of(recipe.size), licence=recipe.licence, attribution=recipe.attribution,
            summary=recipe.summary, trained_on=f"{len(task.train)} pictures, sha256 {task.pictures.digest}",
            images_seen=loop.progress.images, files=files,
        )  # fmt: skip
        write_json(work / "model.json", manifest.model_dump(mode="json"))
    return folder


def card(task: EnlargeTask, *, images: int, minutes: float, parity: float) -> str:
    """Write the card of an enlarger: what it does, what it was trained on, what is known about it and what is not."""
    recipe = task.recipe
    held = len(task.pictures.records) - len(task.train)
    drawn = f"{len(task.drawn)} drawings of {recipe.drawn_by}" if len(task.drawn) else "no model's drawings"
    lines = [
        f"# {recipe.name}", "", recipe.summary or "An enlarger trained with Ganvas.", "",
        f"- makes: RGBA of {recipe.size} x {recipe.size} into {recipe.size * FACTOR} x {recipe.size * FACTOR}; other sizes too",
        f"- trained on: {len(task.train)} pictures ({held} held out), sha256 `{task.pictures.digest[:16]}`; {drawn}",
        f"- training: {images:,} pieces in {minutes:.0f} minutes, {recipe.threads} thread(s), {recipe.device}",
        f"- graph against torch: largest difference {parity:.1e}", f"- licence: {recipe.licence}",
        *(f"- attribution: {line}" for line in recipe.attribution), "",
        "`preview.png`: inputs, what it makes of them, true renderings (white where there are none). It draws edges anew: what a",
        "small picture leaves open, it makes up.", "",
    ]  # fmt: skip
    return "\n".join(lines)
