"""The loop: it resumes to the bit, it stops when told, it refuses to update on nonsense."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from ganvas.ground.errors import HealthError
from ganvas.training.engine.loop import Loop
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.state import State, equal
from ganvas.training.engine.stop import Stop
from tests.training.fakes import image_task, recipe

STEPS = 8  # 14 pictures in batches of 4: three steps an epoch, so step 3 and 6 are epoch edges


@dataclass
class CutAt(Stop):
    """Stops before a step, as an interrupt would."""

    step: int = STEPS

    def __call__(self, progress: Progress) -> str | None:
        return "asked" if progress.step >= self.step else super().__call__(progress)


def run_to(step: int, folder: Path, made: object) -> State:
    loop = Loop(image_task(made), run=Run(folder, log_every=1), budget=800)  # pyright: ignore[reportArgumentType]
    loop.fit(CutAt(step=step))
    return loop.state


def pollute() -> None:
    """Draw from and reseed every global generator, as other code in the process may."""
    torch.manual_seed(99)
    torch.randn(17)
    np.random.seed(3)
    np.random.rand(5)


def goes_on_to_the_bit(run: Callable[[int, Path], State], *, cut: int, steps: int, folder: Path) -> None:
    """Hold a run that was cut and resumed against one in one piece."""
    whole = run(steps, folder / "whole")
    run(cut, folder / "cut")
    pollute()
    resumed = run(steps, folder / "cut")
    assert resumed.progress.step == steps
    assert equal(whole, resumed)


@pytest.mark.parametrize("cut", [1, 3, 5], ids=["after one step", "at the epoch edge", "mid-epoch"])
@pytest.mark.parametrize("objective", ["minimax", "nonsaturating", "hinge", "relativistic"])
def test_resume_is_bitwise(objective: str, cut: int, tmp_path: Path) -> None:
    made = recipe(objective)
    goes_on_to_the_bit(partial(run_to, made=made), cut=cut, steps=STEPS, folder=tmp_path)


@pytest.mark.parametrize("cut", [1, 2, 3], ids=["in the anchor's warm start", "at its end", "in the game"])
def test_resume_is_bitwise_with_every_term(cut: int, tmp_path: Path) -> None:
    made = recipe(size=64, everything=True)
    goes_on_to_the_bit(partial(run_to, made=made), cut=cut, steps=4, folder=tmp_path)


def test_equal_sees_one_bit(tmp_path: Path) -> None:
    """The tests above would pass for nothing if `equal` were blind: an optimiser's moment that moved must show."""
    made = recipe()
    one, two = run_to(2, tmp_path / "one", made), run_to(2, tmp_path / "two", made)
    assert equal(one, two)
    moment = next(value for name, value in two.tensors().items() if name.endswith("exp_avg_sq") and value.numel() > 1)
    moment[(0,) * moment.dim()] += 1e-7
    assert not equal(one, two)


def test_log_is_cut_back_to_the_checkpoint(tmp_path: Path) -> None:
    made = recipe()
    run_to(3, tmp_path, made)
    with (tmp_path / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"step": 9, "images": 36}\n{"step": 1')  # lines after the checkpoint, the last one torn by a crash
    run_to(5, tmp_path, made)
    steps = [line.split(",")[0] for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert steps == [f'{{"step": {n}' for n in range(1, 6)]


def test_a_torn_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    made = recipe()
    whole = run_to(STEPS, tmp_path / "whole", made)
    run_to(2, tmp_path / "torn", made)
    run_to(4, tmp_path / "torn", made)
    newest = sorted((tmp_path / "torn" / "checkpoints").iterdir())[-1]
    newest.write_bytes(newest.read_bytes()[:-100])
    assert equal(whole, run_to(STEPS, tmp_path / "torn", made))


def test_a_loss_that_is_not_finite_updates_nothing(tmp_path: Path) -> None:
    task = image_task(recipe())
    loop = Loop(task, run=Run(tmp_path), budget=800)
    with torch.no_grad():
        task.generator.get_parameter("synthesis.colour.bias").fill_(float("nan"))
    before = {name: value.clone() for name, value in task.networks["pixel"].state_dict().items()}
    with pytest.raises(HealthError, match=r"discriminator.*step 0"):
        loop.fit(Stop())
    assert all(torch.equal(before[name], value) for name, value in task.networks["pixel"].state_dict().items())


def test_stop_knows_its_reasons() -> None:
    assert Stop()(Progress(images=10, budget=10)) == "budget"
    assert Stop(minutes=0.0)(Progress(budget=10)) == "clock"
    assert Stop(requested=True)(Progress(budget=10)) == "asked"
    assert Stop(patience=3)(Progress(images=5, budget=10, waited=3)) == "converged"
    assert Stop(patience=3)(Progress(images=5, budget=10, waited=2)) is None
    assert Stop()(Progress(images=5, budget=10, waited=99)) is None


def first(network: torch.nn.Module | None) -> torch.Tensor:
    assert network is not None
    return next(network.parameters()).clone()


class Scored:
    """Hands out scores one after another, as a task's `score`, and keeps what it was shown."""

    def __init__(self, scores: list[float]) -> None:
        self.scores, self.shown = scores, list[torch.Tensor]()

    def __call__(self, generator: torch.nn.Module) -> float | None:
        self.shown.append(first(generator))
        return self.scores.pop(0)


def scored_loop(folder: Path, scored: Scored, *, patience: int) -> Loop:
    """Play with a sheet, and so a look at the score, at every step."""
    task = image_task(recipe())
    task.score = scored  # pyright: ignore[reportAttributeAccessIssue]
    return Loop(task, run=Run(folder, sheets=200, log_every=1), budget=800, patience=patience)


def test_a_run_that_gets_no_better_ends_and_leaves_what_drew_best(tmp_path: Path) -> None:
    scored = Scored([0.9, 0.5, 0.3, 0.4, 0.31, 0.35, 0.1])
    loop = scored_loop(tmp_path, scored, patience=3)
    assert loop.fit(Stop(patience=3)).reason == "converged" and scored.scores == [0.1]
    assert (loop.progress.best, loop.progress.best_images, loop.progress.waited) == (0.3, 12, 3)
    left = first(loop.average.network)
    assert torch.equal(left, scored.shown[2]) and not torch.equal(left, scored.shown[-1])


def test_patience_and_what_drew_best_survive_a_resume(tmp_path: Path) -> None:
    loop = scored_loop(tmp_path, Scored([0.3, 0.4, 0.5]), patience=2)
    loop.fit(Stop(patience=2))
    again = scored_loop(tmp_path, Scored([]), patience=2)
    assert again.fit(Stop(patience=2)).reason == "converged" and again.progress.waited == 2
    assert torch.equal(first(loop.state.best), first(again.average.network))


def test_nothing_is_scored_while_the_generator_is_alone(tmp_path: Path) -> None:
    task = image_task(recipe())
    scored = Scored([])
    task.score = scored  # pyright: ignore[reportAttributeAccessIssue]
    task.players = [replace(player, start=400 if player.name == "discriminator" else 0) for player in task.players]
    loop = Loop(task, run=Run(tmp_path, sheets=200, log_every=1), budget=800, patience=2)
    loop.fit(CutAt(step=3, patience=2))
    assert scored.shown == [] and loop.progress.best is None


def test_sheets_are_evenly_spaced_after_an_early_one(tmp_path: Path) -> None:
    run = Run(tmp_path, sheets=4)
    due = [step * 4 for step in range(1, 41) if run.sheet_due(Progress(step=step, images=step * 4, budget=160))]
    assert due == [12, 40, 80, 120, 160], "the early one after a quarter of the way to the first"
