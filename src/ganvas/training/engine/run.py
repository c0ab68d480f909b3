"""The run folder: all that is kept of a training, and all that a user interface shows of one."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from ganvas.ground.files import read_text, write_text
from ganvas.ground.images import save_png
from ganvas.training.engine.checkpoint import load_last_good, save_checkpoint
from ganvas.training.engine.health import SCORE, Entry, Trouble, diagnose
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.state import State
from ganvas.training.engine.tensorboard import TensorBoard


def _watch_nothing(_progress: Progress) -> None: ...


def _say_nothing(_line: str) -> None: ...


class Run:
    """A folder with recipe.toml, log.jsonl, sheets/, checkpoints/, report.html and, at the end, model/.

    sheets: how many sheets over the whole budget. log_every: steps between log lines. watch: called after each step.
    say: called with what health finds. board: gets log lines and sheets too. entries: the log. troubles: those of its last
    line.
    """

    def __init__(
        self, folder: Path, *, sheets: int = 40, log_every: int = 50, watch: Callable[[Progress], None] = _watch_nothing,
        say: Callable[[str], None] = _say_nothing, board: TensorBoard | None = None,
    ) -> None:  # fmt: skip
        self.board = board
        self.folder, self.sheets, self.log_every, self.watch, self.say = folder, sheets, log_every, watch, say
        self.sums: dict[str, list[float]] = {}
        self.entries: list[Entry] = []
        self.troubles: tuple[Trouble, ...] = ()
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
        lines = read_text(self.log_file, limit=500_000_000).splitlines() if self.log_file.exists() else []
        kept = [line for line in lines if _step(line) <= progress.step]
        if len(kept) < len(lines):
            write_text(self.log_file, "".join(f"{line}\n" for line in kept))
        entries = [json.loads(line) for line in kept]
        self.entries = [entry for entry in entries if EVENT not in entry]
        self.troubles = diagnose(self.entries)
        self.sums.clear()
        if self.board is not None:
            sheets = sorted((self.folder / "sheets").glob("*.png"))
            self.board.begin(self.entries, [sheet for sheet in sheets if int(sheet.stem) <= progress.images])

    def log(self, progress: Progress, parts: Mapping[str, Tensor]) -> None:
        """Gather the parts of the losses; every `log_every` steps write their means and check health. Every step is watched.

        A score has a line of its own at once: a short run has few others, and its curve is read off them.
        """
        self.watch(progress)
        if scores := {name: round(float(value), 5) for name, value in parts.items() if name.startswith(SCORE)}:
            self._enter(progress, scores)
        for name, value in parts.items():
            if name not in scores:
                self.sums.setdefault(name, []).append(float(value))
        if progress.step % self.log_every:
            return
        self._enter(progress, {name: round(float(np.mean(values)), 5) for name, values in sorted(self.sums.items())})
        self.sums.clear()
        self._check_health(progress)

    def _enter(self, progress: Progress, values: Mapping[str, float]) -> None:
        """Write one line of the log."""
        entry = {"step": progress.step, "images": progress.images, "seconds": round(progress.seconds, 1), **values}
        self._write(entry)
        self.entries.append(entry)
        if self.board is not None:
            self.board.log(entry)

    def event(self, progress: Progress, what: str) -> None:
        """Report and log something that happens once."""
        self._write({"step": progress.step, "images": progress.images, EVENT: what})
        self.say(what)

    def _check_health(self, progress: Progress) -> None:
        before, self.troubles = self.troubles, diagnose(self.entries)
        for trouble in self.troubles:
            if trouble not in before:
                self.event(progress, f"{trouble.name}: {trouble.words}")
        for trouble in before:
            if trouble not in self.troubles:
                self.event(progress, f"{trouble.name}: over")

    def _write(self, line: Mapping[str, object]) -> None:
        with self.log_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def sheet_due(self, progress: Progress) -> bool:
        """Say whether this step crosses one of the evenly spaced points where a sheet is drawn, or the early one before them."""
        before = progress.images * (progress.step - 1) // max(progress.step, 1)
        points = progress.images * self.sheets // progress.budget > before * self.sheets // progress.budget
        early = progress.budget // (EARLY * self.sheets)
        return points or before < early <= progress.images

    def save_sheet(self, progress: Progress, pixels: np.ndarray) -> None:
        """Save a sheet, named by images seen, and say where it is. The last one may be drawn anew, by the best weights."""
        path = self.folder / "sheets" / f"{progress.images:09d}.png"
        if not path.exists():
            self.say(f"sheet: {path}")
        save_png(path, pixels)
        if self.board is not None:
            self.board.show(progress.images, pixels)


class SilentRun(Run):
    """The run of any rank but the first: it reads checkpoints, and writes and reports nothing."""

    def save(self, state: State) -> None:
        """Keep nothing."""

    def open_log(self, progress: Progress) -> None:
        """Leave the log as it is."""

    def log(self, progress: Progress, parts: Mapping[str, Tensor]) -> None:
        """Write nothing."""

    def event(self, progress: Progress, what: str) -> None:
        """Report nothing."""

    def sheet_due(self, progress: Progress) -> bool:
        """Never draw."""
        return False

    def save_sheet(self, progress: Progress, pixels: np.ndarray) -> None:
        """Show nothing."""


EARLY = 4
"""The first sheet is drawn after one part in EARLY of the usual interval: somebody is waiting for it."""
EVENT = "event"
"""The key of a log line that describes an event in words."""


def _step(line: str) -> int:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 1 << 62  # a line cut short by a crash
