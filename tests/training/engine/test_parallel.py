"""Several processes: two of them, over the loopback, play the game of one, and what happens to one happens to both."""

import multiprocessing
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from ganvas.ground.errors import InputError
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.parallel import ALONE, Ranks, joined, name_of_start
from ganvas.training.engine.run import Run, SilentRun
from ganvas.training.engine.schedule import Progress, Ramp
from ganvas.training.engine.stop import Stop
from ganvas.training.networks.layers import spread_of_batch
from ganvas.training.objectives import Loss
from ganvas.training.recipes.image import Recipe
from ganvas.training.recipes.sections import Augment
from ganvas.training.start.train import train
from tests.training.engine.test_loop import CutAt
from tests.training.fakes import image_task, recipe

TWO = (Ranks(0, 2), Ranks(1, 2))
Work = Callable[..., Any]


def ready() -> None:
    torch.set_num_threads(1)


def one_rank(rank: int, port: int, work: Work, *arguments: object) -> Any:
    """Do a piece of work as one of two, as torchrun would have it."""
    os.environ |= {"WORLD_SIZE": "2", "RANK": f"{rank}", "LOCAL_RANK": f"{rank}", "MASTER_ADDR": "127.0.0.1"}
    os.environ["MASTER_PORT"] = f"{port}"
    return work(*arguments)


@pytest.fixture(scope="module")
def pair() -> Iterator[Work]:
    """Yield what lets two processes do the same work and returns both their answers."""
    spawn = multiprocessing.get_context("spawn")
    pools = [ProcessPoolExecutor(1, mp_context=spawn, initializer=ready) for _ in TWO]

    def both(work: Work, *arguments: object) -> list[Any]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        asked = [pool.submit(one_rank, rank, port, work, *arguments) for rank, pool in enumerate(pools)]
        return [answer.result(timeout=300) for answer in asked]

    yield both
    for pool in pools:
        pool.shutdown()


def exact(objective: str, *, coarse: bool = False, **augment: object) -> Recipe:
    """Penalties and all that is drawn for a batch; two groups of eight for each of two ranks."""
    views = Augment.model_validate({"translation": 0.1, "scale": 0.1, "colour": 0.2, "cutout": 0.3} | augment)
    made = recipe(objective, size=32, batch=32, mirror=True, augment=views)
    assert made.pixel is not None
    held = made.pixel.model_copy(update={"gamma": Ramp(start=1, end=1)})
    shrunk = held.network.model_copy(update={"shrunk": 4, "widths": (8,)})
    return made.model_copy(update={
        "pixel": held, "coarse": (held.model_copy(update={"weight": 4.0, "network": shrunk}),) if coarse else (),
    })  # fmt: skip


EXACT = {
    "relativistic, coarse": exact("relativistic", coarse=True),
    "hinge, adaptive": exact("hinge", adaptive={"images": 64}),
    **{objective: exact(objective) for objective in ("minimax", "nonsaturating", "leastsquares", "wasserstein")},
}


