"""Questions asked of the machine once, at the start of a run; the answers go into the run's recipe."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.step import take_turn
from ganvas.training.engine.task import Task

PROBED = 10**9
"""The budget of a task that is built to be timed: every part of a run is somewhere in it."""
ROUND = 960
"""Steps that are a multiple of most intervals of lazy penalties."""
FEWEST_STEPS, MOST_STEPS = 8, 64
"""Steps that are timed."""


def seconds_a_step(task: Task, *, interval: int, share: float = 1.0) -> float:
    """Return the seconds of a step where a share of the budget is spent, as a mean over whole intervals: at 1 everybody plays.

    interval: of the recipe; what comes round less often than MOST_STEPS is timed as if it did by then. The task must have
    PROBED pictures for its budget, and is worn out afterwards.
    """
    steps = min(-(-FEWEST_STEPS // interval) * interval, MOST_STEPS)
    for number in range(2):  # the first steps also compile kernels and warm caches
        play(task, number, share=share)
    began = time.perf_counter()
    for number in range(steps):
        play(task, number, share=share)
    return (time.perf_counter() - began) / steps


def play(task: Task, number: int, *, share: float = 1.0) -> None:
    """Take the training step `number` after a share of the budget; every lazy penalty is due at number 0."""
    images = min(int(PROBED * share), PROBED - 1)
    first = images // task.batch_size // ROUND * ROUND
    progress = Progress(step=first + number, images=images, budget=PROBED)
    batch = task.batch(first + number)
    for player in task.players:
        take_turn(player, task.players, batch, progress)


@dataclass(frozen=True)
class Pace:
    """Seconds of a step when everybody plays, and in the warm start, where there is one."""

    seconds: float
    warm: float


def measure_pace(task: Task, *, interval: int, warm: bool) -> Pace:
    """Time a task's step, and if `warm` also that of its warm start. The task is worn out afterwards."""
    seconds = seconds_a_step(task, interval=interval)
    return Pace(seconds, seconds_a_step(task, interval=interval, share=0.0) if warm else seconds)


CONVOLUTION = (4, 64, 32, 32)
"""Pictures, channels, rows and columns of the convolution that precisions are first compared by: milliseconds of work."""
TRIES = 3


def halves_help(device: str) -> bool:
    """Say whether a convolution, with its gradients, takes less time in bfloat16 than in float32.

    A processor without such instructions takes five times as long, and whole steps of a training tell the same in minutes.
    """
    taken = {half: min(_time_convolution(device, half=half) for _ in range(1 + TRIES)) for half in (False, True)}
    return taken[True] < taken[False]


def _time_convolution(device: str, *, half: bool) -> float:
    channels = CONVOLUTION[1]
    network = nn.Conv2d(channels, channels, 3, padding=1, device=device)
    given = torch.ones(CONVOLUTION, device=device).contiguous(memory_format=torch.channels_last)
    began = time.perf_counter()
    with torch.autocast(device, torch.bfloat16, enabled=half):
        total = network(given).float().sum()
    gradients = torch.autograd.grad(total, list(network.parameters()))
    float(gradients[0].sum())  # waits for a device that computes meanwhile
    return time.perf_counter() - began


def measure_fastest(measure: Callable[[str], Pace], *, device: str) -> tuple[str, Pace | None, str]:
    """Measure both precisions; return the faster one, its pace, and the reason in words.

    Where bfloat16 is slow on this device, nothing more is measured: the pace is None.
    """
    if not halves_help(device):
        return "float32", None, f"precision = float32: bfloat16 is slower on this {device}"
    paces = {precision: measure(precision) for precision in ("float32", "bfloat16")}
    best = min(paces, key=lambda precision: paces[precision].seconds)
    reason = ", ".join(f"{precision} {pace.seconds * 1000:.0f} ms a step" for precision, pace in paces.items())
    return best, paces[best], f"precision = {best}: {reason}"
