"""Questions asked of the machine once, at the start of a run; the answers go into the run's recipe."""

import time
from collections.abc import Callable

import torch

from ganvas.training.health import check
from ganvas.training.schedule import Progress
from ganvas.training.tasks.base import Task


def pick_device(asked: str) -> str:
    """Return the device to train on: what was asked for, else the fastest there is."""
    if asked != "auto":
        return asked
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def seconds_a_step(task: Task, *, steps: int = 8) -> float:
    """Return the seconds of a full adversarial step, the penalty in its share of them. The task is worn out afterwards."""
    alone = Progress(images=10**9, budget=10**9)  # past any warm start

    def step(number: int) -> None:
        for player in task.players:
            player.optimiser.zero_grad(set_to_none=True)
            loss = player.loss(task.batch(number), Progress(step=number, images=alone.images, budget=alone.budget))
            loss.total.backward()
            check(loss.total, player.parameters, player=player.name, step=number)
            player.optimiser.step()

    for number in range(2):  # the first steps also compile kernels and warm caches
        step(number)
    began = time.perf_counter()
    for number in range(4, 4 + steps):
        step(number)
    return (time.perf_counter() - began) / steps


def fastest_precision(build: Callable[[str], Task]) -> tuple[str, float, str]:
    """Time both precisions; return the faster one, its seconds a step, and the reason in words."""
    times = {precision: seconds_a_step(build(precision)) for precision in ("float32", "bfloat16")}
    best = min(times, key=lambda precision: times[precision])
    reason = ", ".join(f"{precision} {seconds * 1000:.0f} ms a step" for precision, seconds in times.items())
    return best, times[best], f"precision = {best}: {reason}"