def gradients_of(ranks: Ranks, folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    for (name, made), turn in product(EXACT.items(), (0, 1)):
        loop = Loop(image_task(made, ranks=ranks), run=Run(folder), budget=800, ranks=ranks)
        if "augment" in loop.task.networks:
            loop.task.networks["augment"].often.fill_(0.5)  # pyright: ignore[reportCallIssue, reportAttributeAccessIssue]
        player = loop.players[turn]
        loop.play(player, loop.task.batch(0))
        gradient = torch.cat([one.grad.flatten() for one in player.parameters if one.grad is not None])
        parts = {part: value.double().flatten() for part, value in loop.parts.items()}
        found |= {f"{name}: {part}": value for part, value in {player.name: gradient, **parts}.items()}
        found |= {
            f"{name}: {key}": one.clone().float() for key, one in loop.state.tensors().items() if key.startswith("augment/")
        }
    return found


def gradients_of_two(folder: Path) -> dict[str, Any]:
    with joined() as ranks:
        return {name: value.numpy() for name, value in gradients_of(ranks, folder).items()}


def test_gradients_are_those_of_one_process(pair: Work, tmp_path: Path) -> None:
    alone = gradients_of(ALONE, tmp_path)
    parts = "discriminator", "generator", "d/penalty", "coarse0/d/penalty"
    assert {f"relativistic, coarse: {part}" for part in parts} <= alone.keys() and "hinge, adaptive: augment/heard" in alone
    for found in pair(gradients_of_two, tmp_path):
        for name, value in alone.items():
            apart = (torch.from_numpy(found[name]) - value).norm() / value.norm().clamp(min=1e-6)
            assert apart <= 1e-5, name


def ends(folder: Path, step: int) -> tuple[dict[str, Any], str]:
    """Train as one of two until the first is asked to stop; return all that is left, and why it ended."""
    made = recipe(batch=8, augment=Augment.model_validate({"translation": 0.1, "adaptive": {}}))
    with joined() as ranks:
        run = (Run if ranks.first else SilentRun)(folder, log_every=1, sheets=100)
        loop = Loop(image_task(made, ranks=ranks), run=run, budget=800, keep_minutes=0.0, ranks=ranks)
        outcome = loop.fit(CutAt(step=step) if ranks.first else Stop(requested=True))
        return {name: value.numpy() for name, value in loop.state.tensors().items()}, outcome.reason


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


def test_both_end_with_the_same_weights_and_a_cut_run_too(pair: Work, tmp_path: Path) -> None:
    (first, why), (second, heard) = pair(ends, tmp_path / "whole", 3)
    assert same(first, second) and why == heard == "asked"  # of the second it was requested from the start, and the first decides
    assert float(first["augment/heard"][1]) == 3  # `same` saw that both heard the same

    pair(ends, tmp_path / "cut", 2)
    (resumed, _), (also, _) = pair(ends, tmp_path / "cut", 3)
    assert same(resumed, first) and same(also, first)
    steps = (tmp_path / "cut" / "log.jsonl").read_text(encoding="utf-8").count('"step"')
    assert steps == 3, "one of the two writes"


def struck(folder: Path) -> tuple[int, dict[str, Any]]:
    """Train as one of two; the second finds a number that is not finite in its third step, once."""
    with joined() as ranks:
        task = image_task(recipe(batch=8), ranks=ranks)
        told: list[int] = []

        def loss(batch: Any, progress: Progress) -> Loss:
            found = task.generator_loss(batch, progress)
            if ranks.first or progress.step != 2 or told:
                return found
            told.append(progress.step)
            return replace(found, total=found.total * float("nan"))

        task.players[1] = replace(task.players[1], loss=loss)
        run = (Run if ranks.first else SilentRun)(folder, log_every=1)
        loop = Loop(task, run=run, budget=800, keep_minutes=0.0, ranks=ranks)
        loop.fit(CutAt(step=4))
        return loop.progress.setbacks, {name: value.numpy() for name, value in loop.state.tensors().items()}


def test_what_is_not_finite_on_one_makes_both_go_back(pair: Work, tmp_path: Path) -> None:
    (first, left), (second, right) = pair(struck, tmp_path)
    assert first == second == 1 and same(left, right)
    assert "went back to step 2" in (tmp_path / "log.jsonl").read_text(encoding="utf-8")


def refused(sources: list[str], folder: Path) -> str:
    try:
        train(sources, out=folder)
    except (InputError, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return "trained"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('sources = ["nowhere"]\nbatch = 9', "batch = 9 does not divide among 2 processes"),
        ('sources = ["nowhere"]\nbatch = 8', "there is no such folder"),
        ('sources = ["a", "b"]\ntask = "restyle"', "restyle trains on one process, and these are 2"),
    ],
)
def test_what_cannot_be_trained_is_said_once(given: str, said: str, pair: Work, tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text(f'{given}\nimages = 100\nprecision = "float32"\ndevice = "cpu"\n', encoding="utf-8")
    first, second = pair(refused, [str(file)], tmp_path / "run")
    assert said in first and first.startswith("InputError") and "\n" not in first
    assert second == "SystemExit: 2"


@pytest.mark.parametrize("count", [16, 32, 48])
def test_a_part_of_a_batch_holds_whole_groups(count: int) -> None:
    pictures = torch.randn(count, 3, 4, 4, generator=torch.Generator().manual_seed(1))
    whole = spread_of_batch(pictures)
    for ranks in TWO:
        mine = ranks.mine(count)
        assert torch.allclose(spread_of_batch(pictures[mine]), whole[mine], atol=1e-6)


def test_who_only_looks_on_keeps_nothing(tmp_path: Path) -> None:
    Loop(image_task(recipe()), run=SilentRun(tmp_path, log_every=1, sheets=100), budget=800, keep_minutes=0.0).fit(CutAt(step=2))
    assert not list(tmp_path.iterdir())


def test_a_killed_rank_is_not_waited_for() -> None:
    """torchrun's store outlives a restart: what rank 1 wrote before it was killed still stands when rank 0 starts again."""
    store = torch.distributed.HashStore()
    store.set("here/1", "the dead one's")
    with ThreadPoolExecutor(1) as other:
        first = other.submit(name_of_start, store, rank=0, world=2)
        time.sleep(0.1)
        assert not first.done()
        assert name_of_start(store, rank=1, world=2) == first.result(timeout=60)


def test_without_torchrun_one_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "4")  # other tools set it too, but no rank
    monkeypatch.delenv("RANK", raising=False)
    with joined() as ranks:
        assert ranks == ALONE and not torch.distributed.is_initialized()


@pytest.mark.parametrize(("device", "said"), [("mps", "cannot share"), ("cuda", "2 processes need as many GPUs")])
def test_devices_that_two_cannot_train_on_are_refused(device: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match=said):
        Ranks(0, 2).check_device(device)
    ALONE.check_device(device)
