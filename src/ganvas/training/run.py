"""The run folder: all that is kept of a training, and all that a UI sees of one."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from ganvas.ground.files import read_text, write_text
from ganvas.ground.images import save_png
from ganvas.training.checkpoint import load_last_good, save_checkpoint
from ganvas.training.schedule import Progress
from ganvas.training.state import State


def _say_nothing(_progress: Progress) -> None: ...


class Run:
    """A folder with recipe.toml, log.jsonl, sheets/, checkpoints/, report.html and, at the end, model/.

    sheets: how many sheets over the whole budget. log_every: steps between log lines. watch: told after each log line.
    """

    def __init__(
        self, folder: Path, *, sheets: int = 40, log_every: int = 50, watch: Callable[[Progress], None] = _say_nothing
    ) -> None:
        self.folder, self.sheets, self.log_every, self.watch = folder, sheets, log_every, watch
        self.sums: dict[str, list[float]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def log_file(self) -> Path:
        """Where the log is."""
        return self.folder / "log.jsonl"

    def last_good(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """Return the newest checkpoint that verifies."""
        return load_last_good(self.folder / "checkpoints")

    def save(self, state: State) -> None:
        """Save a checkpoint."""
        save_checkpoint(self.folder / "checkpoints", step=state.progress.step, tensors=state.tensors(), numbers=state.numbers())

    def open_log(self, progress: Progress) -> None:
        """Cut the log back to where the run goes on from: lines after the checkpoint will be written again."""
        if self.log_file.exists():
            lines = read_text(self.log_file, limit=500_000_000).splitlines()
            kept = [line for line in lines if _step(line) <= progress.step]
            write_text(self.log_file, "".join(f"{line}\n" for line in kept))

    def log(self, progress: Progress, parts: Mapping[str, Tensor]) -> None:
        """Gather the parts of the losses; write their means every `log_every` steps."""
        for name, value in parts.items():
            self.sums.setdefault(name, []).append(float(value))
        if progress.step % self.log_every:
            return
        means = {name: round(float(np.mean(values)), 5) for name, values in sorted(self.sums.items())}
        line = {"step": progress.step, "images": progress.images, "seconds": round(progress.seconds, 1), **means}
        with self.log_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.sums.clear()
        self.watch(progress)

    def sheet_due(self, progress: Progress) -> bool:
        """Say whether this step crosses one of the evenly spaced points where a sheet is drawn."""
        before = progress.images * (progress.step - 1) // max(progress.step, 1)
        return progress.images * self.sheets // progress.budget > before * self.sheets // progress.budget

    def save_sheet(self, progress: Progress, pixels: np.ndarray) -> None:
        """Save a sheet, named by images seen."""
        save_png(self.folder / "sheets" / f"{progress.images:09d}.png", pixels)


def _step(line: str) -> int:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 1 << 62  # a line cut short by a crash
