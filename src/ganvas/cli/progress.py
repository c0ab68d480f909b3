"""The progress of a training, for eyes: images seen, images a second, time left."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganvas.training.engine.schedule import Progress


@contextmanager
def watching() -> Generator[Callable[["Progress"], None]]:
    """Show a bar on a terminal; where torchrun started several processes, the first one's."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("images"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]:.0f} img/s"),
        TimeRemainingColumn(),
    )  # fmt: skip
    shown = sys.stderr.isatty() and os.environ.get("RANK", "0") == "0"
    with Progress(*columns, console=Console(file=sys.stderr), disable=not shown) as bar:
        task = bar.add_task("train", total=None, rate=0.0)

        def watch(progress: "Progress") -> None:
            rate = progress.images / max(progress.seconds, 1e-9)
            bar.update(task, total=progress.budget, completed=progress.images, rate=rate)

        yield watch
