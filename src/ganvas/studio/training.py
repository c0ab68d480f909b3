"""Trainings of a studio: each is a `ganvas train` process in a folder of its own, which goes on where it was stopped."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import Any

from ganvas.data.zipped import unpack_pictures
from ganvas.ground.config import Frozen
from ganvas.ground.errors import InputError
from ganvas.ground.files import read_bytes
from ganvas.ground.locking import locked
from ganvas.ground.text import visible
from ganvas.studio.requests import TrainRequest

MAX_LOG, MOST_POINTS, LAST_WORDS = 200_000_000, 400, 4000
"""Bytes of a log, points of a curve, and bytes of the end of what a process said that are read."""
PATIENCE = 120
"""Seconds that a training gets to finish its step and save."""
Watch = Callable[[int, str], None]


class Curve(Frozen):
    """A score by images seen."""

    name: str
    points: tuple[tuple[int, float], ...]


class TrainingView(Frozen):
    """What is to be seen of a training. share: of its budget. events: what its health said. sheets: by images."""

    images: int
    seconds: float
    share: float
    curve: Curve | None
    events: tuple[str, ...]
    sheets: tuple[int, ...]
    model: bool


class Trainings:
    """The folders of the trainings of a studio, by the numbers of their jobs, and the archives that they learn from."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.uploads = folder / "trainings", folder / "uploads"
        for one in (self._folder, self.uploads):
            one.mkdir(parents=True, exist_ok=True)

    def run(self, number: int, request: TrainRequest, *, stop: Event, watch: Watch, began: Callable[[int], None]) -> int:
        """Train until the end, or until `stop`; return the exit code of `ganvas train`. began: is given its process number.

        watch: called each second or so with the share of the budget that is spent, in percent, and the last line printed.
        Raises InputError for an archive that cannot be used.
        """
        self._unpack(number, request)
        with self._log(number).open("ab") as log:
            process = subprocess.Popen(  # its group is its own, so that an interrupt of the studio comes through `stop` alone
                self._command(number, request), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )  # fmt: skip
            began(process.pid)
            while process.poll() is None:
                if stop.wait(0.7):
                    _finish(process)
                    break
                view = self.view(number, request)
                watch(int(100 * view.share), view.events[-1] if view.events else "")
        return process.returncode

    def last_words(self, number: int) -> str:
        """Return the last line that a training said."""
        with contextlib.suppress(OSError):
            content = self._log(number).read_bytes()[-LAST_WORDS:]
            lines = [line for line in content.decode("utf-8", errors="replace").splitlines() if line.strip()]
            return visible(lines[-1].strip())[:500] if lines else ""
        return ""

    def view(self, number: int, request: TrainRequest) -> TrainingView:
        """Return what is to be seen of a training by now."""
        entries = _entries(self.folder_of(number) / "log.jsonl")
        last = entries[-1] if entries else {}
        images, seconds = int(last.get("images", 0)), max((float(one.get("seconds", 0)) for one in entries), default=0.0)
        share = images / request.images if request.images else seconds / (60 * request.minutes)
        sheets = sorted(int(path.stem) for path in (self.folder_of(number) / "sheets").glob("*.png") if path.stem.isdigit())
        return TrainingView(
            images=images, seconds=seconds, share=min(share, 1.0), curve=_curve(entries), sheets=tuple(sheets),
            events=tuple(visible(str(one["event"]))[:300] for one in entries if "event" in one)[-20:],
            model=(self.folder_of(number) / "model" / "model.json").is_file(),
        )  # fmt: skip

    def sheet(self, number: int, images: int) -> Path:
        """Return the path of a sheet, which may not be there."""
        return self.folder_of(number) / "sheets" / f"{images:09d}.png"

    def model_of(self, number: int) -> Path:
        """Return the folder of the model that a training made, which may not be there."""
        return self.folder_of(number) / "model"

    def folder_of(self, number: int) -> Path:
        """Return the folder of a run."""
        return self._folder / str(number) / "run"

    def stop_orphan(self, number: int, process: int | None) -> None:
        """Stop a training that goes on although its studio was killed; it saves what it has.

        The number of a process may be another's by now, so it is only stopped while somebody holds the folder of the run.
        """
        if process is None or not self.folder_of(number).is_dir():
            return
        try:
            with locked(self.folder_of(number)):
                return
        except InputError:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGTERM)

    def tidy(self, *, older: float = 86_400.0) -> None:
        """Remove archives that nobody trained on."""
        for path in self.uploads.iterdir():
            if path.stat().st_mtime < time.time() - older:
                path.unlink(missing_ok=True)

    def _log(self, number: int) -> Path:
        return self._folder / str(number) / "train.log"

    def _unpack(self, number: int, request: TrainRequest) -> None:
        """Unpack the pictures of a training, unless that was done when it was first begun."""
        folder, archive = self._folder / str(number) / "pictures", self.uploads / request.pictures
        if folder.is_dir():
            return
        if not archive.is_file():
            raise InputError("the pictures are not here any more", do="upload them again")
        folder.parent.mkdir(parents=True, exist_ok=True)
        unpack_pictures(archive, folder)
        archive.unlink(missing_ok=True)

    def _command(self, number: int, request: TrainRequest) -> list[str]:
        command = [sys.executable, "-m", "ganvas", "train", str(self._folder / str(number) / "pictures")]
        command += ["-o", str(self.folder_of(number))]
        command += ["--images", str(request.images)] if request.images else ["--minutes", str(request.minutes)]
        return [*command, *(["--size", str(request.size)] if request.size else [])]


def can_train() -> bool:
    """Say whether what a training needs is installed."""
    return all(find_spec(name) is not None for name in ("torch", "onnx", "onnxscript", "jaxtyping", "tomlkit"))


def _finish(process: subprocess.Popen[bytes]) -> None:
    """Ask a training to save and end, and end it where it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _entries(log: Path) -> list[dict[str, Any]]:
    """Return the lines of a log that are whole."""
    try:
        lines = read_bytes(log, limit=MAX_LOG).decode("utf-8", errors="replace").splitlines()
    except InputError:  # nothing is written yet
        return []
    entries: list[dict[str, Any]] = []
    for line in lines:
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                entries.append(found)  # pyright: ignore[reportUnknownArgumentType]
    return entries


def _curve(entries: list[dict[str, Any]]) -> Curve | None:
    """Return the score of a log with at most MOST_POINTS points, or None where there is none yet."""
    name = next((key for one in entries for key in one if key.startswith("score/")), None)
    if name is None:
        return None
    points = [(int(one["images"]), float(one[name])) for one in entries if name in one]
    return Curve(name=name.removeprefix("score/"), points=tuple(points[:: -(-len(points) // MOST_POINTS)]))
