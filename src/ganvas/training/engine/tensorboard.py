"""TensorBoard: a run's log as curves and its sheets as pictures, in event files that its own page reads."""

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import open_image

FOLDER = "tensorboard"
EVENTS = "events.out.tfevents.*"
PASSED = ("step", "images")
"""Numbers of a log line that make no curve."""


@runtime_checkable
class Writer(Protocol):
    """The methods of torch's SummaryWriter that are used."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> object: ...

    def add_image(self, tag: str, img_tensor: np.ndarray, global_step: int, dataformats: str) -> object: ...

    def flush(self) -> object: ...

    def close(self) -> object: ...


class TensorBoard:
    """Event files in a run's folder, counted in pictures seen: its log and its sheets, each once."""

    def __init__(self, run: Path) -> None:
        self.folder, self.shown = run / FOLDER, -1
        self.writer: Writer | None = None
        if not is_here():
            raise InputError("needs the package tensorboard", where="--tensorboard", do="pip install 'ganvas[tensorboard]'")

    def begin(self, entries: Sequence[Mapping[str, float | int]], sheets: Sequence[Path]) -> None:
        """Write the event files anew from the folder: a run that goes on from an earlier point would write lines twice."""
        self.close()
        for old in self.folder.glob(EVENTS):
            old.unlink()
        self.writer, self.shown = open_writer(self.folder), -1
        for entry in entries:
            self.log(entry)
        for sheet in sheets:
            self.show(int(sheet.stem), np.asarray(open_image(sheet).convert("RGB")))

    def log(self, entry: Mapping[str, float | int]) -> None:
        """Add one line of the log."""
        assert self.writer is not None
        for name, value in entry.items():
            if name not in PASSED:
                self.writer.add_scalar(name, value, int(entry["images"]))
        self.writer.flush()

    def show(self, images: int, pixels: np.ndarray) -> None:
        """Add one sheet, uint8 (H, W, 3), unless that is there: the last one is drawn again when a run ends."""
        assert self.writer is not None
        if images > self.shown:
            self.writer.add_image("sheet", pixels, images, dataformats="HWC")
            self.writer.flush()
            self.shown = images

    def close(self) -> None:
        """Write what is left."""
        if self.writer is not None:
            self.writer.close()


def is_here() -> bool:
    """Say whether the package is installed."""
    return importlib.util.find_spec("tensorboard") is not None


def open_writer(folder: Path) -> Writer:
    """Open torch's own writer; it needs the package tensorboard, and takes a second to import."""
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder))  # pyright: ignore
