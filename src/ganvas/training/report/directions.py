"""The directions of a model, found when it is exported: its file, and the figure that shows what each does."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save

from ganvas.ground.files import write_bytes
from ganvas.ground.images import make_sheet
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.directions import FILE, find_directions, sample
from ganvas.training.report.figures import Figure, Panel

DIRECTIONS = "directions"
"""The name of the figure, which a card shows too."""
AMOUNTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""How far drawings are pushed, in deviations of the attribute."""
DRAWINGS = 2
"""Drawings that are pushed along each direction."""


def save_directions(folder: Path, pipeline: ImagePipeline) -> Figure | None:
    """Find the directions of a model, write them into its folder, and show each. None where there are none."""
    found = find_directions(pipeline)
    if not found:
        return None
    write_bytes(folder / FILE, save(found))
    latents = sample(pipeline, DRAWINGS, start=1)
    rows: list[Panel] = []
    for name, direction in sorted(found.items()):
        pushed = [w + amount * direction for w in latents for amount in AMOUNTS]
        rows.append(Panel(make_sheet(list(pipeline.draw(np.stack(pushed).astype(np.float32))), columns=len(pushed)), name))
    amounts = ", ".join(f"{amount:+g}" for amount in AMOUNTS)
    about = (
        f"Each row: {DRAWINGS} drawings, each pushed by {amounts} deviations along a direction that was found from drawings of "
        "the model itself. With `ganvas directions WORK --push darker=+1` a work moves along one."
    )
    return Figure(DIRECTIONS, "Directions", about, tuple(rows))
