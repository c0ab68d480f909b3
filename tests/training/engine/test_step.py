"""The training step: the other players are frozen, and what is timed and counted is what the loop does."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ganvas.training.bench.speed import flops_a_picture
from ganvas.training.engine.health import NotFinite
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.step import take_turn
from ganvas.training.start.probe import PROBED
from tests.training.fakes import image_task, recipe


def test_the_others_get_no_gradient() -> None:
    task = image_task(recipe("hinge"))
    discriminator, generator = task.players
    take_turn(generator, task.players, task.batch(0), Progress(budget=800))
    assert all(parameter.grad is None for parameter in discriminator.parameters)
    assert any(parameter.grad is not None for parameter in generator.parameters)


def test_the_bench_counts_what_the_loop_computes(tmp_path: Path) -> None:
    counted = flops_a_picture(image_task(recipe("hinge", images=PROBED)), steps=2)
    task = image_task(recipe("hinge", images=PROBED))
    loop = Loop(task, run=Run(tmp_path), budget=PROBED)
    with FlopCounterMode(display=False) as counter:
        for step in range(2):
            for player in loop.players:
                loop.play(player, task.batch(step))
    assert counter.get_total_flops() == 2 * task.batch_size * counted


def test_nothing_is_updated_where_a_loss_is_not_finite() -> None:
    task = image_task(recipe("hinge"))
    _, generator = task.players
    with torch.no_grad():
        generator.parameters[0].fill_(float("nan"))
    before = [parameter.clone() for parameter in generator.parameters[1:]]
    with pytest.raises(NotFinite, match=r"generator.*step 3"):
        take_turn(generator, task.players, task.batch(3), Progress(step=3, budget=800))
    assert all(torch.equal(old, new) for old, new in zip(before, generator.parameters[1:], strict=True))
