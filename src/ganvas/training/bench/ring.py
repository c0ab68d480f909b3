"""Every objective with every penalty on the ring of eight Gaussians: what each makes of the same few seconds."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from ganvas.ground.errors import HealthError
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Ramp
from ganvas.training.engine.stop import Stop
from ganvas.training.objectives import OBJECTIVES, PENALTIES
from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.tasks.ring.task import POINTS, SIDE, RingTask, caught, plot

STEPS, GAMMA = 2500, 0.1
"""Steps of each row, and the weight of every penalty; neither is tuned for any row."""
AGAINST = ("none", *PENALTIES, "spectral")
"""What regularises the discriminator: nothing, a penalty, or spectral normalisation."""
LEFT, TOP = 96, 20


@dataclass(frozen=True)
class Row:
    """What one training came to. good: the share of points within 3 standard deviations of a mode."""

    objective: str
    penalty: str
    modes: int
    good: float
    points: np.ndarray


def train_row(objective: str, penalty: str, *, seed: int, steps: int = STEPS) -> Row:
    """Train to the end, and count what the averaged generator draws."""
    held = penalty in PENALTIES
    gamma = GAMMA if held else 0.0
    rules = Adversary.model_validate(
        {"objective": objective, "gamma": Ramp(start=gamma, end=gamma), "lazy": 1} | ({"penalty": penalty} if held else {})
    )
    task = RingTask(rules, seed=seed, spectral=penalty == "spectral")
    with tempfile.TemporaryDirectory(prefix="ganvas-ring-") as scratch:  # seconds: not worth a run that can be resumed
        loop = Loop(task, run=Run(Path(scratch), sheets=1, log_every=steps), budget=steps * task.batch_size)
        with suppress(HealthError):  # numbers that are not finite are never taken over: what stands is counted
            loop.fit(Stop())
    points = task.drawn(loop.average.network, POINTS)
    found = caught(points)
    return Row(objective, penalty, found.modes, round(found.good, 3), points)


def bench(
    *, seed: int, objectives: Sequence[str] = tuple(OBJECTIVES), steps: int = STEPS, say: Callable[[str], None] = print
) -> list[Row]:
    """Train with every objective and every penalty, on one thread; the same seed gives the same rows on the same machine."""
    torch.set_num_threads(1)
    rows: list[Row] = []
    for objective in objectives:
        for penalty in AGAINST:
            rows.append(train_row(objective, penalty, seed=seed, steps=steps))
            say(f"{objective}, {penalty}: {rows[-1].modes} modes, {rows[-1].good:.2f} good")
    return rows


def as_json(rows: Sequence[Row], *, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Return rows as plain data."""
    facts = [{name: value for name, value in asdict(row).items() if name != "points"} for row in rows]
    return {"seed": seed, "steps": steps, "points": POINTS, "rows": facts}


def picture(rows: Sequence[Row]) -> np.ndarray:
    """Draw each row's points, an objective a line and a penalty a column: uint8 (H, W, 3)."""
    objectives = list(dict.fromkeys(row.objective for row in rows))
    page = Image.new("RGB", (LEFT + len(AGAINST) * SIDE, TOP + len(objectives) * SIDE), "white")
    pen = ImageDraw.Draw(page)
    for column, penalty in enumerate(AGAINST):
        pen.text((LEFT + (column + 0.5) * SIDE, TOP / 2), penalty, fill="black", anchor="mm")
    for line, objective in enumerate(objectives):
        pen.text((LEFT - 8, TOP + (line + 0.5) * SIDE), objective, fill="black", anchor="rm")
    for row in rows:
        place = LEFT + AGAINST.index(row.penalty) * SIDE, TOP + objectives.index(row.objective) * SIDE
        page.paste(Image.fromarray(plot(row.points)), place)
    return np.asarray(page)
