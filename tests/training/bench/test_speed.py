"""The timing of a recipe: what is counted is right, what is called plain is plain."""

import numpy as np
import pytest
import torch
from torch import nn

from ganvas.scoring.bench import as_json, table
from ganvas.training.bench import speed as bench
from ganvas.training.bench.speed import Contiguous, bench_train, convolutions_a_second, flops_a_picture
from ganvas.training.engine.player import Player
from ganvas.training.engine.schedule import Ramp
from ganvas.training.engine.task import Task
from ganvas.training.networks.layers import Conv
from ganvas.training.objectives.base import Loss
from ganvas.training.start.probe import PROBED, play
from ganvas.training.tasks.image.data import ImageData
from tests.training.fakes import conditions_of, image_task, pictures, recipe


class OneConvolution:
    """A task of one convolution 3 -> 5 at 8 x 8, which asks for no gradient at its input."""

    def __init__(self) -> None:
        self.generator = Conv(3, 5)
        nn.init.ones_(self.generator.weight)
        self.networks, self.fitted, self.batch_size, self.half_life = {"one": self.generator}, (), 4, 1.0
        self.score_name = "score"
        optimiser = torch.optim.SGD(self.generator.parameters(), lr=0.0)
        self.players = [Player("one", (self.generator,), optimiser, self.loss, lambda share: 1.0)]

    def batch(self, step: int) -> torch.Tensor:
        return torch.ones(4, 3, 8, 8)

    def loss(self, batch: torch.Tensor, progress: object) -> Loss:
        return Loss(self.generator(batch).sum())

    def sheet(self, generator: nn.Module) -> np.ndarray:
        raise NotImplementedError

    def score(self, generator: nn.Module) -> float | None:
        return None

    def signs(self, progress: object) -> dict[str, torch.Tensor]:
        return {}


def test_operations_are_counted_as_by_hand() -> None:
    one_way = 2 * 8 * 8 * 5 * 3 * 9
    assert flops_a_picture(OneConvolution(), steps=3) == 2 * one_way  # forward, and backward to the kernel


def test_lazy_penalties_are_counted_in_their_share() -> None:
    def flops(*, gamma: float, steps: int) -> float:
        made = recipe(images=PROBED)
        ramp = Ramp(start=gamma, end=gamma)
        pixel = made.pixel.model_copy(update={"gamma": ramp})
        return flops_a_picture(image_task(made.model_copy(update={"pixel": pixel})), steps=steps)

    bare, due, round_ = flops(gamma=0, steps=1), flops(gamma=1, steps=1), flops(gamma=1, steps=2)  # lazy: every second step
    assert due > 1.3 * bare and round_ == pytest.approx((due + bare) / 2, rel=0.01)


def test_an_interval_is_that_of_all_that_comes_round() -> None:
    made = recipe(size=32)
    assert made.pixel is not None and made.pixel.interval == 2
    coarse = made.pixel.model_copy(update={"lazy": 3})
    assert made.model_copy(update={"coarse": (coarse,), "turns": 5}).interval == 30
    free = made.pixel.model_copy(update={"gamma": Ramp(start=0, end=0)})
    assert made.model_copy(update={"pixel": free, "turns": 5}).interval == 5


def test_turns_are_counted_in_their_share() -> None:
    made = recipe("hinge", images=PROBED, turns=5)
    single = flops_a_picture(image_task(made.model_copy(update={"turns": 1})), steps=1)
    discriminator = flops_a_picture(image_task(made), steps=1)
    whole = flops_a_picture(image_task(made), steps=made.interval)
    assert discriminator == single and whole < 0.9 * single


def test_plain_is_contiguous_throughout_and_what_is_not_plain_is_not() -> None:
    def contiguous(task: Task) -> list[bool]:
        inputs: list[torch.Tensor] = []
        layers = [layer for network in task.networks.values() for layer in network.modules() if isinstance(layer, Conv)]
        for layer in layers:
            layer.register_forward_pre_hook(lambda _layer, given: inputs.append(given[0]))
        play(task, 1)
        return [x.is_contiguous() for x in (*inputs, *(layer.weight for layer in layers)) if x.shape[2] > 1]

    plain = contiguous(Contiguous(image_task(recipe(images=PROBED))))
    assert len(plain) > 10 and all(plain)
    assert sum(contiguous(image_task(recipe(images=PROBED)))) < len(plain) / 2


def test_a_peak_is_a_plausible_number_of_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 2.0, 3.0, 4.0])
    monkeypatch.setattr(bench.time, "perf_counter", lambda: next(clock))
    assert convolutions_a_second(torch.float32, seconds=0.0) == 3 * 3 * 2 * 32 * 32 * 32 * 64 * 64 * 9 / 4


def test_a_bench_says_all_variants_beside_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = recipe(images=PROBED, batch=2)
    material = pictures()
    monkeypatch.setattr(bench, "plain_recipe", lambda: (made, ImageData(material, conditions_of(material), None)))
    monkeypatch.setattr(bench, "SECONDS", 0.0)
    monkeypatch.setattr(bench, "convolutions_a_second", lambda dtype: 1e12)
    found = bench_train(None, threads=1, rounds=1, say=lambda line: None)
    whats = [(row["what"], row["precision"]) for row in found.rows]
    assert whats == [
        ("a convolution", "float32"), ("a convolution", "bfloat16"), ("as it is", "float32"), ("as it is", "bfloat16"),
        ("without penalties", "float32"), ("without penalties", "bfloat16"), ("plain", "float32"),
    ]  # fmt: skip
    flops = {row["what"]: row["GFLOP an image"] for row in found.rows[2:]}
    assert flops["as it is"] == flops["plain"] > flops["without penalties"]
    last = found.rows[-1]
    assert last["times plain"] == 1.0 and last["share of peak"] == pytest.approx(last["GFLOP/s"] / 1000)
    assert set(as_json(found)) == {"format", "benchmark", "facts", "rows"} and len(table(found)) == 8
