"""The model folder of a composer."""

from pathlib import Path

import numpy as np

from ganvas.ground.files import build_folder
from ganvas.ground.images import save_png
from ganvas.pipelines.music import Composer
from ganvas.pipelines.music_grid import notes_of, outline_of_score
from ganvas.pipelines.music_roll import draw_roll
from ganvas.training.engine.loop import Loop
from ganvas.training.export.folder import gather_files, write_manifest
from ganvas.training.export.graphs import export_composer
from ganvas.training.networks.music_discriminator import MusicDiscriminator
from ganvas.training.report.card import write_card
from ganvas.training.report.figures import Figure, Panel
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.data import Say
from ganvas.training.tasks.music.task import MusicTask
from ganvas.vocabulary.manifest import MusicManifest
from ganvas.vocabulary.score import Score

MUSIC_LEGEND = (
    "First row: what it composes for the plans of six pieces, a colour for each voice, time from left to right. Second row: the "
    "true music of these plans. Pale yellow: the beats on which phrases end."
)
"""How a sheet is read."""
SHOWN = 3


def save_composer(folder: Path, *, loop: Loop, task: MusicTask, summary: RunSummary, say: Say) -> tuple[Figure, ...]:
    """Export the averaged generator and the discriminator as a model folder, whole or not at all, and show whole pieces."""
    recipe, generator = task.recipe, loop.average.network
    critic = task.networks["critic"]
    assert isinstance(critic, MusicDiscriminator)
    with build_folder(folder, existing="replace") as work:
        about: dict[str, object] = {
            "task": "music", "name": recipe.name, "licence": recipe.licence, "attribution": recipe.attribution,
            "summary": recipe.summary, "latent": recipe.generator.latent, "images_seen": loop.progress.images,
            "trained_on": f"{len(task.pieces)} pieces, {len(task.windows)} windows of {recipe.beats} beats",
        }  # fmt: skip
        likely = MusicManifest.model_validate({**about, "files": dict.fromkeys(("compose.onnx", "critic.onnx"), "0" * 64)})
        save_png(work / "preview.png", task.sheet(generator))
        worst = export_composer(generator, critic.critic, work, ports=Composer.ports(likely))
        say(f"parity of the graphs with torch: {worst:.1e}")
        figures = _draw_pieces(Composer(gather_files(work, MusicManifest, about)), task)
        write_card(work, summary, figures, parity=worst)
        write_manifest(work, MusicManifest, about)
    return figures


def _draw_pieces(composer: Composer, task: MusicTask) -> tuple[Figure, ...]:
    """Compose for the plans of some pieces, held out ones where there are any, with the true pieces below."""
    chosen = (task.held_out or task.pieces)[:SHOWN]
    panels: list[Panel] = []
    for number, piece in enumerate(chosen):
        outline, true = outline_of_score(piece.score), piece.score
        symbols = composer.compose(outline, seed=task.recipe.seed, name=f"piece/{number}")
        made = Score(notes_of(symbols, outline.shift), true.tonic, true.mode, true.metre, true.upbeat, true.ends, true.tempo)
        both = np.concatenate([made.notes, true.notes], axis=1)
        loud = both[both > 0]
        span = int(loud.min()) - 2, int(loud.max()) + 2
        panels += [Panel(draw_roll(made, span=span, step=3, row=3), f"Composed for the plan of {piece.name}"),
                   Panel(draw_roll(true, span=span, step=3, row=3), f"{piece.name} itself")]  # fmt: skip
    title = "Whole pieces"
    return (Figure("pieces", title, "Composed for plans that training did not see, and the music that the plans are of.",
                   tuple(panels)),)  # fmt: skip


def about_composer(task: MusicTask) -> dict[str, str]:
    """Say what a composer makes and learned from, by name."""
    return {
        "composes": "for soprano, alto, tenor and bass, in 4/4 and 3/4",
        "learned from": f"{len(task.pieces)} pieces, {len(task.windows):,} windows of {task.recipe.beats} beats",
    }
