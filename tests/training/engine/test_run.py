"""The log and the sheets of a run: a score is written at once, a sheet is said once, every step is watched."""

import json
from pathlib import Path

import numpy as np
import torch

from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress


def test_a_score_has_a_line_of_its_own_at_once(tmp_path: Path) -> None:
    watched: list[int] = []
    run = Run(tmp_path, log_every=4, watch=lambda progress: watched.append(progress.step))
    run.open_log(Progress())
    for step in range(1, 5):
        scored = {"score/kid": torch.tensor(0.5)} if step == 2 else {}
        run.log(Progress(step=step, images=16 * step, seconds=float(step)), {"g/anchor": torch.tensor(float(step)), **scored})
    lines = [json.loads(line) for line in run.log_file.read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"step": 2, "images": 32, "seconds": 2.0, "score/kid": 0.5},
        {"step": 4, "images": 64, "seconds": 4.0, "g/anchor": 2.5},
    ]
    assert watched == [1, 2, 3, 4] and run.entries == lines


def test_a_sheet_is_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    run = Run(tmp_path, say=said.append)
    for shade in (0, 255):
        run.save_sheet(Progress(images=160), np.full((8, 8, 3), shade, dtype=np.uint8))
    assert said == [f"sheet: {tmp_path / 'sheets' / '000000160.png'}"]
