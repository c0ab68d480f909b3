"""The model folder of a poet: the writer is exported, writes what the critic learns from, and the critic is added."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from ganvas.ground.files import build_folder, write_bytes
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.language.verse.readings import read_characters
from ganvas.pipelines.copying import Copies
from ganvas.pipelines.verse import ARRAYS, CHARACTERS, CRITIC, GRAPH
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.stop import Stop
from ganvas.training.export.folder import write_manifest
from ganvas.training.export.verse import export_critic, export_writer
from ganvas.training.networks.verse import UNKNOWN, Critic, Writer
from ganvas.training.report.card import write_card
from ganvas.training.report.figures import Figure
from ganvas.training.report.summary import RunSummary
from ganvas.training.tasks.data import Say
from ganvas.training.tasks.verse.critic import CriticTask, Evidence, calibrate
from ganvas.training.tasks.verse.task import VerseTask, write_poems
from ganvas.training.tasks.verse.tokens import Gathered
from ganvas.vocabulary.manifest import VerseManifest

VERSE_LEGEND = "Poems for the titles of held out ones, as the writer alone writes them: no discriminator chooses."
"""How a sheet is read."""
COOLEST, WARMEST = 0.7, 1.0
"""Temperatures at which the critic's evidence is written."""
AT_ONCE, CALIBRATED = 256, 1_000
"""Poems written at once; held out ones that the critic is calibrated on, at most, of each form."""


def save_poet(folder: Path, *, loop: Loop, task: VerseTask, summary: RunSummary, say: Say) -> tuple[Figure, ...]:
    """Export the averaged writer, train a critic on what it writes, and export that as well; whole or not at all."""
    recipe, writer = task.recipe, loop.average.network
    assert isinstance(writer, Writer)
    with build_folder(folder, existing="replace") as work:
        about: dict[str, object] = {
            "task": "verse", "name": recipe.name, "licence": recipe.licence, "attribution": recipe.attribution,
            "summary": recipe.summary, "width": recipe.writer.width, "blocks": recipe.writer.blocks,
            "characters": recipe.writer.characters, "takes": task.takes, "images_seen": loop.progress.images,
            "trained_on": about_poet(task)["data"],
        }  # fmt: skip
        save_png(work / "preview.png", task.sheet(writer))
        worst = export_writer(writer, work / GRAPH)
        write_bytes(work / ARRAYS, save(_arrays(writer, task)))
        write_bytes(work / CHARACTERS, _characters(task))
        critic = train_critic(writer, task, loop.run.folder / "critic", say=say)
        worst = max(worst, export_critic(critic, work / CRITIC))
        say(f"parity of the graphs with torch: {worst:.1e}")
        write_card(work, summary, (), parity=worst)
        write_manifest(work, VerseManifest, about)
    return ()


def about_poet(task: VerseTask) -> dict[str, str]:
    """Describe the model and its data, by name."""
    return {
        "data": f"{len(task.learned.poems):,} quatrains, {sum(map(len, task.couplets.values())):,} parts of longer poems",
        "held out": f"{len(task.held_out.poems):,} quatrains",
        "characters": f"{len(task.vocabulary.characters):,}",
        "rhymes": "finals of modern Mandarin (pypinyin), by the groups of the New Rhymes of China; Tang rhymes were others",
    }


def _arrays(writer: Writer, task: VerseTask) -> dict[str, np.ndarray]:
    """Return the vectors of a writer, as float16, and the filter of all that it learned from."""
    held = writer.characters
    parts = {"table": held.table, "places": held.places, "theme": held.theme.weight, "frequent": held.frequent}
    arrays: dict[str, np.ndarray] = {name: part.detach().cpu().numpy().astype(np.float16) for name, part in parts.items()}
    pools = (*task.learned.pools.values(), *task.couplets.values())
    poems = ((task.vocabulary.text(row), pool.form.length) for pool in pools for row in pool.tokens)
    return {**arrays, "known": Copies.of(poems).bits}


def _characters(task: VerseTask) -> bytes:
    reading = read_characters(task.vocabulary.characters)
    return json.dumps({"traditional": task.vocabulary.characters, **reading._asdict()}, ensure_ascii=False).encode("utf-8")


def train_critic(writer: Writer, task: VerseTask, folder: Path, *, say: Say) -> Critic:
    """Train a critic on real poems and on those of a finished writer, in a run folder of its own, and calibrate it on held out
    ones.
    """
    recipe, sizes = task.recipe, {form: len(pool) for form, pool in task.learned.pools.items()}
    counts = {form: round(recipe.critic.written * size / sum(sizes.values())) for form, size in sizes.items()}
    evidence = gather_evidence(writer, task.learned, counts, seed=recipe.seed, name="critic", known=len(task.vocabulary))
    judged = CriticTask(writer, evidence, recipe.critic, seed=recipe.seed)
    loop = Loop(judged, run=Run(folder, sheets=1, say=say), budget=max(recipe.critic.images, recipe.critic.batch))
    loop.fit(Stop())
    critic = loop.average.network
    assert isinstance(critic, Critic)
    if task.held_out.poems:
        some = gather_evidence(
            writer,
            task.held_out,
            dict.fromkeys(counts, CALIBRATED),
            seed=recipe.seed,
            name="calibration",
            known=len(task.vocabulary),
        )
        say(_calibrate(critic, judged, some))
    return critic


def gather_evidence(
    writer: Writer, gathered: Gathered, counts: Mapping[int, int], *, seed: int, name: str, known: int
) -> dict[int, Evidence]:
    """Choose real poems, whose characters are all known, and write as many for the same themes.

    counts: by form, at most. known: as in `write_poems`.
    """
    found: dict[int, Evidence] = {}
    for form, count in counts.items():
        pool, numbers = gathered.pools[form], stream(seed, f"{name}/evidence/{form}")
        whole = np.flatnonzero((pool.tokens != UNKNOWN).all(axis=1))
        rows = whole[numbers.permutation(len(whole))[:count]]
        themes = np.asarray(gathered.themes[pool.themed[rows], numbers.integers(gathered.themes.shape[1], len(rows))])
        written = [pool.tokens[:0]]
        for start in range(0, len(rows), AT_ONCE):
            temperature = COOLEST + (WARMEST - COOLEST) * float(numbers.uniform())
            some = torch.from_numpy(themes[start : start + AT_ONCE].astype(np.float32))
            poems = write_poems(
                writer, form, some, stream(seed, f"{name}/{form}", step=start), known=known, temperature=temperature
            )
            written.append(poems.numpy().astype(np.int16))
        found[form] = Evidence(pool.tokens[rows], np.concatenate(written), themes)
    return found


def _calibrate(critic: Critic, judged: CriticTask, some: Mapping[int, Evidence]) -> str:
    """Calibrate a critic on poems that it did not learn from, and say how well it does there."""
    real, written = (
        np.concatenate([judged.realism(critic, getattr(evidence, name), form) for form, evidence in some.items()])
        for name in ("real", "written")
    )
    right = ((real > 0).mean() + (written < 0).mean()) / 2
    steep, moved = calibrate(critic, real, written)
    return f"critic: {right:.1%} right on held out poems; calibrated by {steep:.2f} and {moved:+.2f}"
