"""Progress bars on a terminal: works drawn, pictures redrawn, images that a training has seen.
Nowhere else is anything shown.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ganvas.ground.text import visible

if TYPE_CHECKING:
    import numpy as np
    from rich.progress import Progress, TaskID

    from ganvas.training.engine.schedule import Progress as TrainingProgress
    from ganvas.vocabulary.animation import Animation
    from ganvas.vocabulary.work import Work


def count_works(works: "Iterable[Work]", *, total: int) -> "Iterator[Work]":
    """Yield works as they come, and show how many of the total there are."""
    if total == 1 or not sys.stderr.isatty():  # rich takes a tenth of a second to import
        yield from works
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        yield from bar.track(works, total=total, description="imagine")


def count_frames(animation: "Animation") -> "Animation":
    """Return an animation that shows how many of its frames are drawn while they are."""
    if not sys.stderr.isatty():
        return animation

    def frames(every: int) -> "Iterator[np.ndarray]":
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(file=sys.stderr), transient=True) as bar:
            yield from bar.track(animation.frames(every), total=-(-animation.count // every), description="walk")

    return replace(animation, frames=frames)


@contextmanager
def show_pieces(count: int) -> Generator[Callable[[str, float], None]]:
    """Show a bar over pictures and the pieces of each; what it gives takes a picture's name, and
    how much of it is done.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    name_column = TextColumn("{task.description}", markup=False)  # a file's name is no markup
    columns = (name_column, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("restyle", total=count)
        done = 0

        def watch(name: str, share: float) -> None:
            nonlocal done
            bar.update(task, completed=done + share, description=visible(name)[:40])
            done += share == 1.0

        yield watch


class TrainingBar:
    """A bar over the pictures that a training has still to see, with the time left."""

    def __init__(self, bar: "Progress", task: "TaskID") -> None:
        self._bar, self._task = bar, task

    def __call__(self, progress: "TrainingProgress") -> None:
        """Show how far the training is."""
        self._bar.update(self._task, total=progress.budget, completed=min(progress.images, progress.budget))

    def finish(self) -> None:
        """Show the whole of a training that ended, by its budget or because it got no better."""
        total = self._bar.tasks[0].completed or 1
        self._bar.update(self._task, total=total, completed=total)
        self._bar.refresh()


@contextmanager
def show_training() -> Generator[TrainingBar]:
    """Show the share of a training that is done, pictures seen and the time left; where torchrun
    started several processes, the first one's.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("pictures"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    shown = sys.stderr.isatty() and os.environ.get("RANK", "0") == "0"
    with Progress(*columns, console=Console(file=sys.stderr), disable=not shown, speed_estimate_period=300) as bar:
        yield TrainingBar(bar, bar.add_task("train", total=None))
