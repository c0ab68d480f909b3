"""How fast a recipe trains here, beside what this machine's convolutions can do: all in one run, so that nothing else differs.

The machine's peak is one convolution, forward and backward, in the layout that it likes best. A recipe's work is counted and not
estimated. What else the machine does only ever takes time away, so everything is timed in turn, round by round, and the fastest
round of each counts.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from ganvas.data.cache import Pictures
from ganvas.data.records import Record
from ganvas.ground.seeds import stream
from ganvas.ground.sizes import Size
from ganvas.scoring.bench import Bench, Cell
from ganvas.training.engine.parallel import ALONE
from ganvas.training.engine.schedule import Ramp
from ganvas.training.engine.task import Task
from ganvas.training.export.initial_weights import read_initial_weights
from ganvas.training.recipes.adversaries import Adversary
from ganvas.training.recipes.base import AnyRecipe
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.reading import read_recipe
from ganvas.training.start.probe import PROBED, play, seconds_a_step
from ganvas.training.tasks.data import TrainingData
from ganvas.training.tasks.image.conditions import Conditions
from ganvas.training.tasks.image.data import ImageData
from ganvas.training.tasks.registry import kind_of, list_recipes
from ganvas.vocabulary.manifest import Takes

CHANNELS, SIDE, BATCH = 64, 32, 32
"""Of the convolution that says what the machine can do."""
ROUNDS, SECONDS = 3, 0.5
"""How often everything is timed, and how long a convolution at least each time."""
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}

Say = Callable[[str], None]
Build = Callable[[], Task]


def bench_train(path: Path | None, *, threads: int | None = None, rounds: int = ROUNDS, say: Say) -> Bench:
    """Time a recipe's step on the CPU: as it is, without penalties, in plain contiguous float32; with one thread, with several.

    path: a recipe, whose sources must be there; without one, a model of 32 px without conditions. Raises InputError.
    """
    if path is None:
        recipe, data = plain_recipe()
    else:
        recipe = read_recipe([str(path)], overrides={}, recipes=list_recipes())
        data = kind_of(recipe).open(recipe, read_initial_weights(recipe), say=say)
    variants = variants_of(recipe, data)
    say("counting operations")
    flops = {one.what: flops_a_picture(one.build(), steps=one.interval) for one in variants if one.precision == "float32"}
    bench = Bench("train", _facts(recipe))
    for count in sorted({1, threads or recipe.threads or torch.get_num_threads()}):
        say(f"timing with {count} thread{'s' if count > 1 else ''}")
        torch.set_num_threads(count)
        bench.rows += _timed(variants, flops, threads=count, rounds=rounds)
    return bench


@dataclass(frozen=True)
class Variant:
    """A way to run a recipe. interval: steps after which what is not done at each of them has come round."""

    what: str
    build: Build
    batch: int
    precision: str
    interval: int


AS_IT_IS, UNPENALISED, PLAIN = "as it is", "without penalties", "plain"


def plain_recipe() -> tuple[Recipe, ImageData]:
    """Return a recipe without conditions, and pictures of noise for it."""
    recipe = Recipe(name="plain-32", sources=("noise",), size=Size.of(32), channels=3, conditional=False, images=PROBED)
    pixels = stream(0, "bench").integers(256, (recipe.batch, 32, 32, 3)).astype(np.uint8)
    records = [Record(file_name=f"{number}.png") for number in range(len(pixels))]
    return recipe, ImageData(Pictures(pixels, records, "0" * 64), Conditions(records, takes=Takes(), encoder=None), None)


def variants_of(recipe: AnyRecipe, data: TrainingData) -> list[Variant]:
    """Return what is timed: as it is and without penalties in each precision that the recipe may have, and plain."""
    answers: dict[str, Any] = {"images": PROBED, "minutes": None, "device": "cpu"}  # whose convolutions are timed beside
    without, priors = _unpenalised(recipe), data.fit_priors(recipe)

    def variant(what: str, precision: str) -> Variant:
        changes = {**answers, "precision": precision, **(without if what == UNPENALISED else {})}
        changed = recipe.model_copy(update=changes)

        def build() -> Task:
            task = data.task(changed, priors, ranks=ALONE)
            return Contiguous(task) if what == PLAIN else task

        return Variant(what, build, recipe.batch, precision, changed.interval)

    whats = (AS_IT_IS, *([UNPENALISED] if without else []))
    return [*(variant(what, precision) for what in whats for precision in PRECISIONS), variant(PLAIN, "float32")]


def _unpenalised(recipe: AnyRecipe) -> dict[str, object]:
    """Return what switches the penalties of all adversaries off; nothing where there are none."""
    if not any(adversary.penalised for adversary in recipe.adversaries):
        return {}
    named: dict[str, Adversary | tuple[Adversary, ...] | None] = {
        name: getattr(recipe, name, None) for name in ("pixel", "projected", "coarse")
    }
    return {name: _free(adversaries) for name, adversaries in named.items() if adversaries}


def _free(adversaries: Adversary | tuple[Adversary, ...]) -> object:
    if isinstance(adversaries, tuple):
        return tuple(_free(adversary) for adversary in adversaries)
    return adversaries.model_copy(update={"gamma": Ramp(start=0.0, end=0.0)})


class Contiguous:
    """A task whose pictures and kernels lie in memory as torch lays them out unless it is asked otherwise."""

    def __init__(self, task: Task) -> None:
        self._task, self.networks, self.generator, self.players = task, task.networks, task.generator, task.players
        self.fitted, self.batch_size, self.half_life = task.fitted, task.batch_size, task.half_life
        self.sheet, self.signs, self.score, self.score_name = task.sheet, task.signs, task.score, task.score_name
        frozen = getattr(task, "frozen", None)
        for network in (*task.networks.values(), *([frozen] if isinstance(frozen, nn.Module) else [])):
            network.to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]

    def batch(self, step: int) -> Any:
        """Return the batch of a step, laid out anew."""
        return _contiguous(self._task.batch(step))


def _contiguous(content: Any) -> Any:
    if isinstance(content, Tensor):
        return content.contiguous()
    if isinstance(content, Mapping):
        return {name: _contiguous(part) for name, part in content.items()}  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(content) and not isinstance(content, type):
        return replace(content, **{field.name: _contiguous(getattr(content, field.name)) for field in fields(content)})
    return content


def flops_a_picture(task: Task, *, steps: int) -> float:
    """Count the floating-point operations of a step for each picture of its batch, as a mean over so many steps.

    A multiplication and an addition are two. Convolutions and products of matrices are counted, forward, backward and twice
    backward; the rest is little.
    """
    play(task, 0)
    with FlopCounterMode(display=False) as counter:
        for number in range(steps):
            play(task, number)
    return counter.get_total_flops() / (steps * task.batch_size)


def convolutions_a_second(dtype: torch.dtype, *, seconds: float = SECONDS) -> float:
    """Return the operations a second of a convolution, 3 x 3, 64 to 64 channels at 32 x 32, channels last, there and back."""
    x = torch.randn(BATCH, CHANNELS, SIDE, SIDE).to(dtype).contiguous(memory_format=torch.channels_last).requires_grad_()
    kernel = torch.randn(CHANNELS, CHANNELS, 3, 3).to(dtype).contiguous(memory_format=torch.channels_last).requires_grad_()

    def once() -> None:
        y = nn.functional.conv2d(x, kernel, padding=1)
        torch.autograd.grad(y, (x, kernel), y)

    once()
    times, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or times < 3:
        once()
        times += 1
    return times * 3 * 2 * BATCH * SIDE**2 * CHANNELS**2 * 9 / spent  # forward, and backward to both


def _timed(variants: Sequence[Variant], flops: Mapping[str, float], *, threads: int, rounds: int) -> list[dict[str, Cell]]:
    """Time convolutions and variants in turn; return a row for each, of its fastest round."""
    peaks, seconds = dict.fromkeys(PRECISIONS, 0.0), [float("inf")] * len(variants)
    for _ in range(rounds):
        for name, dtype in PRECISIONS.items():
            peaks[name] = max(peaks[name], convolutions_a_second(dtype))
        for place, one in enumerate(variants):
            seconds[place] = min(seconds[place], seconds_a_step(one.build(), interval=one.interval))
    rows: list[dict[str, Cell]] = [
        {"threads": threads, "what": "a convolution", "precision": name, "GFLOP/s": peak / 1e9} for name, peak in peaks.items()
    ]
    pace = [one.batch / spent for one, spent in zip(variants, seconds, strict=True)]
    for one, images in zip(variants, pace, strict=True):
        done = flops[one.what] * images
        rows.append({
            "threads": threads, "what": one.what, "precision": one.precision, "GFLOP/s": done / 1e9,
            "share of peak": done / peaks[one.precision], "GFLOP an image": flops[one.what] / 1e9, "images/s": images,
            "times plain": images / pace[-1],
        })  # fmt: skip
    return rows


def _facts(recipe: AnyRecipe) -> dict[str, str]:
    cores = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    return {
        "recipe": f"{recipe.name}, batch {recipe.batch}",
        "machine": f"{cores}; torch {torch.__version__}",
        "a convolution": f"{CHANNELS} to {CHANNELS} channels, 3 x 3, {SIDE} x {SIDE} px, batch {BATCH}, forward and backward",
        "share of peak": "of that convolution in the same precision",
        PLAIN: "the same recipe in float32, pictures and kernels contiguous",
    }
