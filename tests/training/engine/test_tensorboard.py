"""TensorBoard's files: each line and sheet of a run once, however often it was cut."""

from pathlib import Path

import numpy as np
import pytest

from ganvas.ground.errors import InputError
from ganvas.training.engine import tensorboard as board
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.tensorboard import TensorBoard
from tests.training.engine.test_loop import CutAt
from tests.training.fakes import image_task, recipe


class FakeWriter:
    """Remembers what is in its file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / f"events.out.tfevents.{len(list(folder.iterdir()))}"
        self.path.write_text("", encoding="utf-8")
        self.closed = False

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> None:
        self._add(f"{tag} {global_step}")

    def add_image(self, tag: str, img_tensor: np.ndarray, global_step: int, dataformats: str) -> None:
        assert dataformats == "HWC" and img_tensor.dtype == np.uint8 and img_tensor.shape[2] == 3
        self._add(f"{tag} {global_step}")

    def _add(self, line: str) -> None:
        assert not self.closed
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def flush(self) -> None: ...

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "open_writer", FakeWriter)
    monkeypatch.setattr(board, "is_here", lambda: True)


def run_to(step: int, folder: Path) -> list[str]:
    """Train to a step, and return what the event files hold."""
    loop = Loop(image_task(recipe()), run=Run(folder, sheets=100, log_every=2, board=TensorBoard(folder)), budget=800)
    loop.fit(CutAt(step=step))
    return [line for path in (folder / "tensorboard").iterdir() for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_that_was_cut_holds_the_same_lines_once(writes: None, tmp_path: Path) -> None:
    whole = run_to(8, tmp_path / "whole")
    run_to(4, tmp_path / "cut")
    with (tmp_path / "cut" / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"step": 5, "images": 20, "seconds": 1.0, "d/right": 0.5}\n')  # after the checkpoint: written again
    cut = run_to(8, tmp_path / "cut")
    assert len(cut) == len(set(cut)) and sorted(cut) == sorted(whole)
    assert {"d/right 8", "seconds 8", "sheet 8", "sheet 32"} <= set(whole) and "step 8" not in whole
    assert sorted(run_to(8, tmp_path / "cut")) == sorted(cut)  # a run that is done, and asked once more


def test_without_the_package_one_line_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "is_here", lambda: False)
    with pytest.raises(InputError, match=r"^--tensorboard: needs .* \(pip install 'ganvas\[tensorboard\]'\)$"):
        TensorBoard(tmp_path)
    assert list(tmp_path.iterdir()) == []
