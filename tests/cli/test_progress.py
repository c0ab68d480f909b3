"""The bar of a training ends at 100 %, by whatever it ended."""

import pytest
from rich.progress import Progress

from ganvas.cli.progress import TrainingBar
from ganvas.training.engine.schedule import Progress as TrainingProgress


@pytest.mark.parametrize("seen", [800, 640, 816])
def test_it_ends_whole(seen: int) -> None:
    shown = Progress(disable=True)
    bar = TrainingBar(shown, shown.add_task("train", total=None))
    bar(TrainingProgress(images=320, budget=800))
    assert shown.tasks[0].percentage == 40
    bar(TrainingProgress(images=seen, budget=800))
    bar.finish()
    assert shown.tasks[0].percentage == 100
