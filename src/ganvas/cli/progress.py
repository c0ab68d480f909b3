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

    from ganvas.training.engine.schedule import Progress
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


@contextmanager
def show_training() -> Generator[Callable[["Progress"], None]]:
    """Show images seen, images a second and the time left; where torchrun started several
    processes, the first one's.
    """
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
