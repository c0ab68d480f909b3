"""The model folder of an image model."""

import gc
from collections.abc import Callable
from pathlib import Path

from torch import nn

from ganvas.ground.files import build_folder, write_bytes
from ganvas.ground.images import save_png
from ganvas.language.text.appearance import FILE
from ganvas.language.text.encoder import open_encoder
from ganvas.language.text.lexicon import Lexicon, build_lexicon
from ganvas.pipelines import ImagePipeline
from ganvas.training.engine.loop import Loop
from ganvas.training.export.folder import gather_files, write_manifest
from ganvas.training.export.graphs import export_graphs
from ganvas.training.export.palette_graphs import export_palette_graphs
from ganvas.training.networks.palette_head import PaletteGenerator
from ganvas.training.report.card import write_card
from ganvas.training.report.directions import save_directions
from ganvas.training.report.figures import Figure, draw_figures
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.image.appearance_task import AppearanceTask
from ganvas.training.tasks.image.conditions import encode_once
from ganvas.training.tasks.image.task import ImageTask
from ganvas.training.tasks.judge.train import JUDGE, train_judge
from ganvas.vocabulary.manifest import Manifest

PICTURE_LEGEND = (
    "First row: true pictures. Below: what it draws for the same words or labels, one row for each value of its first label if "
    "it takes any, else with other random numbers."
)
"""How to read its sheets."""


def save_model(
    folder: Path, *, loop: Loop, task: ImageTask, summary: RunSummary, say: Callable[[str], None]
) -> tuple[Figure, ...]:
    """Export the averaged generator as a model folder, whole or not at all, and say how near the graphs are to torch.

    Returns what the model has to show.
    """
    recipe, takes = task.recipe, task.conditions.takes
    generator = loop.average.network
    with build_folder(folder, existing="replace") as work:
        worst = export_generator(generator, work, task=task)
        say(f"parity of the graphs with torch: {worst:.1e}")
        if takes.words:
            lexicon_of(task).save(work / "words.safetensors")
        save_png(work / "preview.png", task.sheet(generator), flat=recipe.generator.palette > 0)
        about: dict[str, object] = {
            "name": recipe.name, "size": recipe.size, "fit": recipe.fit, "channels": 4 if task.channels == 4 else 3,
            "latent": recipe.generator.latent, "mapped": task.generator.mapped, "takes": takes, "licence": recipe.licence,
            "attribution": recipe.attribution, "palette": recipe.generator.palette,
            "appearance": task.sampler.width if isinstance(task, AppearanceTask) else 0, "summary": recipe.summary,
            "images_seen": loop.progress.images, "trained_on": f"{len(task.train)} pictures, sha256 {task.pictures.digest}",
        }  # fmt: skip
        if recipe.judge and (takes.words or takes.labels):
            drawing = ImagePipeline(gather_files(work, Manifest, about))
            judge = train_judge(drawing, pictures=task.pictures, conditions=task.conditions, seed=recipe.seed, say=say)
            write_bytes(work / JUDGE, judge)
            gc.collect()  # a task and its players hold each other, and with them all that was drawn for the judge
        whole = ImagePipeline(gather_files(work, Manifest, about))
        directions = save_directions(work, whole)
        figures = draw_figures(whole, task.pictures, task.train, seed=recipe.seed) + ((directions,) if directions else ())
        write_card(work, summary, figures, parity=worst)
        write_manifest(work, Manifest, about)
    return figures


def export_generator(generator: nn.Module, work: Path, *, task: ImageTask) -> float:
    """Write the graphs of a generator, with the appearances that words choose from if it draws from such.

    Returns the largest difference of the graphs from torch.
    """
    recipe, takes = task.recipe, task.conditions.takes
    if isinstance(task, AppearanceTask):
        assert isinstance(generator, PaletteGenerator)
        write_bytes(work / FILE, task.sampler.save())
        return export_palette_graphs(generator, work, takes=takes, latent=recipe.generator.latent, appearance=task.sampler.width)
    return export_graphs(generator, work, takes=takes, latent=recipe.generator.latent, mapped=task.generator.mapped)  # pyright: ignore[reportArgumentType]


def lexicon_of(task: ImageTask) -> Lexicon:
    """Gather the captions and tags of the pictures that words lead to: the model's own vocabulary."""
    conditions, known = task.conditions, task.known.rows if isinstance(task, AppearanceTask) else task.train
    captions, tags = ([part[picture] for picture in known] for part in (conditions.captions, conditions.tags))
    encoder = open_encoder(conditions.takes.encoder)
    return build_lexicon(captions, tags, encode=lambda sentences: encode_once(sentences, encoder=encoder))


def about_model(task: ImageTask) -> dict[str, str]:
    """Return what an image model draws, what condition it takes, and what it learned from, by name."""
    takes, pictures = task.conditions.takes, task.pictures
    height, width, channels = pictures.images.shape[1:]
    condition = [f"words ({takes.encoder})"] if takes.words else []
    condition += [f"{name}: {', '.join(values[:12])}" for name, values in takes.labels.items()]
    held = len(pictures.records) - len(task.train)
    return {
        "draws": f"{width} x {height} pixels, {'RGBA' if channels == 4 else 'RGB'}",
        "takes": "; ".join(condition) or "nothing: it takes no condition",
        "learned from": f"{len(task.train):,} pictures ({held:,} held out), sha256 {pictures.digest[:16]}",
    }
